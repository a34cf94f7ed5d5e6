import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { KeptConnection } from '../connection/kept-connections.ts';
import { askInDialog, showMessage } from './sinks/messages.ts';
import { pickOne } from './sinks/quick-inputs.ts';

export interface KeptConnectionsHost {
  readonly keptConnections: () => Promise<readonly KeptConnection[]>;
}

/** *Show Kept Connections*: what goes on without a window, and who uses it; one can be ended. */
export async function showKept({ keptConnections }: KeptConnectionsHost): Promise<void> {
  const kept = await keptConnections();
  if (kept.length === 0) {
    await sayNone();
    return;
  }
  const entries = kept.map((connection) => ({
    label: connection.folder,
    description: connection.origin,
    detail: keptDetail(connection),
    connection,
  }));
  const chosen = await pickOne(l10n.t('Kept Connections'), l10n.t('Choose one to end it.'), entries);
  if (chosen !== undefined) await end([chosen.connection]);
}

/** *End Kept Connections*: all of them. */
export async function endKept({ keptConnections }: KeptConnectionsHost): Promise<void> {
  const kept = await keptConnections();
  if (kept.length === 0) await sayNone();
  else await end(kept);
}

async function sayNone(): Promise<void> {
  await showMessage('information', [l10n.t('No connection is kept.')]);
}

async function end(kept: readonly KeptConnection[]): Promise<void> {
  const [first] = kept;
  const answer = await askInDialog<'end'>({
    severity: 'information',
    title:
      kept.length === 1
        ? l10n.t('End the kept connection of {0}?', first?.folder ?? '')
        : l10n.t('End {0} kept connections?', kept.length),
    lines: [
      ...kept.map((connection) => `${connection.folder}: ${keptDetail(connection)}`),
      l10n.t('Programs that use them can no longer use MLflow.'),
    ],
    buttons: [{ label: l10n.t('End'), answer: 'end' }],
  });
  if (answer === undefined) return;
  await Promise.all(kept.map(async (connection) => connection.end()));
  await showMessage('information', [
    kept.length === 1
      ? l10n.t('The kept connection is ended.')
      : l10n.t('{0} kept connections are ended.', kept.length),
  ]);
}

/** Since when, until when, and who uses it, for people. */
export function keptDetail({ since, until, clients }: KeptConnection): string {
  const times =
    until === undefined
      ? l10n.t('since {0}', timeOf(since))
      : l10n.t('since {0}, until {1} at most', timeOf(since), timeOf(until));
  return clients.length === 0 ? times : l10n.t('{0}, used {1}', times, clients.join(', '));
}

function timeOf(time: number): string {
  return new Date(time).toLocaleString(vscode.env.language, {
    ...{ weekday: 'short', hour: '2-digit', minute: '2-digit' },
  });
}
