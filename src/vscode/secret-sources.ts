import type { ConnectionConfiguration } from '../configuration/configuration.ts';
import type { ConfigurationResult } from '../configuration/read-configuration.ts';
import { bootstrapScope } from '../providers/providers.ts';
import type { BootstrapSecrets, SourceContext } from '../providers/source.ts';
import type { SecretResolver } from '../secrets/secret-resolver.ts';
import type { Credentials } from './credentials.ts';
import type { Network } from './network.ts';
import type { SecretStore } from './secret-store.ts';
import { sourceContext } from './source-context.ts';

export interface SecretSourcesOptions {
  readonly read: () => Promise<ConfigurationResult>;
  readonly credentials: Credentials;
  readonly store: SecretStore;
  readonly network: Network;
  readonly log: (line: string) => void;
}

/** Opens what secrets are read from, with what the editor lends and what is kept for it in secret storage. */
export class SecretSources {
  readonly #options: SecretSourcesOptions;

  constructor(options: SecretSourcesOptions) {
    this.#options = options;
  }

  async open(configuration: ConnectionConfiguration): Promise<SecretResolver> {
    // A bundle of its own, which only a connection needs.
    const { openResolver } = await import('../secrets/on-connect.ts');
    const { credentials, store } = this.#options;
    const { source, tracking, caFile, cache } = configuration;
    const context = await this.#context(credentials.bootstrapFor(configuration), caFile);
    const subject = { scope: bootstrapScope(source, tracking.origin), about: tracking.origin };
    const signInStorage =
      cache.keep === 'secretStorage' ? { signInStorage: store.signIn(subject, source) } : {};
    return openResolver(configuration, { ...context, ...signInStorage }, store.cachedSecret(subject));
  }

  /** For a source of an earlier connection, whose sign-in is given back. */
  async contextNow(bootstrap: BootstrapSecrets): Promise<SourceContext> {
    const { values } = await this.#options.read();
    return this.#context(bootstrap, values.optional('tls.caFile'));
  }

  async #context(bootstrap: BootstrapSecrets, caFile: string | undefined): Promise<SourceContext> {
    const { network, log } = this.#options;
    return sourceContext(bootstrap, await network.sourceCertificates(caFile), log);
  }
}
