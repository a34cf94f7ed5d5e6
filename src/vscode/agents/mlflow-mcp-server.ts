import { execFile } from 'node:child_process';
import { homedir } from 'node:os';
import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { EnvironmentChange } from '../../python/environment.ts';
import { selectedPython } from '../python-extension.ts';
import { showMessage } from '../sinks/messages.ts';
import { actions } from '../status/actions.ts';
import { commandButton } from '../status/problem-message.ts';

/** MLflow's own server for the Model Context Protocol, in MLflow 3.5.1 and later with its extra `mcp` (mlflow/mcp/). */
const server = ['-m', 'mlflow', 'mcp', 'run'];
// eslint-disable-next-line house/sentences -- A command, which is the same in every language.
const installCommand = 'pip install "mlflow[mcp]>=3.5.1"';

/** Looks for it without importing MLflow, which takes seconds. Exits with 3 where it is not there. */
// eslint-disable-next-line house/sentences -- Python, which has no language of its user.
const look = `
import os, sys
from importlib.util import find_spec
mlflow = find_spec("mlflow")
folders = mlflow.submodule_search_locations if mlflow else []
has = any(os.path.isdir(os.path.join(folder, "mcp")) for folder in folders) and find_spec("fastmcp")
sys.exit(0 if has else 3)
`;
const lookMs = 15_000;

/** As it is listed. VS Code keeps this on disk (extensionMcpDiscovery.ts), so nothing of the connection is in it. */
export function offeredServer(version: string): vscode.McpStdioServerDefinition {
  return new vscode.McpStdioServerDefinition('MLflow', 'python', server, {}, version);
}

export interface Startable {
  readonly version: string;
  readonly isConnected: boolean;
  readonly variables: readonly EnvironmentChange[] | undefined;
}

/**
 * As it is started: with the selected Python, what signs it in, and nothing imported from the project, where an agent may
 * write. `undefined`: it cannot be, and the user was told why. */
export async function startableServer({
  version,
  isConnected,
  variables,
}: Startable): Promise<vscode.McpStdioServerDefinition | undefined> {
  if (!isConnected || variables === undefined) {
    void showMessage(
      'warning',
      [l10n.t('The MLflow MCP server needs a connection.'), l10n.t('Run "MLflow: Connect" first.')],
      [commandButton(actions.connect())],
    );
    return undefined;
  }
  const python = await selectedPython();
  const found = await lookFor(python);
  if (found !== 'there') {
    tellMissing(found, python);
    return undefined;
  }
  // The extension host's own environment has them already, lists joined with what was there.
  const entries = variables.map(({ name }) => [name, process.env[name] ?? null] as const);
  const environment = { ...Object.fromEntries(entries), PYTHONSAFEPATH: '1' };
  const definition = new vscode.McpStdioServerDefinition('MLflow', python, server, environment, version);
  // Python 3.10 and before import from the working folder in any case.
  definition.cwd = vscode.Uri.file(homedir());
  return definition;
}

async function lookFor(python: string): Promise<'there' | 'missing' | 'noPython'> {
  return new Promise((resolve) => {
    // Isolated: nothing of the folder is imported.
    execFile(python, ['-I', '-c', look], { timeout: lookMs }, (error) => {
      if (error === null) resolve('there');
      else resolve(error.code === 3 ? 'missing' : 'noPython');
    });
  });
}

function tellMissing(found: 'missing' | 'noPython', python: string): void {
  if (found === 'noPython') {
    void showMessage('warning', [
      l10n.t('{0} could not be started.', python),
      l10n.t('Select another Python interpreter for this folder.'),
    ]);
    return;
  }
  void showMessage(
    'warning',
    [l10n.t('{0} has no MLflow MCP server.', python), l10n.t('Install it there: {0}', installCommand)],
    [{ label: l10n.t('Copy Command'), run: async () => vscode.env.clipboard.writeText(installCommand) }],
  );
}
