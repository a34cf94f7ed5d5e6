import { existsSync } from 'node:fs';

import type { ConnectionConfiguration } from '../configuration/configuration.ts';
import type { AmbientCredential } from '../providers/provider.ts';
import { bootstrapScope, providerOf, providers } from '../providers/providers.ts';
import type { BootstrapName, BootstrapSecrets } from '../providers/source.ts';
import { homeFolder } from './home-folder.ts';
import type { SecretStore } from './secret-store.ts';

/** What a source's sign-in needs of the user: what is typed, what is missing, what is on this machine already. */
export class Credentials {
  readonly #store: SecretStore;

  constructor(store: SecretStore) {
    this.#store = store;
  }

  bootstrapFor({ source, tracking }: ConnectionConfiguration): BootstrapSecrets {
    return this.#store.bootstrap(bootstrapScope(source, tracking.origin));
  }

  async has(scope: string, name: BootstrapName): Promise<boolean> {
    return (await this.#store.bootstrap(scope).get(name)) !== undefined;
  }

  /** What has to be typed before this source can sign in, and is not there yet. */
  async missing(configuration: ConnectionConfiguration): Promise<BootstrapName | undefined> {
    const name = providerOf(configuration.source).neededCredential(configuration.source);
    if (name === undefined || this.hasAmbient(name)) return undefined;
    return (await this.bootstrapFor(configuration).get(name)) === undefined ? name : undefined;
  }

  /** Whether the sign-in finds it on this machine without anything typed. */
  hasAmbient(name: BootstrapName): boolean {
    return this.ambient(name).some(({ isSet }) => isSet);
  }

  ambient(name: BootstrapName): readonly AmbientCredential[] {
    const surroundings = { environment: process.env, homeFolder: homeFolder(), fileExists: existsSync };
    const credential = providers.flatMap(({ credentials }) => credentials).find((one) => one.name === name);
    return credential?.ambient(surroundings) ?? [];
  }

  /** Deletes what was typed for this source, and the last secret that was fetched with it. */
  async forget(configuration: ConnectionConfiguration): Promise<void> {
    const bootstrap = this.bootstrapFor(configuration);
    for (const { name } of providerOf(configuration.source).credentials) await bootstrap.delete(name);
    await this.#store.cachedSecret.delete();
  }
}
