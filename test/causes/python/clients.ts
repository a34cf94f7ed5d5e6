import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { tools } from '../../support/setup/parts.mjs';

export type PythonOutcome =
  | { readonly kind: 'done' }
  | { readonly kind: 'raised'; readonly message: string; readonly traceback: string };

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
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    this.#child.on('exit', (code) => {
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
  async call(
    environment: Readonly<Record<string, string | undefined>>,
    trackingUri?: string,
  ): Promise<PythonOutcome> {
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
    this.#child.stdin.write(`${JSON.stringify({ id, environment: own, trackingUri })}\n`);
    return promise;
  }

  stop(): void {
    this.#child.kill();
  }
}
