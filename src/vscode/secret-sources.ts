import * as vscode from 'vscode';
import type { ConnectionConfiguration } from '../configuration/configuration.ts';
import type { KeptParts } from '../alone/keep-plan.ts';
import { addedFiles } from '../configuration/certificate-files.ts';
import type { ConfigurationResult } from '../configuration/read-configuration.ts';
import type { AddedFiles } from '../network/server-trust.ts';
import type { BootstrapSecrets, SourceContext } from '../providers/source.ts';
import type { KeepPlan, KeptState } from '../proxy/control/control-messages.ts';
import type { MemoryText, TimedText } from '../secrets/memory-text.ts';
import type { SecretResolver } from '../secrets/secret-resolver.ts';
import type { Credentials } from './credentials.ts';
import type { Network } from './network.ts';
import { recordSubject } from './record-subject.ts';
import type { SecretStore } from './secret-store.ts';
import { sourceContext } from './source-context.ts';
import { startEnvironment } from './start-environment.ts';

export interface SecretSourcesOptions {
  readonly read: () => Promise<ConfigurationResult>;
  readonly credentials: Credentials;
  readonly store: SecretStore;
  readonly network: Network;
  readonly log: (line: string) => void;
}

/** Opens what secrets are read from, with what the editor lends and what is kept for it in secret storage. */
export class SecretSources {
  readonly language = vscode.env.language;
  readonly #options: SecretSourcesOptions;
  /** The last good secret of the connection. */
  #record: MemoryText | undefined;
  /** What a process had that went on without a window, until a connection takes it. */
  #handedBack: KeptParts | undefined;

  constructor(options: SecretSourcesOptions) {
    this.#options = options;
  }

  async open(configuration: ConnectionConfiguration): Promise<SecretResolver> {
    // A bundle of its own, which only a connection needs.
    const { openResolver, MemoryText } = await import('../connection/on-connect.ts');
    const { credentials, store } = this.#options;
    const { source, cache } = configuration;
    const context = await this.#context(credentials.bootstrapFor(configuration), configuration);
    const subject = recordSubject(configuration);
    const isKept = cache.keep === 'secretStorage';
    const stored = store.cachedSecret(subject);
    // The user may have just chosen to keep nothing.
    if (!isKept) await stored.delete();
    const first = await this.#takeHandedBack(configuration);
    const record = new MemoryText(isKept ? stored : undefined, first);
    this.#record = record;
    const signInStorage = isKept ? { signInStorage: store.signIn(subject, source) } : {};
    const resolver = await openResolver(configuration, { ...context, ...signInStorage }, record);
    return {
      get: async (options) => resolver.get(options),
      refresh: async (options) => resolver.refresh(options),
      rejected: async (version, before) => resolver.rejected(version, before),
      close: async (options) => {
        await resolver.close(options);
        record.clear();
      },
    };
  }

  /** For the time in which no window is there. */
  async plan(configuration: ConnectionConfiguration): Promise<KeepPlan> {
    const { keepPlan } = await import('./kept-alone.ts');
    return keepPlan(configuration, this.#record?.current, this.#options);
  }

  /** What such a process hands back, before a connection is made. */
  async takeOver(state: KeptState): Promise<void> {
    const { readKeptState } = await import('./kept-alone.ts');
    this.#handedBack = readKeptState(state);
  }

  async #takeHandedBack(configuration: ConnectionConfiguration): Promise<TimedText | undefined> {
    const parts = this.#handedBack;
    this.#handedBack = undefined;
    if (parts === undefined) return undefined;
    const { storeHandedBack } = await import('./kept-alone.ts');
    return storeHandedBack(parts, configuration, this.#options);
  }

  /** For a source of no connection, such as one whose sign-in is given back. */
  async contextNow(bootstrap: BootstrapSecrets, foreignHttpProxy?: string): Promise<SourceContext> {
    const { values } = await this.#options.read();
    return this.#context(bootstrap, { ...addedFiles(values, startEnvironment), foreignHttpProxy });
  }

  async #context(
    bootstrap: BootstrapSecrets,
    { foreignHttpProxy, ...files }: AddedFiles & Pick<ConnectionConfiguration, 'foreignHttpProxy'>,
  ): Promise<SourceContext> {
    const { network, log } = this.#options;
    return sourceContext(bootstrap, await network.sourceCertificates(files), foreignHttpProxy, log);
  }
}
