import * as l10n from '@vscode/l10n';
import { ago } from '../../age.ts';
import { destinationOf } from '../../configuration/destination.ts';
import type { Destination } from '../../configuration/destination.ts';
import type { ConfigurationResult } from '../../configuration/read-configuration.ts';
import { covers, isOfSameServer } from '../../connection/approvals.ts';
import type { ApprovedServer } from '../../connection/approvals.ts';
import type { ConnectionState } from '../../connection/state.ts';
import type { SettingValues } from '../../settings/setting-values.ts';
import type { SettingChanges } from '../../settings/written-values.ts';
import type { Credentials } from '../credentials.ts';
import { stateWords } from '../status/status-view.ts';
import { changesTo } from './set-values.ts';

interface ListHost {
  readonly read: (changes: SettingChanges) => Promise<ConfigurationResult>;
  readonly credentials: Pick<Credentials, 'missing'>;
  readonly connection: () => { readonly state: ConnectionState };
}

/** A tracking server that was approved in this workspace, as it would be if it were chosen now. */
export interface ListedServer {
  readonly server: ApprovedServer;
  readonly way: WayTo | undefined;
  /** For people. */
  readonly state: string;
}

export async function listedServer(
  { read, credentials, connection }: ListHost,
  server: ApprovedServer,
  values: SettingValues,
): Promise<ListedServer> {
  const way = await wayTo({ read }, server, values);
  const isMissing =
    way?.after.kind === 'ready' && (await credentials.missing(way.after.configuration)) !== undefined;
  const state = stateNow(connection().state, server) ?? stateThen(server, way?.after, isMissing);
  return { server, way, state };
}

/** To be written, and what will be read then. */
export interface WayTo {
  readonly changes: SettingChanges;
  readonly after: ConfigurationResult;
}

/** `undefined`: what it was made of is not known. */
export async function wayTo(
  { read }: Pick<ListHost, 'read'>,
  { settings }: ApprovedServer,
  values: SettingValues,
): Promise<WayTo | undefined> {
  if (settings === undefined) return undefined;
  const changes = changesTo(settings, values);
  return { changes, after: await read(changes) };
}

function isAsApproved(approved: Destination, after: ConfigurationResult): boolean {
  return after.kind === 'ready' && covers(approved, destinationOf(after.configuration));
}

/** Of the server of the connection. */
export function stateNow(state: ConnectionState, { destination }: ApprovedServer): string | undefined {
  const configuration = 'configuration' in state ? state.configuration : undefined;
  return configuration !== undefined && isOfSameServer(destinationOf(configuration), destination)
    ? stateWords(state)
    : undefined;
}

export function lastUsed({ usedAt }: ApprovedServer, now: number): string {
  return usedAt === undefined ? l10n.t('approved') : l10n.t('approved, last used {0}', ago(usedAt, now));
}

function stateThen(
  server: ApprovedServer,
  found: ConfigurationResult | undefined,
  isMissing: boolean,
): string {
  if (found?.kind !== 'ready') return l10n.t('its settings are gone');
  if (!isAsApproved(server.destination, found)) return l10n.t('changed since you approved it');
  return isMissing ? l10n.t('sign-in needed') : lastUsed(server, Date.now());
}
