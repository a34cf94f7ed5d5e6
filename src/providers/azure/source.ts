import type { TokenCredential } from '@azure/identity';
import { SecretClient } from '@azure/keyvault-secrets';
import type { KeyVaultSecret } from '@azure/keyvault-secrets';
import * as l10n from '@vscode/l10n';
import { Problem } from '../../problem.ts';
import { storeTrust } from '../../network/store-certificates.ts';
import type { StoreTrust } from '../../network/store-certificates.ts';
import { Secret } from '../../secret.ts';
import { unattended } from '../source.ts';
import type { FetchedSecret, FetchOptions, SecretNames, SecretSource, SourceContext } from '../source.ts';
import { abortable } from '../transport/abortable.ts';
import { ChildProcesses } from '../transport/child-processes.ts';
import { intercepted } from '../transport/fault.ts';
import { httpProxyName } from '../transport/http-proxy-name.ts';
import type { AzureConfiguration } from './configuration.ts';
import { azureCredential } from './credential.ts';
import type { SignInResponse } from './credential.ts';
import { listKeyVaults } from './key-vaults.ts';
import { listSecrets } from './look.ts';
import { thisVaultOnly, connectionPolicies, vaultResponsesOnly } from './network.ts';
import { azureProblem, nameOf } from './problem.ts';
import { explainSdkError } from './sdk-error.ts';
import { azureTarget } from './target.ts';
import type { AzureTarget } from './target.ts';

/** That the identity may read a secret is another permission. */
const denials: readonly string[] = ['azure.deniedByRole', 'azure.deniedByPolicy', 'azure.denied'];

/** Reads one secret of Azure Key Vault. Malformed settings are a `Problem` of the first `fetch`. */
export function createAzureSource(configuration: AzureConfiguration, context: SourceContext): SecretSource {
  return new AzureSource(configuration, context);
}

class AzureSource implements SecretSource {
  readonly #configuration: AzureConfiguration;
  readonly #context: SourceContext;
  /** Reused while it works, for its connections and its tokens. */
  #client: SecretClient | undefined;
  /** Of the fetch under way. */
  #signInNetworkError: unknown;
  #signInResponse: SignInResponse | undefined;
  #options = unattended;
  readonly #processes = new ChildProcesses();

  constructor(configuration: AzureConfiguration, context: SourceContext) {
    this.#configuration = configuration;
    this.#context = context;
  }

  async fetch(signal: AbortSignal, options: FetchOptions = unattended): Promise<FetchedSecret> {
    return this.#processes.within(async () => this.#fetch(signal, options));
  }

  async names(signal: AbortSignal): Promise<SecretNames> {
    return this.#processes.within(async () => this.#names(signal));
  }

  async stores(signal: AbortSignal): Promise<SecretNames> {
    return this.#processes.within(async () => this.#stores(signal));
  }

  async #fetch(signal: AbortSignal, options: FetchOptions): Promise<FetchedSecret> {
    const secret = await this.#call(
      { signal, options },
      async (client) => this.#read(client, signal),
      async (client, problem) =>
        problem.code === 'azure.notFound' ? this.#whyNotFound(client, problem, signal) : problem,
    );
    return this.#checked(secret);
  }

  async #names(signal: AbortSignal): Promise<SecretNames> {
    try {
      return await this.#call({ signal, options: unattended }, async (client) => listSecrets(client, signal));
    } catch (error) {
      if (error instanceof Problem && denials.includes(error.code)) return { kind: 'denied' };
      throw error;
    }
  }

  /** Every failure is a `Problem`; `about` may say more of one. */
  async #call<T>(
    { signal, options }: { readonly signal: AbortSignal; readonly options: FetchOptions },
    call: (client: SecretClient) => Promise<T>,
    about?: (client: SecretClient, problem: Problem) => Promise<Problem>,
  ): Promise<T> {
    signal.throwIfAborted();
    const target = azureTarget(this.#configuration);
    this.#signInNetworkError = undefined;
    this.#signInResponse = undefined;
    this.#options = options;
    const client = (this.#client ??= await this.#createClient(target));
    try {
      return await abortable(call(client), signal);
    } catch (error) {
      signal.throwIfAborted();
      const problem = this.#explain(error, target);
      // What was signed in with may be what is wrong: the next fetch signs in again.
      if (problem.retry !== 'automatic') this.#client = undefined;
      throw about === undefined ? problem : await abortable(about(client, problem), signal);
    }
  }

  /** With a token of its own, which is not kept. */
  async #stores(signal: AbortSignal): Promise<SecretNames> {
    signal.throwIfAborted();
    const target = azureTarget(this.#configuration);
    const { manager } = target;
    this.#signInNetworkError = undefined;
    this.#signInResponse = undefined;
    this.#options = unattended;
    const trust = await storeTrust(this.#configuration.storeCertificates, this.#context);
    const credential = this.#credential({ ...target, scope: manager.scope }, trust);
    try {
      return await abortable(
        listKeyVaults(credential, { manager, trust, signal, httpProxy: httpProxyName(this.#context) }),
        signal,
      );
    } catch (error) {
      signal.throwIfAborted();
      throw this.#explain(error, target);
    }
  }

  #explain(error: unknown, target: AzureTarget): Problem {
    return explainSdkError(error, {
      configuration: this.#configuration,
      target,
      signInNetworkError: this.#signInNetworkError,
      signInResponse: this.#signInResponse,
      now: this.#context.clock.now(),
      httpProxy: httpProxyName(this.#context),
    });
  }

  async close(): Promise<void> {
    this.#client = undefined;
    // Azure's tokens cannot be given back; they expire.
    await this.#processes.close();
  }

  async #read(client: SecretClient, signal: AbortSignal): Promise<KeyVaultSecret> {
    const { secretName, secretVersion } = this.#configuration;
    return client.getSecret(secretName, {
      abortSignal: signal,
      ...(secretVersion !== undefined && { version: secretVersion }),
    });
  }

  /** A deleted secret can mostly be recovered; the vault says so only to an identity that may see deleted ones. */
  async #whyNotFound(client: SecretClient, notFound: Problem, signal: AbortSignal): Promise<Problem> {
    const { secretName } = this.#configuration;
    try {
      await client.getDeletedSecret(secretName, { abortSignal: signal });
    } catch {
      // It is not among the deleted ones, or they may not be seen: the first problem stays.
      return notFound;
    }
    return azureProblem({
      code: 'deleted',
      message: l10n.t('The secret {0} was deleted but can still be recovered.', JSON.stringify(secretName)),
      remedy: l10n.t(
        'Recover it in the Azure portal under "Manage deleted secrets", or choose another secret.',
      ),
      retry: 'purge',
    });
  }

  /** Key Vault also returns secrets outside their period of validity, and leaves it to the reader to honour it. */
  #checked({ name, value, properties }: KeyVaultSecret): FetchedSecret {
    const { notBefore, expiresOn, version } = properties;
    const now = this.#context.clock.now();
    const secret = JSON.stringify(name);
    const [from, until] = [this.#timeOf(notBefore), this.#timeOf(expiresOn)];
    if (until !== undefined && until <= now) throw expired(secret, until);
    if (from !== undefined && from > now) throw notYetValid(secret, from);
    if (value === undefined) throw emptySecret(secret);
    return { text: new Secret(value), version, expiresAt: until };
  }

  /** The SDK's `Date` is one only where the vault sent a time: zero and `null` come as they are, anything else as no time. */
  #timeOf(given: Date | number | null | undefined): number | undefined {
    if (given === undefined || given === null) return undefined;
    const time = Number(given);
    // What cannot be read does not count as no end.
    if (!Number.isNaN(time)) return time;
    throw azureProblem({
      code: 'notKeyVault',
      ...intercepted(nameOf(azureTarget(this.#configuration)), 200, httpProxyName(this.#context)),
    });
  }

  #credential(target: AzureTarget, trust: StoreTrust): TokenCredential {
    return azureCredential(this.#configuration, this.#context, target, {
      trust,
      options: () => this.#options,
      onNetworkError: (error) => {
        this.#signInNetworkError = error;
      },
      onResponse: (response) => {
        this.#signInResponse = response;
      },
    });
  }

  async #createClient(target: AzureTarget): Promise<SecretClient> {
    const trust = await storeTrust(this.#configuration.storeCertificates, this.#context);
    return new SecretClient(target.vaultUrl, this.#credential(target, trust), {
      // What comes after the first try is the resolver's back-off, which honours Retry-After.
      retryOptions: { maxRetries: 0 },
      additionalPolicies: [
        ...connectionPolicies(trust),
        thisVaultOnly(target),
        vaultResponsesOnly(target, this.#context),
      ],
    });
  }
}

function expired(secret: string, at: number): Problem {
  return azureProblem({
    code: 'expired',
    message: l10n.t('The secret {0} expired at {1}.', secret, new Date(at).toISOString()),
    remedy: l10n.t('Create a new version, or change its expiration date.'),
    retry: 'purge',
  });
}

function notYetValid(secret: string, from: number): Problem {
  return azureProblem({
    code: 'notYetValid',
    message: l10n.t('The secret {0} is not valid before {1}.', secret, new Date(from).toISOString()),
    remedy: l10n.t(
      'Wait, change its activation date, or set mlflowSecretsAuth.azure.secretVersion to an older version.',
    ),
    retry: 'afterFix',
  });
}

function emptySecret(secret: string): Problem {
  return azureProblem({
    code: 'emptySecret',
    message: l10n.t('The secret {0} has no value.', secret),
    remedy: l10n.t('Create a new version.'),
    retry: 'afterFix',
  });
}
