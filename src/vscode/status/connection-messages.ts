import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { Ending, Undone } from '../../connection/ending.ts';
import type { ConnectionState } from '../../connection/state.ts';
import { labels } from '../labels.ts';
import { reloadOffer } from '../python-extension.ts';
import type { WrittenIn } from '../settings.ts';
import type { TerminalsBefore } from '../unaware-terminals.ts';
import { clearScreen, showMessage } from '../sinks/messages.ts';
import type { Button } from '../sinks/messages.ts';
import { actions } from './actions.ts';
import { commandButton } from './problem-message.ts';

type AcceptedState = Extract<ConnectionState, { kind: 'connected' | 'degraded' }>;

/** What came of a command that a person ran; not waited for, since it stays for as long as the user likes. */
export function showConnected(
  { server: { user } }: AcceptedState,
  { unaware, unknown }: TerminalsBefore,
  written: WrittenIn | undefined,
): void {
  const older =
    unaware.length > 0
      ? labels.unawareTerminals(unaware.length)
      : unknown > 0
        ? labels.olderTerminals()
        : undefined;
  const newTerminal = {
    label: l10n.t('New Terminal'),
    run: () => vscode.commands.executeCommand('workbench.action.terminal.new'),
  };
  const saved = written === undefined ? undefined : savedIn[written];
  const advice = [older, saved?.sentence()].filter((one) => one !== undefined);
  const showSettings = saved && {
    label: l10n.t('Show Settings'),
    run: () => vscode.commands.executeCommand(saved.editor),
  };
  show(labels.connected(user), advice, showSettings ? [newTerminal, showSettings] : [newTerminal]);
}

/** What the settings were written to, and what opens it. */
const savedIn = {
  folder: {
    sentence: () => l10n.t('Saved in {0} of this folder.', '.vscode/settings.json'),
    editor: 'workbench.action.openWorkspaceSettingsFile',
  },
  workspaceFile: {
    sentence: () => l10n.t('Saved in the file of this workspace.'),
    editor: 'workbench.action.openWorkspaceSettingsFile',
  },
  user: {
    sentence: () => l10n.t('Saved in your user settings, for all windows.'),
    editor: 'workbench.action.openSettingsJson',
  },
} as const;

/** In the place of what was said of the connection before. */
export async function showDisconnected(
  ending: Ending,
  { isRevoked }: { readonly isRevoked: boolean },
): Promise<void> {
  await clearScreen();
  switch (ending.kind) {
    case 'ended':
      show(
        isRevoked
          ? l10n.t('Disconnected from MLflow. The session token of running kernels and terminals is revoked.')
          : labels.disconnected(),
      );
      return;
    case 'partly':
      void showMessage(
        'warning',
        [labels.disconnected(), ending.undone.map(undoneSentence).join(' ')],
        [commandButton(actions.log())],
      );
      return;
    case 'underWay':
      show(
        isRevoked
          ? l10n.t('Disconnected from MLflow. Revoking takes longer; you are told if a part of it fails.')
          : labels.disconnected(),
      );
      void ending.outcome.then((ended) => {
        if (ended.kind === 'partly') void showDisconnected(ended, { isRevoked });
      });
  }
}

/** What is left, and what ends it. */
export function undoneSentence(what: Undone): string {
  switch (what) {
    case 'signIn':
      return l10n.t(
        'The secret store did not revoke the sign-in, which stays valid until its lease ends; to end it now, revoke it there.',
      );
    case 'record':
      return l10n.t(
        "VS Code's secret storage has not deleted the stored credential yet. If the keychain of your computer is locked, unlock it.",
      );
    case 'other':
      return l10n.t('Not everything could be ended; run "MLflow: Disconnect and Revoke" to try again.');
  }
}

function show(sentence: string, advice: readonly string[] = [], buttons: readonly Button[] = []): void {
  const offer = reloadOffer();
  const more = [...advice, ...(offer === undefined ? [] : [offer.sentence])];
  void showMessage(
    'information',
    more.length === 0 ? [sentence] : [sentence, more.join(' ')],
    offer === undefined ? buttons : [...buttons, offer.button],
  );
}
