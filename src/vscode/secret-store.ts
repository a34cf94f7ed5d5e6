import { randomBytes } from 'node:crypto';
import type { BootstrapName, BootstrapSecrets, TextStorage } from '../providers/source.ts';
import * as l10n from '@vscode/l10n';
import type { SourceConfiguration } from '../providers/provider.ts';
import type { EndpointDependencies } from '../connection/local-endpoint.ts';
import type { KeptSecret } from '../doctor/evidence.ts';
import { providers } from '../providers/providers.ts';
import { Secret } from '../secret.ts';
import type { RecordStorage } from './record-storage.ts';
import type { ForgottenNotice } from './forgotten-notices.ts';
import { isStorageProblem } from './storage-problems.ts';
import { endText, kindOf, kindText, recordKey } from './stored-record.ts';
import type { StoredRecord } from './stored-record.ts';

/** What a record of a connection is for. */
export interface RecordSubject {
  /** Of the sign-in, as `bootstrapScope` names it. */
  readonly scope: string;
  /** For people. */
  readonly about: string;
}

/** A sign-in that outlives its window, with what is needed to give it back. */
export interface KeptSignIn {
  readonly isOf: (scope: string) => boolean;
  readonly source: SourceConfiguration;
  readonly storage: TextStorage;
}

/** Everything that the extension has in SecretStorage. */
export class SecretStore {
  readonly #records: RecordStorage;
  readonly #workspaceId: string;

  constructor(records: RecordStorage, workspaceId: string) {
    this.#records = records;
    this.#workspaceId = workspaceId;
  }

  /** The session token, which Python holds: 256 random bits, the same until it is revoked. */
  get sessionToken(): EndpointDependencies['sessionToken'] & { readonly isKept: () => boolean } {
    const key = recordKey('session', this.#workspaceId);
    const put = async (token: string): Promise<void> =>
      this.#records.put(key, { value: token, about: '', scope: undefined, until: undefined });
    return {
      get: async () => {
        // Without a keychain there is a new one: requests of what is started from now on work.
        const stored = await this.#records.get(key).catch(noneInStorageTrouble);
        if (stored !== undefined) return stored.value;
        const token = newSessionToken();
        await put(token);
        return token;
      },
      // No keychain fails.
      isKept: () => !this.#records.unsaved().some(([unsaved]) => unsaved === key),
      adopt: put,
      // What the keychain has yet to delete is not found any more.
      revoke: async () => this.#records.delete(key).catch(noneInStorageTrouble),
    };
  }

  /**
   * By which windows and the processes of local proxies know each other: 256 random bits for all workspaces. `undefined`
   * where the keychain does not take it, since the next window would not have it.
   */
  async controlKey({ mayMake }: { readonly mayMake: boolean }): Promise<string | undefined> {
    const key = recordKey('control', 'all');
    const stored = await this.#records.get(key).catch(noneInStorageTrouble);
    if (stored === undefined && !mayMake) return undefined;
    const value = stored?.value ?? randomBytes(32).toString('base64url');
    if (stored === undefined) {
      await this.#records.put(key, { value, about: '', scope: undefined, until: undefined });
    }
    return this.#records.unsaved().some(([unsaved]) => unsaved === key) ? undefined : value;
  }

  /** Sign-in secrets of one source. */
  bootstrap({ scope, about }: RecordSubject): BootstrapSecrets {
    const key = (name: BootstrapName): string => recordKey('typed', scope, name);
    return {
      get: async (name) => {
        const record = await this.#records.get(key(name));
        return record && new Secret(record.value);
      },
      enteredAt: async (name) => (await this.#records.get(key(name)))?.since,
      set: async (name, value) =>
        this.#records.put(key(name), { value: value.reveal(), about, scope, until: undefined }),
      delete: async (name) => this.#records.delete(key(name)),
    };
  }

  /** The last good secret of this workspace, so that a reload works while the store is down. */
  cachedSecret(subject: RecordSubject): TextStorage {
    return this.#textStorage(recordKey('fetched', this.#workspaceId), subject);
  }

  /** The sign-in of this workspace, so that a reload does not ask a person again. */
  signIn(subject: RecordSubject, source: SourceConfiguration): TextStorage {
    const storage = this.#textStorage(recordKey('signIn', this.#workspaceId), subject);
    return signInStorage(storage, source);
  }

  async deleteCachedSecret(): Promise<void> {
    await this.#records.delete(recordKey('fetched', this.#workspaceId));
  }

  /** The sign-in that this workspace left, whatever it was for. */
  async ownSignIns(): Promise<readonly KeptSignIn[]> {
    const key = recordKey('signIn', this.#workspaceId);
    const record = await this.#records.get(key);
    return record === undefined ? [] : this.#asSignIn(key, record);
  }

  /**
   * Deletes what belongs to a sign-in in all workspaces, what was entered included, and tells the other windows. Returns
   * the sign-ins, which are to be given back.
   */
  async forget(scope: string): Promise<readonly KeptSignIn[]> {
    // First, so that they end also where the keychain does not answer.
    await this.#records.notices.post(scope);
    const signIns: KeptSignIn[] = [];
    for (const [key, record] of await this.#records.entries()) {
      if (record.scope !== scope) continue;
      if (kindOf(key) === 'signIn') signIns.push(...(await this.#asSignIn(key, record)));
      else await this.#records.delete(key);
    }
    return signIns;
  }

  /**
   * Calls back with the sign-in that another window has forgotten, as `isOf` compares it, and deletes it from what this
   * window sees: it may be a copy of its own, which it would bring back.
   */
  onForgotten(forgotten: (isOf: (scope: string) => boolean) => void): { dispose(): unknown } {
    return this.#records.notices.listen((notice) => {
      forgotten((scope) => scope === notice.scope);
      void this.#deleteOlder(notice).catch(noneInStorageTrouble);
    });
  }

  /** Each sign-in for which something was entered, in whatever workspace. */
  async entered(): Promise<readonly RecordSubject[]> {
    const typed = (await this.#records.entries()).filter(([key]) => kindOf(key) === 'typed');
    return [...new Map(typed.map(([, { scope = '', about }]) => [scope, { scope, about }])).values()];
  }

  /** What is stored, without values; where that cannot be found out, what this window has in memory only. */
  async list(): Promise<readonly KeptSecret[]> {
    const unsaved = new Set(this.#records.unsaved().map(([key]) => key));
    const own = new Set(
      (['session', 'fetched', 'signIn'] as const).map((kind) => recordKey(kind, this.#workspaceId)),
    );
    const entries = await this.#records.entries().catch((error: unknown) => {
      noneInStorageTrouble(error);
      return this.#records.unsaved();
    });
    return entries.flatMap(([key, { about, since, until }]) => {
      const kind = kindOf(key);
      if (kind === undefined) return [];
      const where = own.has(key) ? l10n.t('this workspace') : l10n.t('another workspace');
      const isOfAll = kind === 'typed' || kind === 'control';
      const saved = isOfAll ? l10n.t('all workspaces') : where;
      const reach = unsaved.has(key) ? l10n.t('the memory of this window') : saved;
      return [{ what: kindText(kind), about, where: reach, since, until, endedBy: endText(kind) }];
    });
  }

  /** What was entered since then stays; a time that is yet to come, by a clock that was wrong, says nothing. */
  async #deleteOlder({ scope, at }: ForgottenNotice): Promise<void> {
    const now = Date.now();
    for (const [key, { scope: of, since }] of await this.#records.entries()) {
      if (of === scope && (since <= at || since > now)) await this.#records.delete(key);
    }
  }

  #textStorage(key: string, { scope, about }: RecordSubject): TextStorage {
    return {
      load: async () => {
        const record = await this.#records.get(key);
        return record?.scope === scope ? record.value : undefined;
      },
      save: async (value, { since, until }) => this.#records.put(key, { value, about, scope, since, until }),
      delete: async () => this.#records.delete(key),
    };
  }

  /** None where it cannot be read, which deletes it. */
  async #asSignIn(key: string, record: StoredRecord): Promise<readonly KeptSignIn[]> {
    const read = readSignIn(record.value);
    if (read === undefined) {
      await this.#records.delete(key);
      return [];
    }
    const storage: TextStorage = {
      load: async () => Promise.resolve(read.text),
      // It is being given back.
      save: async () => Promise.resolve(),
      delete: async () => this.#records.delete(key),
    };
    return [{ isOf: (scope) => scope === record.scope, source: read.source, storage }];
  }
}

/** Its beginning lets the interception package know a session token wherever it meets one. */
function newSessionToken(): string {
  return `mlflow-vscode-${randomBytes(32).toString('base64url')}`;
}

function noneInStorageTrouble(error: unknown): undefined {
  if (!isStorageProblem(error)) throw error;
  return undefined;
}

function signInStorage(storage: TextStorage, source: SourceConfiguration): TextStorage {
  return {
    load: async () => {
      const text = await storage.load();
      return text === undefined ? undefined : readSignIn(text)?.text;
    },
    save: async (text, times) => storage.save(JSON.stringify({ source, text }), times),
    delete: async () => storage.delete(),
  };
}

function readSignIn(
  value: string,
): { readonly source: SourceConfiguration; readonly text: string } | undefined {
  try {
    const stored = JSON.parse(value) as {
      readonly source?: SourceConfiguration | null;
      readonly text?: unknown;
    } | null;
    const { source, text } = stored ?? {};
    const isKnown = providers.some(({ id }) => id === source?.provider);
    return source && isKnown && typeof text === 'string' ? { source, text } : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
