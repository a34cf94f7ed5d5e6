import { existsSync } from 'node:fs';
import type { ConnectionConfiguration } from '../configuration/configuration.ts';
import type { AmbientCredential, TypedCredential } from '../providers/provider.ts';
import { bootstrapScope, providerOf, providers } from '../providers/providers.ts';
import type { BootstrapName, BootstrapSecrets } from '../providers/source.ts';
import { Problem } from '../problem.ts';
import type { Secret } from '../secret.ts';
import { parseSecret } from '../secrets/parse-secret.ts';
import { homeFolder } from './home-folder.ts';
import type { SecretStore } from './secret-store.ts';

/** What a source's sign-in needs of the user: what is entered, what is missing, what is on this machine already. */
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

  /** What the user may enter for this source's sign-in, if anything. */
  needed({ source }: ConnectionConfiguration): TypedCredential | undefined {
    const provider = providerOf(source);
    const name = provider.neededCredential(source);
    return provider.credentials.find((one) => one.name === name);
  }

  /** What the user has yet to enter before this source can sign in. */
  async missing(configuration: ConnectionConfiguration): Promise<TypedCredential | undefined> {
    const needed = this.needed(configuration);
    if (needed === undefined) return undefined;
    const { source } = configuration;
    if (providerOf(source).mayUseAmbient(source) && this.hasAmbient(needed.name)) return undefined;
    return (await this.isEntered(configuration, needed.name)) ? undefined : needed;
  }

  async isEntered(configuration: ConnectionConfiguration, name: BootstrapName): Promise<boolean> {
    return (await this.bootstrapFor(configuration).get(name)) !== undefined;
  }

  /** Whether the sign-in finds it on this machine although nothing was entered. */
  hasAmbient(name: BootstrapName): boolean {
    return this.ambient(name).some(({ isSet }) => isSet);
  }

  ambient(name: BootstrapName): readonly AmbientCredential[] {
    const surroundings = { environment: process.env, homeFolder: homeFolder(), fileExists: existsSync };
    const credential = providers.flatMap(({ credentials }) => credentials).find((one) => one.name === name);
    return credential?.ambient(surroundings) ?? [];
  }

  /** Drops what was entered for another source, before the user went back and chose this one. */
  async store(
    configuration: ConnectionConfiguration,
    entered: readonly { readonly name: BootstrapName; readonly secret: Secret }[],
  ): Promise<void> {
    const bootstrap = this.bootstrapFor(configuration);
    const { credentials } = providerOf(configuration.source);
    for (const { name, secret } of entered) {
      if (credentials.some((one) => one.name === name)) await bootstrap.set(name, secret);
    }
  }

  /** Deletes what was entered for this source, and the last secret that was fetched with it. */
  async forget(configuration: ConnectionConfiguration): Promise<void> {
    const bootstrap = this.bootstrapFor(configuration);
    for (const { name } of providerOf(configuration.source).credentials) await bootstrap.delete(name);
    await this.#store.cachedSecret.delete();
  }

  /** What was entered for this source, as it is: to be hidden wherever it shows up. */
  async reveal(configuration: ConnectionConfiguration): Promise<readonly string[]> {
    const bootstrap = this.bootstrapFor(configuration);
    const revealed: string[] = [];
    for (const { name } of providerOf(configuration.source).credentials) {
      const secret = await bootstrap.get(name);
      if (secret !== undefined) revealed.push(secret.reveal(), ...secretPart(secret));
    }
    return revealed;
  }
}

/** The token or password without what is around it. */
function secretPart(entered: Secret): readonly string[] {
  try {
    const credential = parseSecret(entered);
    return [(credential.kind === 'token' ? credential.token : credential.password).reveal()];
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    // What cannot be read has no parts; connecting shows why.
    return [];
  }
}
