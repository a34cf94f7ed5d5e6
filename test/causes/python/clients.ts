import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { note, signalGroup } from '../../support/servers/left-over.ts';
import { tools } from '../../support/setup/parts.mjs';

export type PythonOutcome =
  | { readonly kind: 'done' }
  | { readonly kind: 'raised'; readonly message: string; readonly traceback: string };

export interface ClientCall {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Where the code names it itself. */
  readonly trackingUri: string;
  /** `search`: what everybody may do. `createRun`: what needs permission to write. */
  readonly does: 'search' | 'createRun';
}

type Line = { readonly id: number } & PythonOutcome;

/** Real MLflow clients, each a process of its own. */
export class PythonClients {
  readonly #child;
  readonly #waiting = new Map<number, (outcome: PythonOutcome) => void>();
  readonly #ready = Promise.withResolvers<undefined>();
  #calls = 0;

  constructor(folder: string) {
    const env = {
      PATH: process.env['PATH'],
      HOME: folder,
      TMPDIR: process.env['TMPDIR'],
      PYTHONDONTWRITEBYTECODE: '1',
    };
    this.#child = spawn(tools.python('mlflow'), [join(import.meta.dirname, 'clients.py')], {
      env,
      cwd: folder,
      // Each client is a fork that holds what it prints to: all are ended together.
      detached: true,
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    const forget = note(this.#child.pid ?? 0);
    this.#child.on('exit', (code) => {
      forget();
      this.#ready.reject(new Error(`Python ended with ${code}`));
      for (const settle of this.#waiting.values())
        settle({ kind: 'raised', message: 'Python ended', traceback: '' });
    });
    createInterface({ input: this.#child.stdout }).on('line', (text) => {
      const line = JSON.parse(text) as Line | { readonly kind: 'ready' };
      if (line.kind === 'ready') {
        this.#ready.resolve(undefined);
        return;
      }
      this.#waiting.get(line.id)?.(line);
      this.#waiting.delete(line.id);
    });
  }

  /** Asks the tracking server for something that needs a credential. */
  async call({ environment = {}, ...call }: Partial<ClientCall>): Promise<PythonOutcome> {
    await this.#ready.promise;
    const id = (this.#calls += 1);
    const { promise, resolve } = Promise.withResolvers<PythonOutcome>();
    this.#waiting.set(id, resolve);
    const own = {
      ...environment,
      PYTHONDONTWRITEBYTECODE: '1',
      // The defaults try again for minutes.
      ...{ MLFLOW_HTTP_REQUEST_MAX_RETRIES: '1', MLFLOW_HTTP_REQUEST_BACKOFF_FACTOR: '0' },
      MLFLOW_HTTP_REQUEST_BACKOFF_JITTER: '0',
    };
    this.#child.stdin.write(`${JSON.stringify({ ...call, id, environment: own })}\n`);
    return promise;
  }

  /** Also those that are still waiting. */
  async stop(): Promise<void> {
    const { pid, exitCode } = this.#child;
    if (pid === undefined || exitCode !== null) return;
    const closed = once(this.#child, 'close');
    signalGroup(pid, 'SIGKILL');
    await closed;
  }
}
