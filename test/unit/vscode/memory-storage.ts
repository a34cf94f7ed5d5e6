import { RecordStorage } from '../../../src/vscode/record-storage.ts';
import type { Storage } from '../../../src/vscode/record-storage.ts';

/**
 * As much of the editor's secret storage as is used, for several windows. `failure`: what a locked keychain throws;
 * `listsKeys`: not in every editor.
 */
export class MemoryStorage {
  readonly values = new Map<string, string>();
  failure: Error | undefined;
  listsKeys = true;
  readonly #listeners = new Set<(event: { key: string }) => unknown>();
  readonly #index = new Map<string, unknown>();

  /** As one window sees it. */
  records(now?: () => number): RecordStorage {
    const index = this.#index;
    const memory = {
      get: (key: string): unknown => index.get(key),
      update: async (key: string, value: unknown) => Promise.resolve(void index.set(key, value)),
    };
    return new RecordStorage(this.storage, memory, now);
  }

  get storage(): Storage {
    const changed = (key: string): void => {
      for (const listener of this.#listeners) listener({ key });
    };
    const attempt = async <T>(act: () => T): Promise<T> => {
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
