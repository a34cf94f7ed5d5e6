import { RecordStorage } from '../../../src/vscode/record-storage.ts';
import type { ExpiryClock } from '../../../src/expiry.ts';
import type { Storage } from '../../../src/vscode/record-storage.ts';

/**
 * As much of the editor's secret storage as is used, for several windows. `failure`: what a locked keychain may throw;
 * `listsKeys`: not in every editor.
 */
export class MemoryStorage {
  readonly values = new Map<string, string>();
  failure: Error | undefined;
  /** Nothing is answered until this is over; what was asked for is done then. */
  locked: Promise<void> | undefined;
  listsKeys = true;
  readonly #listeners = new Set<(event: { key: string }) => unknown>();
  readonly #index: Map<string, unknown>;

  /** `index`: the extension's global state. */
  constructor(index = new Map<string, unknown>()) {
    this.#index = index;
  }

  /** As one window sees it. */
  records(clock?: ExpiryClock): RecordStorage {
    const index = this.#index;
    const memory = {
      get: (key: string): unknown => index.get(key),
      update: async (key: string, value: unknown) => Promise.resolve(void index.set(key, value)),
    };
    return new RecordStorage(this.storage, memory, clock);
  }

  get storage(): Storage {
    const changed = (key: string): void => {
      for (const listener of this.#listeners) listener({ key });
    };
    const attempt = async <T>(act: () => T): Promise<T> => {
      await this.locked;
      if (this.failure !== undefined) throw this.failure;
      return Promise.resolve(act());
    };
    return {
      get: async (key) => attempt(() => this.values.get(key)),
      store: async (key, value) =>
        attempt(() => {
          this.values.set(key, value);
          changed(key);
        }),
      delete: async (key) =>
        attempt(() => {
          if (this.values.delete(key)) changed(key);
        }),
      keys: async () =>
        attempt(() => {
          if (!this.listsKeys) throw new Error('Not implemented.');
          return [...this.values.keys()];
        }),
      onDidChange: (listener) => {
        this.#listeners.add(listener);
        return { dispose: () => this.#listeners.delete(listener) };
      },
    };
  }
}
