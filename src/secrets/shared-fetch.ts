import type { FetchOptions } from '../providers/source.ts';

interface Running {
  readonly isAttended: boolean;
  readonly done: Promise<void>;
}

/** One fetch at a time; whoever comes meanwhile shares it and its outcome. */
export class SharedFetch {
  readonly #fetch: (options: FetchOptions) => Promise<void>;
  readonly #hasFailed: () => boolean;
  #running: Running | undefined;

  /** `fetch` never rejects; afterwards `hasFailed` says how it went. */
  constructor(fetch: (options: FetchOptions) => Promise<void>, hasFailed: () => boolean) {
    this.#fetch = fetch;
    this.#hasFailed = hasFailed;
  }

  /** For a person who is there, a fetch that failed without one is made again. */
  async run(options: FetchOptions): Promise<void> {
    const before = this.#running;
    if (before !== undefined) {
      await before.done;
      if (before.isAttended || !options.isAttended || !this.#hasFailed()) return;
    }
    this.#running ??= this.#start(options);
    await this.#running.done;
  }

  #start(options: FetchOptions): Running {
    const done = this.#fetch(options).finally(() => {
      this.#running = undefined;
    });
    return { isAttended: options.isAttended, done };
  }
}
