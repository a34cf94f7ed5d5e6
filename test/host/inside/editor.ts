import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import * as vscode from 'vscode';

export function extension(): vscode.Extension<unknown> {
  const found = vscode.extensions.getExtension('mlflow-secrets-auth.mlflow-secrets-auth');
  if (found === undefined) throw new Error('The extension is not installed.');
  return found;
}

/** Waits for a condition, at most a minute. */
export async function waitUntil(condition: () => boolean | Promise<boolean>, what = 'it'): Promise<void> {
  const deadline = Date.now() + 60_000;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`Waited in vain for ${what}.`);
    await sleep(100);
  }
}

/** Writes workspace settings, as a team's repository has them; `undefined` removes one. */
export async function configure(values: Readonly<Record<string, unknown>>): Promise<void> {
  const configuration = vscode.workspace.getConfiguration('mlflowSecretsAuth');
  for (const [key, value] of Object.entries(values)) {
    await configuration.update(key, value, vscode.ConfigurationTarget.Workspace);
  }
}

export function projectFolder(): string {
  const [folder] = vscode.workspace.workspaceFolders ?? [];
  if (folder === undefined) throw new Error('No folder is open.');
  return folder.uri.fsPath;
}

/** Runs a command line in a new, real terminal; resolves to what it writes to the file that `$OUT` names. */
export async function inTerminal(line: string): Promise<string> {
  const out = join(projectFolder(), `terminal-${Date.now()}.txt`);
  const terminal = vscode.window.createTerminal({ name: 'test' });
  try {
    terminal.sendText(`(${line.replaceAll('$OUT', out)}) ; mv ${out} ${out}.done`);
    await waitUntil(async () => (await read(`${out}.done`)) !== undefined, `the terminal: ${line}`);
    return (await read(`${out}.done`)) ?? '';
  } finally {
    terminal.dispose();
  }
}

async function read(file: string): Promise<string | undefined> {
  return readFile(file, 'utf8').catch(() => undefined);
}

/** Asks the tracking server through the local address that Python is given; resolves to the status. */
export async function askThroughProxy(token = process.env['MLFLOW_TRACKING_TOKEN']): Promise<number> {
  const uri = process.env['MLFLOW_TRACKING_URI'];
  if (uri === undefined) throw new Error('There is no local address.');
  const response = await fetch(`${uri}/api/2.0/mlflow/experiments/search?max_results=1`, {
    headers: { authorization: `Bearer ${token ?? ''}` },
  });
  await response.text();
  return response.status;
}
