import { hostname } from 'node:os';
import { join } from 'node:path';
import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { LocalEndpoint } from '../connection/local-endpoint.ts';
import { environmentChanges } from '../python/environment.ts';
import type { EnvironmentChange } from '../python/environment.ts';
import { ProcessEnvironment } from '../python/process-environment.ts';
import { terminalMutators } from '../python/terminal-environment.ts';
import { userName } from '../python/user-name.ts';
import { describeVariables } from './sinks/terminals.ts';

/**
 * Puts the variables where Python is started from: terminals, tasks and debugging through the editor's
 * collection; kernels, tests and other extensions' processes through the extension host's own environment.
 */
export class PythonVariables {
  readonly #collection: vscode.EnvironmentVariableCollection;
  readonly #packageFolder: string;
  readonly #process = new ProcessEnvironment(process.env, process.platform);
  #applied = '';

  constructor(collection: vscode.EnvironmentVariableCollection, extensionPath: string) {
    this.#collection = collection;
    this.#packageFolder = join(extensionPath, 'media', 'python');
    // The editor would write the values to disk, unencrypted.
    collection.persistent = false;
  }

  apply({ port, clientToken, configuration }: LocalEndpoint): void {
    const { tracking, intercept } = configuration;
    const changes = environmentChanges(
      {
        localOrigin: `http://127.0.0.1:${port}`,
        basePath: tracking.basePath,
        upstreamOrigin: tracking.origin,
        sessionToken: clientToken,
        userName: userName(process.env),
        hostName: hostname(),
        packageFolder: this.#packageFolder,
        intercept,
      },
      { platform: process.platform, environment: process.env },
    );
    // The editor asks the user to relaunch open terminals whenever the collection is touched.
    const fingerprint = JSON.stringify([changes, tracking.origin]);
    if (fingerprint === this.#applied) return;
    this.#applied = fingerprint;
    this.#process.apply(changes);
    this.#applyToTerminals(changes, tracking.origin);
  }

  clear(): void {
    this.#applied = '';
    this.#process.undo();
    this.#collection.clear();
  }

  #applyToTerminals(changes: readonly EnvironmentChange[], server: string): void {
    this.#collection.clear();
    describeVariables(
      this.#collection,
      (shown) => l10n.t('Authenticates MLflow calls to {0}', shown),
      server,
    );
    // Start-up files of the shell must not win.
    const options = { applyAtProcessCreation: true, applyAtShellIntegration: true };
    for (const { type, name, value } of terminalMutators(changes, terminalStart())) {
      this.#collection[type](name, value, options);
    }
  }
}

/** What a terminal starts with: this process's environment, and the user's setting over it. */
function terminalStart(): Record<string, string | undefined> {
  const platform = { darwin: 'osx', win32: 'windows' }[process.platform as string] ?? 'linux';
  const setting = vscode.workspace.getConfiguration('terminal.integrated.env').get<unknown>(platform);
  const start: Record<string, string | undefined> = { ...process.env };
  if (typeof setting !== 'object' || setting === null) return start;
  for (const [name, value] of Object.entries(setting)) {
    if (typeof value === 'string') start[name] = value;
    // A null takes a variable out.
    else if (value === null) start[name] = undefined;
  }
  return start;
}
