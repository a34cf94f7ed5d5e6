import { randomBytes } from 'node:crypto';
import type { SecretStorage } from 'vscode';
import { Problem } from '../problem.ts';
import { Secret } from '../secret.ts';
import type { BootstrapName, BootstrapSecrets } from '../providers/source.ts';

/**
 * Everything that the extension keeps in SecretStorage. A failing keychain is told as what it is, never taken
 * for "nothing stored".
 */
export class SecretStore {
  readonly #storage: SecretStorage;
  readonly #workspaceId: string;

  constructor(storage: SecretStorage, workspaceId: string) {
    this.#storage = storage;
    this.#workspaceId = workspaceId;
  }

  /** The local token that Python holds: 256 random bits, kept until it is revoked. */
  async sessionToken(): Promise<string> {
    const key = `session/${this.#workspaceId}`;
    const kept = await this.#guard(async () => this.#storage.get(key));
    if (kept !== undefined && kept !== '') return kept;
    const token = randomBytes(32).toString('base64url');
    await this.#guard(async () => this.#storage.store(key, token));
    return token;
  }

  async revokeSessionToken(): Promise<void> {
    await this.#guard(async () => this.#storage.delete(`session/${this.#workspaceId}`));
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
        message: `VS Code's secret storage does not work: ${error instanceof Error ? error.message : String(error)}`,
        remedy:
          'Unlock the keychain of this computer, or see "Troubleshooting keychain issues" in the VS Code documentation.',
        retry: 'automatic',
        action: { kind: 'retry' },
        cause: error,
      });
    }
  }
}
