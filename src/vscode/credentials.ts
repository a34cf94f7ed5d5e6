import * as l10n from '@vscode/l10n';
import type { ConnectionConfiguration } from '../configuration/configuration.ts';
import type { AmbientCredential, TypedCredential } from '../providers/provider.ts';
import { bootstrapScope, providerOf, providers } from '../providers/providers.ts';
import type { BootstrapName, BootstrapSecrets } from '../providers/source.ts';
import { Problem } from '../problem.ts';
import { isThere } from '../read-small-file.ts';
import type { Secret } from '../secret.ts';
import { readPluginEnvironment } from '../configuration/plugin-environment.ts';
import { readValues } from '../settings/setting-values.ts';
import type { SettingsLayer } from '../settings/setting-values.ts';
import type { SettingTexts } from '../settings/written-values.ts';
import { homeFolder } from './home-folder.ts';
import type { SecretStore } from './secret-store.ts';
import { isStorageProblem } from './storage-problems.ts';

interface EnteredSecret {
  readonly name: BootstrapName;
  readonly secret: Secret;
}

/** What a source's sign-in needs of the user: what is entered, what is missing, what is on this machine already. */
export class Credentials {
  readonly #store: SecretStore;
  readonly #readSettings: (answers: SettingTexts) => SettingsLayer;

  /** `readSettings`: what is set once the answers of the wizard are written. */
  constructor(store: SecretStore, readSettings: (answers: SettingTexts) => SettingsLayer) {
    this.#store = store;
    this.#readSettings = readSettings;
  }

  bootstrapFor({ source, tracking }: ConnectionConfiguration): BootstrapSecrets {
    const scope = bootstrapScope(source, tracking.origin);
    const about = l10n.t('{0}, for {1}', providerOf(source).name(), tracking.origin);
    return this.#store.bootstrap({ scope, about });
  }

  async has(scope: string, name: BootstrapName): Promise<boolean> {
    return (await this.#store.bootstrap({ scope, about: '' }).get(name)) !== undefined;
  }

  /** What the user may enter for this source's sign-in, if anything. */
  needed({ source }: ConnectionConfiguration): TypedCredential | undefined {
    const provider = providerOf(source);
    const name = provider.neededCredential(source);
    return provider.credentials.find((one) => one.name === name);
  }

  /** What the user has yet to enter before this source can sign in; also where the keychain does not give it out. */
  async missing(configuration: ConnectionConfiguration): Promise<TypedCredential | undefined> {
    const needed = this.needed(configuration);
    if (needed === undefined) return undefined;
    const { source } = configuration;
    if (providerOf(source).mayUseAmbient(source) && (await this.hasAmbient(needed.name))) return undefined;
    return (await this.isEntered(configuration, needed.name)) === true ? undefined : needed;
  }

  /** `undefined`: the keychain does not say. */
  async isEntered(configuration: ConnectionConfiguration, name: BootstrapName): Promise<boolean | undefined> {
    try {
      return (await this.bootstrapFor(configuration).get(name)) !== undefined;
    } catch (error) {
      if (isStorageProblem(error)) return undefined;
      throw error;
    }
  }

  /**
   * Whether it is on this machine although nothing was entered; with the answers of the wizard, also whether the sign-in
   * that they describe may use it.
   */
  async hasAmbient(name: BootstrapName, answers?: SettingTexts): Promise<boolean> {
    if (answers !== undefined && !mayUseAmbient(name, this.#readSettings(answers))) return false;
    return (await this.ambient(name)).some(({ isSet }) => isSet);
  }

  async ambient(name: BootstrapName): Promise<readonly AmbientCredential[]> {
    const surroundings = { environment: process.env, homeFolder: homeFolder(), isThere };
    const credential = providers.flatMap(({ credentials }) => credentials).find((one) => one.name === name);
    return (await credential?.ambient(surroundings)) ?? [];
  }

  /** Drops what was entered for another source, before the user went back and chose this one. */
  async store(configuration: ConnectionConfiguration, entered: readonly EnteredSecret[]): Promise<void> {
    const bootstrap = this.bootstrapFor(configuration);
    const { credentials } = providerOf(configuration.source);
    for (const { name, secret } of entered) {
      if (credentials.some((one) => one.name === name)) await bootstrap.set(name, secret);
    }
  }

  /** What was entered for this source, as far as the keychain gives it out. */
  async entered(configuration: ConnectionConfiguration): Promise<readonly EnteredSecret[]> {
    const bootstrap = this.bootstrapFor(configuration);
    const entered: EnteredSecret[] = [];
    for (const { name } of providerOf(configuration.source).credentials) {
      const isEntered = await this.isEntered(configuration, name);
      const secret = isEntered === true ? await bootstrap.get(name) : undefined;
      if (secret !== undefined) entered.push({ name, secret });
    }
    return entered;
  }

  /** In place of all that was entered since. */
  async restore(configuration: ConnectionConfiguration, before: readonly EnteredSecret[]): Promise<void> {
    const bootstrap = this.bootstrapFor(configuration);
    for (const { name } of providerOf(configuration.source).credentials) {
      const former = before.find((one) => one.name === name);
      await (former === undefined ? bootstrap.delete(name) : bootstrap.set(name, former.secret));
    }
  }

  /** What was entered for this source, as it is: to be hidden wherever it shows up. */
  async reveal(configuration: ConnectionConfiguration): Promise<readonly string[]> {
    const revealed: string[] = [];
    const entered = await this.entered(configuration).catch((error: unknown) => {
      if (isStorageProblem(error)) return [];
      throw error;
    });
    for (const { secret } of entered) {
      revealed.push(secret.reveal(), ...(await secretPart(secret)));
    }
    return revealed;
  }
}

function mayUseAmbient(name: BootstrapName, settings: SettingsLayer): boolean {
  const provider = providers.find(({ credentials }) => credentials.some((one) => one.name === name));
  const values = readValues([settings, readPluginEnvironment(process.env).values]);
  const configured = provider?.configure(values, process.env);
  return provider !== undefined && configured?.kind === 'ok' && provider.mayUseAmbient(configured.source);
}

/** The token or password without what is around it. */
async function secretPart(entered: Secret): Promise<readonly string[]> {
  const { parseSecret } = await import('../connection/on-connect.ts');
  try {
    const credential = parseSecret(entered);
    return [(credential.kind === 'token' ? credential.token : credential.password).reveal()];
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    // What cannot be read has no parts; connecting shows why.
    return [];
  }
}
