import { Worker } from 'node:worker_threads';
import { atMost } from '../deadline.ts';

export interface SystemCertificatesOptions {
  /** The bundle of `certificate-worker.ts`, or that file itself. */
  readonly workerFile: string;
  /** What the system has not said by then is done without until it does. */
  readonly maxWaitMs?: number;
  readonly log: (line: string) => void;
}

/** Managed Macs have been seen to take 40 s. */
const defaultMaxWaitMs = 90_000;

/**
 * The certificates that the operating system trusts, read once, in a thread of its own, when they are first needed.
 * `changed` is called when they are known, or the wait for them is over.
 */
export class SystemCertificates {
  readonly #options: SystemCertificatesOptions;
  readonly #changed: () => void;
  #reading: Promise<void> | undefined;
  #known: readonly string[] | undefined;

  constructor(options: SystemCertificatesOptions, changed: () => void) {
    this.#options = options;
    this.#changed = changed;
  }

  /** Never waits. `undefined`: they are being read. */
  get known(): readonly string[] | undefined {
    this.#reading ??= this.#read();
    return this.#known;
  }

  /** None where they do not come in time. */
  async within(maxWaitMs: number): Promise<readonly string[]> {
    this.#reading ??= this.#read();
    if (this.#known === undefined) await atMost(this.#reading, maxWaitMs);
    return this.#known ?? [];
  }

  async #read(): Promise<void> {
    const { maxWaitMs = defaultMaxWaitMs } = this.#options;
    const read = this.#ask().then((certificates) => this.#is(certificates));
    await atMost(read, maxWaitMs);
    if (this.#known === undefined) this.#is([]);
  }

  #is(certificates: readonly string[]): void {
    this.#known = certificates;
    this.#changed();
  }

  async #ask(): Promise<readonly string[]> {
    const worker = new Worker(this.#options.workerFile, {
      name: 'mlflow-secrets-auth-certificates',
      env: {},
    });
    worker.unref();
    return new Promise((resolve) => {
      worker.once('message', (certificates: readonly string[]) => resolve(certificates));
      worker.once('error', (error: unknown) => {
        this.#options.log(error instanceof Error ? `${error.name}: ${error.message}` : String(error));
        resolve([]);
      });
      worker.once('exit', () => resolve([]));
    });
  }
}
