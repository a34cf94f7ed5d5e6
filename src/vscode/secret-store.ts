import { randomBytes } from 'node:crypto';
import * as l10n from '@vscode/l10n';
import type { SecretStorage } from 'vscode';
import { Problem } from '../problem.ts';
import { Secret } from '../secret.ts';
import type { BootstrapName, BootstrapSecrets } from '../providers/source.ts';

type Storage = Pick<SecretStorage, 'get' | 'store' | 'delete'>;

/** Everything that the extension has in SecretStorage. A failing keychain is reported, never taken for an empty one. */
export class SecretStore {
  readonly #storage: Storage;
  readonly #workspaceId: string;

  constructor(storage: Storage, workspaceId: string) {
    this.#storage = storage;
    this.#workspaceId = workspaceId;
  }

  /** The local token that Python holds: 256 random bits, the same until it is revoked. */
  get sessionToken(): { get(): Promise<string>; revoke(): Promise<void> } {
    const key = `session/${this.#workspaceId}`;
    return {
      get: async () => {
        const stored = await this.#guard(async () => this.#storage.get(key));
        if (stored !== undefined && stored !== '') return stored;
        const token = randomBytes(32).toString('base64url');
        await this.#guard(async () => this.#storage.store(key, token));
        return token;
      },
      revoke: async () => this.#guard(async () => this.#storage.delete(key)),
    };
  }

  /** Sign-in secrets of one source; `scope` is the origin that they are for. */
  bootstrap(scope: string): BootstrapSecrets {
    const key = (name: BootstrapName): string => `bootstrap/${scope}/${name}`;
    return {
      get: async (name) => {
        const value = await this.#guard(async () => this.#storage.get(key(name)));
        return value === undefined || value === '' ? undefined : new Secret(value);
      },
      set: async (name, value) => this.#guard(async () => this.#storage.store(key(name), value.reveal())),
      delete: async (name) => this.#guard(async () => this.#storage.delete(key(name))),
    };
  }

  /** The last good secret of this workspace, so that a reload works while the store is down. */
  get cachedSecret(): {
    load(): Promise<string | undefined>;
    save(text: string): Promise<void>;
    delete(): Promise<void>;
  } {
    const key = `cache/${this.#workspaceId}`;
    return {
      load: async () => this.#guard(async () => this.#storage.get(key)),
      save: async (text) => this.#guard(async () => this.#storage.store(key, text)),
      delete: async () => this.#guard(async () => this.#storage.delete(key)),
    };
  }

  async #guard<T>(use: () => PromiseLike<T>): Promise<T> {
    try {
      return await use();
    } catch (error) {
      throw new Problem({
        code: 'secret.storage',
        message: l10n.t(
          'The secret storage of VS Code failed: {0}',
          error instanceof Error ? error.message : String(error),
        ),
        remedy: l10n.t(
          'Unlock the keychain of this computer, or see "Troubleshooting keychain issues" in the VS Code documentation.',
        ),
        retry: 'automatic',
        action: { kind: 'retry' },
        cause: error,
      });
    }
  }
}
