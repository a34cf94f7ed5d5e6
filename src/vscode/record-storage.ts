import type { SecretStorage } from 'vscode';
import type { WorkspaceMemory } from '../connection/approvals.ts';
import { withinDeadline } from '../deadline.ts';
import type { ExpiryClock } from '../expiry.ts';
import { Problem } from '../problem.ts';
import { systemClock } from '../secrets/clock.ts';
import { ForgottenNotices } from './forgotten-notices.ts';
import { failedStorage, silentStorage } from './storage-problems.ts';
import { formatRecord, parseRecord } from './stored-record.ts';
import type { StoredRecord } from './stored-record.ts';

export interface Storage extends Pick<SecretStorage, 'get' | 'store' | 'delete' | 'keys'> {
  readonly onDidChange: (listener: (event: { readonly key: string }) => void) => { dispose(): unknown };
}

/** In the extension's global state; names only. */
const index = {
  /** All keys, for an editor that does not list them. */
  known: 'secretKeys',
  /** What the keychain has yet to delete: it counts as deleted, also for the next window. */
  ended: 'endedSecretKeys',
} as const;

/** A keychain may be asking its user something, which takes longer; its answer is used when it comes. */
const timeoutMs = 5000;
/** While it owes an answer that is overdue. */
const overdueTimeoutMs = 200;

/**
 * Records in SecretStorage. A failing keychain is reported, never taken for an empty one, and never waited for without a
 * bound. What has no end of its own is kept in memory until the keychain takes it. What is damaged or expired is deleted
 * when it is met.
 */
export class RecordStorage {
  /** Between windows. */
  readonly notices: ForgottenNotices;
  readonly #storage: Storage;
  readonly #index: WorkspaceMemory;
  readonly #clock: ExpiryClock;
  /** What the keychain has not taken. */
  readonly #unsaved = new Map<string, StoredRecord>();
  /** Calls that it has not answered in time. */
  #overdue = 0;

  constructor(storage: Storage, globalState: WorkspaceMemory, clock: ExpiryClock = systemClock) {
    this.#storage = storage;
    this.#index = globalState;
    this.notices = new ForgottenNotices(globalState);
    this.#clock = clock;
  }

  /** Whether the next window will not find what this one uses. */
  get isInMemoryOnly(): boolean {
    return this.#unsaved.size > 0;
  }

  /** Whether the keychain has yet to delete something. */
  get owesDeletion(): boolean {
    return this.#keys('ended').length > 0;
  }

  async get(key: string): Promise<StoredRecord | undefined> {
    const unsaved = this.#unsaved.get(key);
    if (unsaved !== undefined) return unsaved;
    if (this.#keys('ended').includes(key)) {
      await this.delete(key).catch(ignoreProblem);
      return undefined;
    }
    const text = await this.#call(async () => this.#storage.get(key));
    void this.#catchUp();
    if (text === undefined) return undefined;
    const record = parseRecord(key, text, this.#clock.now());
    if (record === undefined) await this.delete(key);
    return record;
  }

  async put(key: string, record: Omit<StoredRecord, 'since'> & { readonly since?: number }): Promise<void> {
    const complete = { ...record, since: record.since ?? this.#clock.now() };
    // Before the record: an index must not miss one.
    await this.#note('known', key, true);
    try {
      await this.#store(key, complete);
    } catch (error) {
      if (!(error instanceof Problem) || complete.until !== undefined) throw error;
      this.#unsaved.set(key, complete);
    }
  }

  async delete(key: string): Promise<void> {
    this.#unsaved.delete(key);
    // Before the record: it must not be found again, by whatever this is interrupted.
    await this.#note('ended', key, true);
    await this.#call(async () => {
      await this.#storage.delete(key);
      await this.#note('ended', key, false);
      await this.#note('known', key, false);
    });
  }

  /** Of everything that the extension has in SecretStorage, whichever window or version stored it. */
  async keys(): Promise<readonly string[]> {
    const known = [...this.#keys('known'), ...this.#keys('ended')];
    try {
      return [...new Set([...known, ...(await this.#call(async () => this.#storage.keys()))])];
    } catch (error) {
      // Some editors in a browser do not list them; a keychain that fails says so when a record is read.
      if (error instanceof Problem) return [...new Set(known)];
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

  /** Those that are in the memory of this window only. */
  unsaved(): readonly (readonly [key: string, record: StoredRecord])[] {
    return [...this.#unsaved];
  }

  /** Of every window. */
  onDidChange(changed: (key: string) => void): { dispose(): unknown } {
    return this.#storage.onDidChange(({ key }) => changed(key));
  }

  async #store(key: string, record: StoredRecord): Promise<void> {
    await this.#call(async () => {
      await this.#storage.store(key, formatRecord(record));
      if (this.#unsaved.get(key) === record) this.#unsaved.delete(key);
      await this.#note('ended', key, false);
    });
  }

  /** Once the keychain answers again. What it does not do then stays for the next time. */
  async #catchUp(): Promise<void> {
    for (const [key, record] of this.#unsaved) await this.#store(key, record).catch(ignoreProblem);
    for (const key of this.#keys('ended')) await this.delete(key).catch(ignoreProblem);
  }

  #keys(list: keyof typeof index): readonly string[] {
    const stored = this.#index.get(index[list]);
    return Array.isArray(stored) ? stored.filter((one) => typeof one === 'string') : [];
  }

  async #note(list: keyof typeof index, key: string, isIn: boolean): Promise<void> {
    const keys = this.#keys(list);
    if (keys.includes(key) === isIn) return;
    await this.#index.update(index[list], isIn ? [...keys, key] : keys.filter((one) => one !== key));
  }

  /** A call that is not answered in time goes on, and does its work when the keychain is unlocked. */
  async #call<T>(call: () => Promise<T>): Promise<T> {
    const answer = call();
    const ms = this.#overdue > 0 ? overdueTimeoutMs : timeoutMs;
    const late = (): Problem => {
      this.#overdue += 1;
      answer.catch(() => undefined).finally(() => (this.#overdue -= 1));
      return silentStorage();
    };
    try {
      return await withinDeadline(answer, { ms, late, sleep: async (...rest) => this.#clock.sleep(...rest) });
    } catch (error) {
      throw error instanceof Problem ? error : failedStorage(error);
    }
  }
}

function ignoreProblem(error: unknown): undefined {
  if (!(error instanceof Problem)) throw error;
  return undefined;
}
