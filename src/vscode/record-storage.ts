import * as l10n from '@vscode/l10n';
import type { SecretStorage } from 'vscode';
import type { WorkspaceMemory } from '../connection/approvals.ts';
import { Problem } from '../problem.ts';
import { formatRecord, parseRecord } from './stored-record.ts';
import type { StoredRecord } from './stored-record.ts';

export interface Storage extends Pick<SecretStorage, 'get' | 'store' | 'delete' | 'keys'> {
  readonly onDidChange: (listener: (event: { readonly key: string }) => void) => { dispose(): unknown };
}

const indexKey = 'secretKeys';

/**
 * Records in SecretStorage. A failing keychain is reported, never taken for an empty one. What is damaged or expired is
 * deleted when it is met.
 */
export class RecordStorage {
  readonly #storage: Storage;
  /** All keys, for an editor that does not list them. Names only. */
  readonly #index: WorkspaceMemory;
  readonly #now: () => number;

  constructor(storage: Storage, index: WorkspaceMemory, now: () => number = Date.now) {
    this.#storage = storage;
    this.#index = index;
    this.#now = now;
  }

  async get(key: string): Promise<StoredRecord | undefined> {
    const text = await this.#guard(async () => this.#storage.get(key));
    if (text === undefined) return undefined;
    const record = parseRecord(key, text, this.#now());
    if (record === undefined) await this.delete(key);
    return record;
  }

  async put(key: string, record: Omit<StoredRecord, 'since'> & { readonly since?: number }): Promise<void> {
    const complete = { ...record, since: record.since ?? this.#now() };
    // Before the record: an index must not miss one.
    const known = this.#indexed();
    if (!known.includes(key)) await this.#index.update(indexKey, [...known, key]);
    await this.#guard(async () => this.#storage.store(key, formatRecord(complete)));
  }

  async delete(key: string): Promise<void> {
    await this.#guard(async () => this.#storage.delete(key));
    const known = this.#indexed();
    if (known.includes(key)) {
      await this.#index.update(
        indexKey,
        known.filter((one) => one !== key),
      );
    }
  }

  /** Of everything that the extension has in SecretStorage, whichever window or version stored it. */
  async keys(): Promise<readonly string[]> {
    const known = this.#indexed();
    try {
      return [...new Set([...known, ...(await this.#storage.keys())])];
    } catch (error) {
      // Some editors in a browser do not list them; a keychain that fails says so when a record is read.
      if (error instanceof Error) return known;
      throw error;
    }
  }

  /** All usable records; the others are deleted. */
  async entries(): Promise<readonly (readonly [key: string, record: StoredRecord])[]> {
    const found: (readonly [string, StoredRecord])[] = [];
    for (const key of await this.keys()) {
      const record = await this.get(key);
      if (record !== undefined) found.push([key, record]);
    }
    return found;
  }

  /** Of every window. */
  onDidChange(changed: (key: string) => void): { dispose(): unknown } {
    return this.#storage.onDidChange(({ key }) => changed(key));
  }

  #indexed(): readonly string[] {
    const stored = this.#index.get(indexKey);
    return Array.isArray(stored) ? stored.filter((one) => typeof one === 'string') : [];
  }

  async #guard<T>(use: () => PromiseLike<T>): Promise<T> {
    try {
      return await use();
    } catch (error) {
      throw new Problem({
        code: 'secret.storage',
        message: l10n.t(
          "VS Code's secret storage failed: {0}",
          error instanceof Error ? error.message : String(error),
        ),
        remedy: l10n.t(
          'Unlock the keychain of your computer, or see "Troubleshooting keychain issues" in the VS Code documentation.',
        ),
        retry: 'automatic',
        action: { kind: 'retry' },
        cause: error,
      });
    }
  }
}
