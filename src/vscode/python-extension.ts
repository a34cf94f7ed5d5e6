import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { labels } from './labels.ts';
import type { Button } from './sinks/messages.ts';

const pythonId = 'ms-python.python';

/**
 * The Python extension copies the environment when it first needs it, and runs tests with the copy for an hour, whatever
 * happens to the variables meanwhile (environmentVariablesProvider.ts of vscode-python). Only a reload ends it for sure.
 * Where it has not begun yet, there is no copy.
 */
export function reloadOffer(): { readonly sentence: string; readonly button: Button } | undefined {
  if (vscode.extensions.getExtension(pythonId)?.isActive !== true) return undefined;
  return {
    sentence: labels.reloadForTests(),
    button: {
      label: l10n.t('Reload Window'),
      run: async () => vscode.commands.executeCommand('workbench.action.reloadWindow'),
    },
  };
}

/** Of the Python extension's public API (`environments` of @vscode/python-extension 1.0), what is used. */
interface PythonApi {
  readonly environments: {
    getActiveEnvironmentPath(resource?: vscode.Uri): { readonly path: string };
    resolveEnvironment(environment: { readonly path: string }): Promise<ResolvedPython | undefined>;
  };
}

interface ResolvedPython {
  readonly executable: { readonly uri: vscode.Uri | undefined };
}

/** The interpreter that the user has selected; without the Python extension, the one of the PATH. */
export async function selectedPython(): Promise<string> {
  const usual = process.platform === 'win32' ? 'python' : 'python3';
  const api = await vscode.extensions.getExtension<Partial<PythonApi> | undefined>(pythonId)?.activate();
  const environments = api?.environments;
  if (environments === undefined) return usual;
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  const resolved = await environments.resolveEnvironment(environments.getActiveEnvironmentPath(folder));
  return resolved?.executable.uri?.fsPath ?? usual;
}
