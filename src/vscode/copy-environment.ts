import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { EnvironmentChange } from '../python/environment.ts';
import { shellLines, shells } from '../python/shell-lines.ts';
import type { Shell } from '../python/shell-lines.ts';
import { labels } from './labels.ts';
import { showMessage } from './sinks/messages.ts';
import { pickOne } from './sinks/quick-inputs.ts';
import type { PickEntry } from './sinks/quick-inputs.ts';
import { actions } from './status/actions.ts';
import { commandButton } from './status/problem-message.ts';

export interface CopyEnvironmentHost {
  /** What Python in this window finds; `undefined` where nothing is connected. */
  readonly variables: () => readonly EnvironmentChange[] | undefined;
}

const names = { posix: labels.posixShells, fish: 'fish', powershell: 'PowerShell', tmux: 'tmux' } as const;

const descriptions: Readonly<Record<Shell, (() => string) | undefined>> = {
  posix: undefined,
  fish: undefined,
  powershell: undefined,
  tmux: () => l10n.t('for new windows and panes of a session'),
};

function entry(shell: Shell): PickEntry & { readonly shell: Shell } {
  const description = descriptions[shell]?.();
  return { label: names[shell], ...(description !== undefined && { description }), shell };
}

/** *MLflow: Copy Environment*: for a shell that this window did not start. Nothing of it is worth anything elsewhere. */
export async function copyEnvironment({ variables }: CopyEnvironmentHost): Promise<void> {
  if (variables() === undefined) {
    void showMessage(
      'warning',
      [l10n.t('There is nothing to copy yet.'), l10n.t('Run "MLflow: Connect" first.')],
      [commandButton(actions.connect())],
    );
    return;
  }
  const chosen = await pickOne(
    l10n.t('Copy Environment'),
    l10n.t('Where will you paste it?'),
    shells.map(entry),
  );
  const changes = variables();
  if (chosen === undefined || changes === undefined) return;
  await vscode.env.clipboard.writeText(shellLines(changes, chosen.shell));
  void showMessage('information', [
    l10n.t('Copied.'),
    l10n.t(
      'The lines authenticate MLflow on this machine, while a window of this workspace is connected. They hold a session token, and no password.',
    ),
  ]);
}
