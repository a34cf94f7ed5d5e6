import type { Problem } from '../../problem.ts';
import { isThere } from '../../read-small-file.ts';
import type { KnownValue, Places } from '../provider.ts';
import { unattended } from '../source.ts';
import type {
  CloseOptions,
  FetchedSecret,
  FetchOptions,
  SecretNames,
  SecretSource,
  SourceContext,
} from '../source.ts';
import { httpProxyName } from '../transport/http-proxy-name.ts';
import type { VaultConfiguration } from './configuration.ts';
import { VaultClient } from './client.ts';
import { trimmed } from './kv-path.ts';
import { deniedElsewhere, DeniedError, deniedSomewhere } from './kv-problem.ts';
import { KvReader } from './kv-reader.ts';
import { methods } from './methods.ts';
import { badPathOf, badPathProblem } from './path-settings.ts';
import { SecretNamesReader } from './secret-names.ts';
import { greeting } from './server-problem.ts';
import { VaultSession } from './session.ts';
import { vaultTls } from './tls.ts';
import { tokenFile } from './token-file.ts';

/** Reads one secret of HashiCorp Vault or OpenBao. */
export async function createVaultSource(
  configuration: VaultConfiguration,
  context: SourceContext,
): Promise<SecretSource> {
  const { address, namespace } = configuration;
  const { isHttpProxyApproved } = context;
  const tls = await vaultTls(configuration, context);
  const client = new VaultClient({
    ...{ address, namespace, tls, isHttpProxyApproved },
    httpProxyName: () => httpProxyName(context),
  });
  const session = new VaultSession({ client, configuration, context });
  const badPath = badPathOf(configuration);
  const unusable = badPath && badPathProblem(badPath);
  const reader = new KvReader(client, configuration);
  const { isRepeatable } = methods[configuration.authMethod];
  const names = isRepeatable ? new SecretNamesReader(client, configuration) : undefined;
  return new VaultSource({ client, session, reader, names, context, unusable });
}

interface Parts {
  readonly client: VaultClient;
  readonly session: VaultSession;
  readonly reader: KvReader;
  /** `undefined` where each sign-in takes something away. */
  readonly names: SecretNamesReader | undefined;
  readonly context: SourceContext;
  /** Why nothing may be called with this configuration. */
  readonly unusable: Problem | undefined;
}

class VaultSource implements SecretSource {
  readonly #client: VaultClient;
  readonly #session: VaultSession;
  readonly #reader: KvReader;
  readonly #names: SecretNamesReader | undefined;
  readonly #context: SourceContext;
  readonly #unusable: Problem | undefined;

  constructor({ client, session, reader, names, context, unusable }: Parts) {
    this.#client = client;
    this.#session = session;
    this.#reader = reader;
    this.#names = names;
    this.#context = context;
    this.#unusable = unusable;
  }

  async fetch(signal: AbortSignal, options: FetchOptions = unattended): Promise<FetchedSecret> {
    if (this.#unusable) throw this.#unusable;
    const token = await this.#session.token(signal, options);
    try {
      return await this.#reader.read(token, this.#context.clock.now(), signal);
    } catch (error) {
      if (!(error instanceof DeniedError)) throw error;
      // Vault says "permission denied" of a bad token and of a path that is not allowed.
      if (!(await this.#session.recover(token, signal, options))) throw this.#denied(error);
    }
    return this.#readAgain(signal, options);
  }

  async greet(signal: AbortSignal): Promise<string> {
    if (this.#unusable) throw this.#unusable;
    return greeting(this.#client, signal);
  }

  async names(signal: AbortSignal): Promise<SecretNames> {
    if (this.#unusable) throw this.#unusable;
    if (this.#names === undefined) return { kind: 'notAsked' };
    return this.#names.read(await this.#session.token(signal, unattended), signal);
  }

  async close(options: CloseOptions): Promise<void> {
    await this.#session.close(options);
  }

  async #readAgain(signal: AbortSignal, options: FetchOptions): Promise<FetchedSecret> {
    try {
      const token = await this.#session.token(signal, options);
      return await this.#reader.read(token, this.#context.clock.now(), signal);
    } catch (error) {
      throw error instanceof DeniedError ? this.#denied(error) : error;
    }
  }

  /** A policy that is granted to a user or a group is in the tokens of later sign-ins only. */
  #denied({ problem, path }: DeniedError): Problem {
    this.#session.doubt();
    const [own, here] = [this.#session.tokenNamespace, trimmed(this.#client.namespace ?? '')];
    if (own === null) return deniedSomewhere(path);
    return own === undefined || own === here ? problem : deniedElsewhere(path, own, here);
  }
}

/** That this machine has a token of Vault's, whatever Vault it is for; not the token. */
export async function knownToken({ environment, homeFolder }: Places): Promise<readonly KnownValue[]> {
  const isSignedIn = Boolean(environment['VAULT_TOKEN']) || (await isThere(tokenFile(homeFolder)));
  return isSignedIn ? [{ value: 'token', about: '', decides: [] }] : [];
}
