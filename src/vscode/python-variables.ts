import { hostname } from 'node:os';
import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { LocalEndpoint } from '../connection/local-endpoint.ts';
import type { Environment } from '../environment.ts';
import { environmentChanges } from '../python/environment.ts';
import type { EnvironmentChange, PythonEndpoint } from '../python/environment.ts';
import { ProcessEnvironment } from '../python/process-environment.ts';
import type { KernelVariables } from '../python/running-kernel.ts';
import { terminalMutators } from '../python/terminal-environment.ts';
import type { TerminalMutator } from '../python/terminal-environment.ts';
import { userName } from '../python/user-name.ts';
import { describeVariables } from './sinks/terminals.ts';

/**
 * Puts the variables where Python is started from: terminals, tasks and debugging through the editor's
 * collection; kernels, tests and other extensions' processes through the extension host's own environment.
 */
export class PythonVariables {
  readonly #collection: vscode.EnvironmentVariableCollection;
  readonly #packageFolder: () => string;
  #folder: string | undefined;
  readonly #process = new ProcessEnvironment(process.env, process.platform);
  #fingerprint = '';
  #applied: readonly EnvironmentChange[] | undefined;
  #forKernels: KernelVariables | undefined;

  /** `packageFolder` is called when the first variables are made: it writes. */
  constructor(collection: vscode.EnvironmentVariableCollection, packageFolder: () => string) {
    this.#collection = collection;
    this.#packageFolder = packageFolder;
    // The editor would write the values to disk, unencrypted.
    collection.persistent = false;
  }

  apply({ port, clientToken, configuration }: LocalEndpoint): void {
    const { tracking, intercept } = configuration;
    this.#folder ??= this.#packageFolder();
    const endpoint: PythonEndpoint = {
      localOrigin: `http://127.0.0.1:${port}`,
      basePath: tracking.basePath,
      upstreamOrigin: tracking.origin,
      sessionToken: clientToken,
      userName: userName(process.env),
      hostName: hostname(),
      packageFolder: this.#folder,
      intercept,
    };
    const { platform } = process;
    const environment = this.#process.original;
    const changes = environmentChanges(endpoint, { platform, environment });
    const start = terminalStart(environment);
    const mutators = terminalMutators(environmentChanges(endpoint, { platform, environment: start }), start);
    // The editor asks the user to relaunch open terminals whenever the collection is touched.
    const fingerprint = JSON.stringify([changes, mutators, tracking.origin]);
    if (fingerprint === this.#fingerprint) return;
    this.#fingerprint = fingerprint;
    this.#applied = changes;
    const { packageFolder, hostName } = endpoint;
    this.#forKernels = intercept ? { changes, before: environment, packageFolder, hostName } : undefined;
    this.#process.apply(changes);
    this.#applyToTerminals(mutators, tracking.origin);
  }

  /** For kernels that run already; `undefined` where they are not to be changed. */
  get forKernels(): KernelVariables | undefined {
    return this.#forKernels;
  }

  /** What Python in this window finds now. */
  get applied(): readonly EnvironmentChange[] | undefined {
    return this.#applied;
  }

  clear(): void {
    this.#fingerprint = '';
    this.#applied = undefined;
    this.#process.undo();
    this.#collection.clear();
  }

  #applyToTerminals(mutators: readonly TerminalMutator[], server: string): void {
    this.#collection.clear();
    describeVariables(
      this.#collection,
      (shown) => l10n.t('Authenticates MLflow calls to {0}', shown),
      server,
    );
    for (const { type, name, value, afterStartUp } of mutators) {
      this.#collection[type](name, value, {
        applyAtProcessCreation: true,
        applyAtShellIntegration: afterStartUp,
      });
    }
  }
}

/** What a terminal starts with: such an environment, and the user's setting over it. */
function terminalStart(environment: Environment): Environment {
  const platform = { darwin: 'osx', win32: 'windows' }[process.platform as string] ?? 'linux';
  const setting = vscode.workspace.getConfiguration('terminal.integrated.env').get<unknown>(platform);
  const start: Record<string, string | undefined> = { ...environment };
  for (const [name, value] of Object.entries(setting ?? {})) {
    if (typeof value === 'string') start[name] = value;
    // A null takes a variable out.
    else if (value === null) start[name] = undefined;
  }
  return start;
}
