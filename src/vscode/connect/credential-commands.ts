import * as l10n from '@vscode/l10n';
import type { ConnectionConfiguration } from '../../configuration/configuration.ts';
import { destinationOf } from '../../configuration/destination.ts';
import type { ConfigurationResult } from '../../configuration/read-configuration.ts';
import { isOfSameServer } from '../../connection/approvals.ts';
import type { Approvals } from '../../connection/approvals.ts';
import type { SettingChanges } from '../../settings/written-values.ts';
import type { ServerCheck } from '../diagnosis/check-tracking-server.ts';
import { notedEnd } from '../../connection/ending.ts';
import type { Ending, UndoneOptions } from '../../connection/ending.ts';
import { awaiting, inTurn } from '../../connection/steps.ts';
import type { ConnectionState } from '../../connection/state.ts';
import { labels } from '../labels.ts';
import { recordSubject } from '../record-subject.ts';
import type { RecordSubject } from '../secret-store.ts';
import { askInDialog, clearScreen, showMessage } from '../sinks/messages.ts';
import { pickOne } from '../sinks/quick-inputs.ts';
import { isStorageProblem } from '../storage-problems.ts';
import { actions } from '../status/actions.ts';
import { showForgotten } from '../status/forgotten-message.ts';
import { commandButton, showProblem } from '../status/problem-message.ts';
import { connectWithEntered, offeredAgain } from './accepted-credential.ts';
import type { AcceptanceHost } from './accepted-credential.ts';
import { credentialQuestion } from './credential-question.ts';
import type { ReadyConfiguration } from './credential-question.ts';
import { wayTo } from './listed-servers.ts';
import { notForgotten } from './not-forgotten.ts';
import { askCredentials } from './wizard.ts';

export interface CredentialCommandsHost extends AcceptanceHost {
  readonly approvals: Approvals;
  readonly read: (changes?: SettingChanges) => Promise<ConfigurationResult>;
  readonly checkTrackingServer: (uri: string) => Promise<ServerCheck>;
  /** *MLflow: Connect*: asks for everything that is not set yet. */
  readonly connectByHand: () => Promise<unknown>;
  /** Deletes what belongs to a sign-in, as `bootstrapScope` names it, in all workspaces. */
  readonly forget: (scope: string, options: UndoneOptions) => Promise<void>;
  /** Each sign-in for which something was entered, in whatever workspace. */
  readonly entered: () => Promise<readonly RecordSubject[]>;
  readonly disconnect: () => Promise<Ending>;
  /** Connects again, where this workspace connects. */
  readonly reconnect: () => Promise<void>;
}

/**
 * *MLflow: Sign In Again*: replaces what the sign-in of the configured source uses; where nothing is entered for it, signs
 * in there once more.
 */
export async function enterCredential(host: CredentialCommandsHost): Promise<void> {
  const result = await host.read();
  // Also where the settings have changed since what offered this: nothing is asked for before it is approved where it goes.
  const isApproved =
    result.kind === 'ready' && host.approvals.isApproved(destinationOf(result.configuration));
  if (!isApproved || host.credentials.needed(result.configuration) === undefined) {
    await host.connectByHand();
    return;
  }
  // That it was not accepted is about to be over.
  await clearScreen();
  const before = await offeredAgain(host, result.configuration);
  const question = await credentialQuestion(host, result, { title: l10n.t('Sign In Again') });
  const { isCancelled, credentials: entered } = await askCredentials(question, { entered: before });
  if (isCancelled) return;
  const { configuration } = result;
  const entry = { configuration, entered, question, connect: host.reconnect };
  const state = await connectWithEntered(host, entry);
  if (state !== undefined) showOutcome(host, state, configuration.tracking.origin);
}

function showOutcome(
  { connection }: Pick<CredentialCommandsHost, 'connection'>,
  state: ConnectionState,
  server: string,
): void {
  switch (state.kind) {
    case 'failed':
    case 'rejected':
    case 'unavailable':
      void showProblem(state.problem, { state, now: () => connection().state });
      break;
    case 'connected':
    case 'degraded':
      void showMessage('information', [l10n.t('{0} accepts the credential.', server)]);
      break;
    case 'disconnected':
    case 'needsApproval':
    case 'needsConfiguration':
    case 'restricted':
    case 'connecting':
      void showMessage(
        'information',
        [l10n.t('The credential is stored. MLflow is disconnected.')],
        [commandButton(actions.connect())],
      );
  }
}

type ForgetHost = Pick<
  CredentialCommandsHost,
  'approvals' | 'read' | 'forget' | 'entered' | 'disconnect' | 'triedInVain'
>;

/**
 * *MLflow: Forget Credential*: ends the connection, and deletes what was entered for the configured source and what was
 * fetched with it, in all workspaces. The same for the other servers of this workspace, and with them what was approved.
 * Where nothing is set up, one of what was entered elsewhere: its workspace may be gone.
 */
export async function forgetCredential(host: ForgetHost): Promise<void> {
  const { approvals, read, forget, disconnect, triedInVain } = host;
  // Before anything is deleted: "auto" may choose by what was entered.
  const result = await read();
  if (result.kind !== 'ready') {
    await forgetEntered(host);
    return;
  }
  const { configuration } = result;
  const others = await otherServers({ approvals, read }, result);
  const isSure = await askInDialog({
    severity: 'warning',
    title: l10n.t('Forget the credential for {0}?', configuration.tracking.origin),
    lines: [
      deletedEverywhere(),
      ...(others.length === 0
        ? []
        : [l10n.t('So is that for the other servers of this workspace: {0}', listed(others))]),
      l10n.t('MLflow is disconnected. Connecting asks for approval again.'),
    ],
    buttons: [{ label: labels.forget(), answer: true }],
  });
  if (isSure !== true) return;
  for (const { tracking } of [configuration, ...others]) triedInVain.delete(tracking.origin);
  // The end of the connection is not waited for by what is deleted.
  const { options, ended } = notedEnd(true);
  const disconnecting = disconnect();
  // Whoever connects before the rest is done is asked for approval again.
  const unapproved = awaiting(approvals.forget());
  const forgotten = inTurn(
    ...[configuration, ...others].map((one) => async () => forget(recordSubject(one).scope, options)),
    unapproved,
  ).catch(failed);
  const [ending] = await Promise.all([disconnecting, forgotten]);
  const forgetting = ended();
  showForgotten(ending, forgetting.kind === 'partly' ? forgetting.undone : []);
}

async function forgetEntered({ entered, forget }: Pick<ForgetHost, 'entered' | 'forget'>): Promise<void> {
  const all = await entered();
  if (all.length === 0) {
    void showMessage('information', [l10n.t('There is no credential to forget: MLflow is not set up here.')]);
    return;
  }
  const chosen = await pickOne(
    l10n.t('Forget Credential'),
    l10n.t('Which credential should be forgotten?'),
    all.map(({ about, scope }) => ({ label: about, scope })),
  );
  if (chosen === undefined) return;
  const isSure = await askInDialog({
    severity: 'warning',
    title: l10n.t('Forget the credential for {0}?', chosen.label),
    lines: [deletedEverywhere()],
    buttons: [{ label: labels.forget(), answer: true }],
  });
  if (isSure !== true) return;
  const { options, ended } = notedEnd(true);
  await forget(chosen.scope, options).catch(failed);
  showForgotten(ended(), []);
}

function failed(error: unknown): never {
  throw isStorageProblem(error) ? notForgotten(error) : error;
}

const deletedEverywhere = (): string =>
  l10n.t('What you entered for it and what was fetched with it is deleted, in all workspaces.');

/** That were used in this workspace before, and whose settings are known. */
async function otherServers(
  { approvals, read }: Pick<ForgetHost, 'approvals' | 'read'>,
  { values, configuration: present }: ReadyConfiguration,
): Promise<readonly ConnectionConfiguration[]> {
  const others: ConnectionConfiguration[] = [];
  for (const server of approvals.servers) {
    if (isOfSameServer(server.destination, destinationOf(present))) continue;
    const way = await wayTo({ read }, server, values);
    if (way?.after.kind === 'ready') others.push(way.after.configuration);
  }
  return others;
}

function listed(configurations: readonly ConnectionConfiguration[]): string {
  return configurations.map(({ tracking }) => tracking.origin + tracking.basePath).join(', ');
}
