import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { ConnectionState } from '../../connection/state.ts';
import { labels } from '../labels.ts';
import { reloadOffer } from '../python-extension.ts';
import { showMessage } from '../sinks/messages.ts';
import type { Button } from '../sinks/messages.ts';

type AcceptedState = Extract<ConnectionState, { kind: 'connected' | 'degraded' }>;

/** What came of a command that a person ran; not waited for, since it stays for as long as the user likes. */
export function showConnected({ server: { user } }: AcceptedState): void {
  const { terminals } = vscode.window;
  const older = terminals.length === 0 ? undefined : labels.olderTerminals();
  const newTerminal = {
    label: l10n.t('New Terminal'),
    run: () => vscode.commands.executeCommand('workbench.action.terminal.new'),
  };
  show(labels.connected(user), older, [newTerminal]);
}

export function showDisconnected({ isRevoked }: { readonly isRevoked: boolean }): void {
  show(
    isRevoked
      ? l10n.t('Disconnected from MLflow. The session token of running kernels and terminals is revoked.')
      : labels.disconnected(),
  );
}

function show(sentence: string, advice?: string, buttons: readonly Button[] = []): void {
  const offer = reloadOffer();
  const more = [advice, offer?.sentence].filter((one) => one !== undefined);
  void showMessage(
    'information',
    more.length === 0 ? [sentence] : [sentence, more.join(' ')],
    offer === undefined ? buttons : [...buttons, offer.button],
  );
}
