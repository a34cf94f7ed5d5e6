import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { ConnectionState } from '../../connection/state.ts';
import { actionsFor } from './actions.ts';

/** What a click on the status bar item offers. */
export async function showActions(state: ConnectionState): Promise<void> {
  const items = actionsFor(state).map(({ icon, label, ...action }) => ({
    label: `$(${icon}) ${label}`,
    ...action,
  }));
  const chosen = await vscode.window.showQuickPick(items, {
    title: l10n.t('MLflow Connection'),
    placeHolder: l10n.t('What would you like to do?'),
  });
  if (chosen) await vscode.commands.executeCommand(chosen.command);
}
