import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { labels } from './labels.ts';
import type { Button } from './sinks/messages.ts';

/**
 * The Python extension copies the environment when it first needs it, and runs tests with the copy for an hour, whatever
 * happens to the variables meanwhile (environmentVariablesProvider.ts of vscode-python). Only a reload ends it for sure.
 * Where it has not begun yet, there is no copy.
 */
export function reloadOffer(): { readonly sentence: string; readonly button: Button } | undefined {
  if (vscode.extensions.getExtension('ms-python.python')?.isActive !== true) return undefined;
  return {
    sentence: labels.reloadForTests(),
    button: {
      label: l10n.t('Reload Window'),
      run: async () => vscode.commands.executeCommand('workbench.action.reloadWindow'),
    },
  };
}
