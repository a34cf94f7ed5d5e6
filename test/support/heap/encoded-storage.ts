import type { Storage } from '../../../src/vscode/record-storage.ts';

/** The editor keeps secrets in another process: here, what is kept must not be found in the memory of this one. */
export function encodedStorage(): Storage {
  const values = new Map<string, string>();
  const listeners = new Set<(event: { key: string }) => unknown>();
  const changed = (key: string): void => {
    for (const listener of listeners) listener({ key });
  };
  return {
    get: async (key) => {
      const value = values.get(key);
      return Promise.resolve(value === undefined ? undefined : Buffer.from(value, 'hex').toString());
    },
    store: async (key, value) => {
      values.set(key, Buffer.from(value).toString('hex'));
      changed(key);
      return Promise.resolve();
    },
    delete: async (key) => {
      if (values.delete(key)) changed(key);
      return Promise.resolve();
    },
    keys: async () => Promise.resolve([...values.keys()]),
    onDidChange: (listener) => {
      listeners.add(listener);
      return { dispose: () => listeners.delete(listener) };
    },
  };
}
