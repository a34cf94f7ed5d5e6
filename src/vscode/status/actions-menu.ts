import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { ConnectionState } from '../../connection/state.ts';
import { pickOne } from '../sinks/quick-inputs.ts';
import { actionsFor } from './actions.ts';

/** What a click on the status bar item offers. */
export async function showActions(state: ConnectionState): Promise<void> {
  const chosen = await pickOne(
    l10n.t('MLflow Connection'),
    l10n.t('What would you like to do?'),
    actionsFor(state),
  );
  if (chosen) await vscode.commands.executeCommand(chosen.command);
}
