import { SecretClient } from '@azure/keyvault-secrets';
import type { KeyVaultSecret } from '@azure/keyvault-secrets';
import type { AzureConfiguration } from './configuration.ts';
import { Problem } from '../../problem.ts';
import { Secret } from '../../secret.ts';
import type { FetchedSecret, SecretSource, SourceContext } from '../source.ts';
import { abortable } from '../transport/abortable.ts';
import { azureCredential } from './credential.ts';
import { trustPolicies, vaultAnswersOnly } from './network.ts';
import { azureProblem } from './problem.ts';
import { azureTarget } from './target.ts';
import type { AzureTarget } from './target.ts';

/** Reads one secret of Azure Key Vault. Malformed settings are a `Problem` of the first `fetch`. */
export function createAzureSource(configuration: AzureConfiguration, context: SourceContext): SecretSource {
  return new AzureSource(configuration, context);
}

class AzureSource implements SecretSource {
  readonly #configuration: AzureConfiguration;
  readonly #context: SourceContext;
  /** Kept while it works, for its connections and its tokens. */
  #client: SecretClient | undefined;
  /** Of the fetch under way. */
  #signInNetworkError: unknown;

  constructor(configuration: AzureConfiguration, context: SourceContext) {
    this.#configuration = configuration;
    this.#context = context;
  }

  async fetch(signal: AbortSignal): Promise<FetchedSecret> {
    signal.throwIfAborted();
    const target = azureTarget(this.#configuration);
    this.#signInNetworkError = undefined;
    const client = (this.#client ??= this.#createClient(target));
    let secret: KeyVaultSecret;
    try {
      secret = await abortable(this.#read(client, signal), signal);
    } catch (error) {
      signal.throwIfAborted();
      const problem = azureProblem(
        error,
        this.#signInNetworkError,
        this.#configuration,
        target,
        this.#context,
      );
      // What was signed in with may be what is wrong: the next fetch signs in anew.
      if (problem.retry !== 'automatic') this.#client = undefined;
      if (problem.code !== 'azure.notFound') throw problem;
      throw await abortable(this.#whyNotFound(client, problem, signal), signal);
    }
    return this.#checked(secret);
  }

  async close(): Promise<void> {
    this.#client = undefined;
    // Azure's tokens cannot be given back; they end by themselves.
    return Promise.resolve();
  }

  async #read(client: SecretClient, signal: AbortSignal): Promise<KeyVaultSecret> {
    const { secretName, secretVersion } = this.#configuration;
    return client.getSecret(secretName, {
      abortSignal: signal,
      ...(secretVersion !== undefined && { version: secretVersion }),
    });
  }

  /** A secret that was deleted can mostly be recovered; the vault tells it only to whom it lets see deleted ones. */
  async #whyNotFound(client: SecretClient, notFound: Problem, signal: AbortSignal): Promise<Problem> {
    const { secretName } = this.#configuration;
    try {
      await client.getDeletedSecret(secretName, {
        abortSignal: signal,
      });
    } catch {
      // It is not among them, or who is deleted may not be seen: the first answer stays.
      return notFound;
    }
    return new Problem({
      code: 'azure.deleted',
      message: `The secret ${JSON.stringify(secretName)} was deleted and can still be recovered.`,
      remedy: 'Recover it in the Azure portal under Manage deleted secrets, or choose another.',
      retry: 'purge',
    });
  }

  /** Key Vault gives out secrets outside their time too, and leaves it to the reader to honour it. */
  #checked({ name, value, properties }: KeyVaultSecret): FetchedSecret {
    const { notBefore, expiresOn, version } = properties;
    const now = this.#context.clock.now();
    const which = `The secret ${JSON.stringify(name)}`;
    if (expiresOn !== undefined && expiresOn.getTime() <= now) {
      throw new Problem({
        code: 'azure.expired',
        message: `${which} expired at ${expiresOn.toISOString()}.`,
        remedy: 'Make a new version of it, or change its expiration date.',
        retry: 'purge',
      });
    }
    if (notBefore !== undefined && notBefore.getTime() > now) {
      throw new Problem({
        code: 'azure.notYetValid',
        message: `${which} is not valid before ${notBefore.toISOString()}.`,
        remedy: 'Wait, change its activation date, or set azure.secretVersion to an older version.',
        retry: 'afterFix',
      });
    }
    if (value === undefined) {
      throw new Problem({
        code: 'azure.emptySecret',
        message: `${which} has no value.`,
        remedy: 'Make a new version of it.',
        retry: 'afterFix',
      });
    }
    return { text: new Secret(value), version, expiresAt: expiresOn?.getTime() };
  }

  #createClient(target: AzureTarget): SecretClient {
    const credential = azureCredential(this.#configuration, this.#context, target, (error) => {
      this.#signInNetworkError = error;
    });
    return new SecretClient(target.vaultUrl, credential, {
      // What comes after the first try is the resolver's back-off, which honours Retry-After.
      retryOptions: { maxRetries: 0 },
      additionalPolicies: [...trustPolicies(this.#context.extraCertificates), vaultAnswersOnly(target)],
      // On this computer a vault has no cloud's name to compare with; the check of the scope's own name stays.
      ...(target.isLocal && { disableChallengeResourceVerification: true }),
    });
  }
}
