import type { SecretStorage } from 'vscode';

/** As much of the editor's secret storage as is used. `failure`: what a locked keychain throws. */
export class MemoryStorage {
  readonly values = new Map<string, string>();
  failure: Error | undefined;

  get storage(): Pick<SecretStorage, 'get' | 'store' | 'delete'> {
    const attempt = async <T>(act: () => T): Promise<T> => {
      if (this.failure !== undefined) throw this.failure;
      return Promise.resolve(act());
    };
    return {
      get: async (key) => attempt(() => this.values.get(key)),
      store: async (key, value) => attempt(() => void this.values.set(key, value)),
      delete: async (key) => attempt(() => void this.values.delete(key)),
    };
  }
}
