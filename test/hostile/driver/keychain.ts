import type { SecretStorage } from 'vscode';

type Calls = Pick<SecretStorage, 'get' | 'store' | 'delete' | 'keys'>;

/**
 * The editor's secret storage, of all extensions of this window: their objects have one prototype. While it is locked,
 * calls wait, as they do while a keychain asks its user something, or nobody.
 */
export class Keychain {
  readonly #prototype: Calls;
  readonly #original: Calls;
  #unlock: () => void = () => undefined;

  constructor(secrets: SecretStorage) {
    this.#prototype = Object.getPrototypeOf(secrets) as Calls;
    const { get, store, delete: remove, keys } = this.#prototype;
    this.#original = { get, store, delete: remove, keys };
  }

  lock(): void {
    const { get, store, delete: remove, keys } = this.#original;
    const locked = new Promise<void>((resolve) => (this.#unlock = resolve));
    const waiting: Calls = {
      async get(key) {
        await locked;
        return get.call(this, key);
      },
      async store(key, value) {
        await locked;
        return store.call(this, key, value);
      },
      async delete(key) {
        await locked;
        return remove.call(this, key);
      },
      async keys() {
        await locked;
        return keys.call(this);
      },
    };
    Object.assign(this.#prototype, waiting);
  }

  unlock(): void {
    Object.assign(this.#prototype, this.#original);
    this.#unlock();
  }
}
