import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { commands } from '../../settings/manifest.ts';
import { labels } from '../labels.ts';
import { showMessage } from '../sinks/messages.ts';

let goingOn: vscode.Disposable | undefined;

/** Where a folder has to be trusted first: says so, and connects as soon as it is, since that is what the user has begun. */
export async function askTrust(): Promise<void> {
  goingOn ??= vscode.workspace.onDidGrantWorkspaceTrust(() => {
    goingOn?.dispose();
    goingOn = undefined;
    void vscode.commands.executeCommand(commands.connect);
  });
  const manage = {
    label: l10n.t('Manage Workspace Trust'),
    run: () => vscode.commands.executeCommand('workbench.trust.manage'),
  };
  await showMessage('warning', [labels.restricted()], [manage]);
}
