import * as l10n from '@vscode/l10n';
import { Problem } from '../problem.ts';
import type { SecretRecord } from './secret-record.ts';

/** Where a record is kept over reloads; each call may reject. */
export interface RecordStorage {
  load(): Promise<SecretRecord | undefined>;
  save(record: SecretRecord): Promise<void>;
  delete(): Promise<void>;
}

/**
 * Loads, saves and deletes one at a time. A record that survives a reload is a comfort: where its storage fails, the
 * secret in memory still serves. Nothing here rejects.
 */
export class RecordQueue {
  readonly #storage: RecordStorage | undefined;
  readonly #log: (line: string) => void;
  /** Tail of the queue. */
  #last: Promise<void> = Promise.resolve();

  /** `undefined`: nothing is kept. */
  constructor(storage: RecordStorage | undefined, log: (line: string) => void) {
    this.#storage = storage;
    this.#log = log;
  }

  /** Deletes what `use` does not take. */
  async load(use: (record: SecretRecord) => boolean): Promise<void> {
    await this.#enqueue(
      async (storage) => {
        const record = await storage.load();
        if (record !== undefined && !use(record)) await storage.delete();
      },
      (reason) => l10n.t('The last good secret could not be loaded: {0}', reason),
    );
  }

  async save(record: SecretRecord): Promise<void> {
    await this.#enqueue(
      async (storage) => storage.save(record),
      (reason) => l10n.t('The last good secret could not be stored: {0}', reason),
    );
  }

  async delete(): Promise<void> {
    await this.#enqueue(
      async (storage) => storage.delete(),
      (reason) => l10n.t('The last good secret could not be deleted: {0}', reason),
    );
  }

  async #enqueue(
    use: (storage: RecordStorage) => Promise<void>,
    failure: (reason: string) => string,
  ): Promise<void> {
    const storage = this.#storage;
    if (storage === undefined) return;
    this.#last = this.#last.then(async () => {
      try {
        await use(storage);
      } catch (error) {
        this.#log(failure(error instanceof Problem ? error.message : l10n.t('unexpected error')));
      }
    });
    await this.#last;
  }
}
