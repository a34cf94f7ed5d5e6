import * as vscode from 'vscode';
import type { ConnectionState } from '../../connection/state.ts';
import { commands } from '../../settings/manifest.ts';
import type { CommandId } from '../../settings/manifest.ts';

const { l10n } = vscode;

interface Action extends vscode.QuickPickItem {
  readonly command: CommandId;
}

/** What a click on the status bar item offers; the likeliest first. */
export async function showActions(state: ConnectionState): Promise<void> {
  const chosen = await vscode.window.showQuickPick(actionsFor(state), {
    title: l10n.t('MLflow Connection'),
    placeHolder: l10n.t('What would you like to do?'),
  });
  if (chosen) await vscode.commands.executeCommand(chosen.command);
}

const actions = {
  connect: { label: `$(plug) ${l10n.t('Connect MLflow')}`, command: commands.connect },
  review: { label: `$(shield) ${l10n.t('Review and Approve')}`, command: commands.connect },
  retry: { label: `$(debug-restart) ${l10n.t('Try Again')}`, command: commands.connect },
  refresh: { label: `$(refresh) ${l10n.t('Refresh MLflow Secret')}`, command: commands.refreshSecret },
  configure: { label: `$(gear) ${l10n.t('Configure MLflow Connection')}`, command: commands.configure },
  credential: { label: `$(key) ${l10n.t('Enter MLflow Credential')}`, command: commands.enterCredential },
  log: {
    label: `$(output) ${l10n.t('Show MLflow Connection')}`,
    description: l10n.t('log'),
    command: commands.showConnection,
  },
  diagnose: { label: `$(pulse) ${l10n.t('Diagnose MLflow Connection')}`, command: commands.diagnose },
  disconnect: { label: `$(debug-disconnect) ${l10n.t('Disconnect MLflow')}`, command: commands.disconnect },
  revoke: {
    label: `$(circle-slash) ${l10n.t('Disconnect MLflow and Revoke Local Token')}`,
    description: l10n.t('running kernels and terminals lose access'),
    command: commands.disconnectAndRevoke,
  },
} as const satisfies Record<string, Action>;

function actionsFor(state: ConnectionState): readonly Action[] {
  const { connect, review, retry, refresh, configure, credential, diagnose, log, disconnect, revoke } =
    actions;
  switch (state.kind) {
    case 'disconnected':
      return [connect, configure, diagnose, log];
    case 'restricted':
      return [connect, diagnose, log];
    case 'needsConfiguration':
      return [connect, diagnose, log, disconnect];
    case 'needsApproval':
      return [review, configure, diagnose, log, disconnect];
    case 'connecting':
      return [diagnose, log, disconnect];
    case 'connected':
    case 'degraded':
      return [refresh, diagnose, log, configure, credential, disconnect, revoke];
    case 'failed':
      return [retry, diagnose, credential, configure, log, disconnect];
  }
}
