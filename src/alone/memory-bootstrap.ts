import type { BootstrapName, BootstrapSecrets } from '../providers/source.ts';
import { Secret } from '../secret.ts';

/** What the user has entered, in memory, and what of it was changed since. */
export class MemoryBootstrap implements BootstrapSecrets {
  readonly #values = new Map<string, Secret>();
  readonly #changed = new Set<string>();

  constructor(values: Readonly<Record<string, string | undefined>>) {
    for (const [name, value] of Object.entries(values)) {
      if (value !== undefined) this.#values.set(name, new Secret(value));
    }
  }

  /** Plain data, and secret. */
  get changed(): Readonly<Record<string, string>> {
    const names = [...this.#changed];
    return Object.fromEntries(
      names.flatMap((name) => {
        const value = this.#values.get(name);
        return value === undefined ? [] : [[name, value.reveal()]];
      }),
    );
  }

  async get(name: BootstrapName): Promise<Secret | undefined> {
    return Promise.resolve(this.#values.get(name));
  }

  async set(name: BootstrapName, value: Secret): Promise<void> {
    this.#values.set(name, value);
    this.#changed.add(name);
    return Promise.resolve();
  }

  async delete(name: BootstrapName): Promise<void> {
    this.#values.delete(name);
    return Promise.resolve();
  }
}
