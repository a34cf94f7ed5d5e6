import {
  AzureCliCredential,
  ClientCertificateCredential,
  ClientSecretCredential,
  DefaultAzureCredential,
  EnvironmentCredential,
  ManagedIdentityCredential,
} from '@azure/identity';
import type {
  AccessToken,
  EnvironmentCredentialOptions,
  GetTokenOptions,
  TokenCredential,
} from '@azure/identity';
import * as l10n from '@vscode/l10n';
import { withinDeadline } from '../../deadline.ts';
import type { StoreTrust } from '../../network/store-certificates.ts';
import type { FetchOptions, SourceContext } from '../source.ts';
import type { Problem } from '../../problem.ts';
import { safeCause } from '../transport/network-problem.ts';
import type { AzureConfiguration } from './configuration.ts';
import { checkWayToIdentity, connectionPolicies } from './network.ts';
import { azureProblem, foreignChallenge } from './problem.ts';
import { checkAzureEnvironment } from './read-files.ts';
import { isPrivateAuthority, type AzureTarget } from './target.ts';

/** What a sign-in has to do with the fetch that it is for. */
export interface CurrentFetch {
  readonly trust: StoreTrust;
  readonly options: () => FetchOptions;
  /** Receives why a connection to the sign-in service failed; the SDK's own errors leave that out. */
  readonly onNetworkError: (error: unknown) => void;
  /** Receives each response of the sign-in service. */
  readonly onResponse: (response: SignInResponse) => void;
}

/** What responded in place of a token, or with one. */
export interface SignInResponse {
  readonly status: number;
  /** Whether it has the form that the sign-in service always has. */
  readonly isJson: boolean;
  readonly retryAfter: string | undefined;
}

/** The configured sign-in, which gives tokens for key vaults of the configured cloud and for nothing else. */
export function azureCredential(
  configuration: AzureConfiguration,
  context: SourceContext,
  target: AzureTarget,
  current: CurrentFetch,
): TokenCredential {
  return new VaultOnlyCredential(signInOf(configuration, context, target, current), target, async () => {
    checkWayToIdentity(configuration, target, context);
    return checkAzureEnvironment(configuration, context.environment);
  });
}

/**
 * The vault names the scope and tenant in its challenge, and whoever responds in its place could name another
 * service. The SDK compares only the ends of host names; here the scope must be the cloud's vaults', exactly.
 */
class VaultOnlyCredential implements TokenCredential {
  readonly #inner: TokenCredential;
  readonly #target: AzureTarget;
  readonly #check: () => Promise<void>;

  constructor(inner: TokenCredential, target: AzureTarget, check: () => Promise<void>) {
    this.#inner = inner;
    this.#target = target;
    this.#check = check;
  }

  async getToken(scopes: string | string[], options?: GetTokenOptions): Promise<AccessToken | null> {
    const [scope, ...others] = [scopes].flat();
    if (scope !== this.#target.scope || others.length > 0) {
      throw azureProblem(foreignChallenge(this.#target));
    }
    await this.#check();
    return this.#inner.getToken(scopes, options);
  }
}

function signInOf(
  configuration: AzureConfiguration,
  context: SourceContext,
  target: AzureTarget,
  current: CurrentFetch,
): TokenCredential {
  const { options: fetchOptions } = current;
  const { tenantId, clientId } = configuration;
  const tenant = { ...(tenantId !== undefined && { tenantId }) };
  // The SDK reads the other variables from `process.env`: in an extension host they are the user's own.
  const options = {
    ...tenant,
    authorityHost: target.authority,
    retryOptions: { maxRetries: 1, retryDelayInMs: 500 },
    additionalPolicies: [
      ...connectionPolicies(current.trust),
      { position: 'perRetry' as const, policy: observer(current) },
    ],
    // Before it uses an unknown authority the SDK asks the public cloud about it, which cannot know a private one.
    disableInstanceDiscovery: isPrivateAuthority(target.authority),
    ...cliProcess,
  };
  switch (configuration.signIn) {
    case 'default':
      return new DefaultAzureCredential(
        clientId === undefined
          ? options
          : { ...options, managedIdentityClientId: clientId, workloadIdentityClientId: clientId },
      );
    case 'environment':
      return environmentCredential(configuration, context, options);
    case 'managedIdentity':
      return clientId === undefined
        ? new ManagedIdentityCredential(options)
        : new ManagedIdentityCredential({ ...options, clientId });
    case 'azureCli':
      return new BoundedCliCredential(new AzureCliCredential({ ...tenant, ...cliProcess }), context);
    case 'vscode':
      return new EditorCredential(configuration, context, fetchOptions);
  }
}

/** Longer than anybody waits for it: then it is ended, as the SDK by itself would never do. */
const cliProcess = { processTimeoutInMs: 25_000 };
/** Within the time of one fetch, so that it is not the key vault that seems not to respond. */
const cliTimeoutMs = 15_000;

/** The `az` command, which may wait for a network, for a lock of its own files, or for somebody at a terminal. */
class BoundedCliCredential implements TokenCredential {
  readonly #inner: TokenCredential;
  readonly #context: SourceContext;

  constructor(inner: TokenCredential, context: SourceContext) {
    this.#inner = inner;
    this.#context = context;
  }

  async getToken(scopes: string | string[], options?: GetTokenOptions): Promise<AccessToken | null> {
    const { clock } = this.#context;
    return withinDeadline(this.#inner.getToken(scopes, options), {
      ms: cliTimeoutMs,
      late: () =>
        azureProblem({
          code: 'cliLate',
          message: l10n.t('The Azure CLI did not respond within {0} s.', cliTimeoutMs / 1000),
          remedy: l10n.t('Run "az account get-access-token" in a terminal to see what it waits for.'),
          retry: 'automatic',
        }),
      sleep: async (ms, signal) => clock.sleep(ms, signal),
    });
  }
}

/** The SDK's own reads variables only; here a setting takes precedence over its variable. */
function environmentCredential(
  configuration: AzureConfiguration,
  { environment }: SourceContext,
  options: EnvironmentCredentialOptions,
): TokenCredential {
  const tenantId = configuration.tenantId ?? environment['AZURE_TENANT_ID'];
  const clientId = configuration.clientId ?? environment['AZURE_CLIENT_ID'];
  const isConfigured = configuration.tenantId !== undefined || configuration.clientId !== undefined;
  if (!isConfigured || !tenantId || !clientId) return new EnvironmentCredential(options);
  const clientSecret = environment['AZURE_CLIENT_SECRET'];
  if (clientSecret) return new ClientSecretCredential(tenantId, clientId, clientSecret, options);
  const certificatePath = environment['AZURE_CLIENT_CERTIFICATE_PATH'];
  if (!certificatePath) return new EnvironmentCredential(options);
  const certificatePassword = environment['AZURE_CLIENT_CERTIFICATE_PASSWORD'];
  const certificate = { certificatePath, ...(certificatePassword && { certificatePassword }) };
  return new ClientCertificateCredential(tenantId, clientId, certificate, options);
}

type Policy = NonNullable<EnvironmentCredentialOptions['additionalPolicies']>[number]['policy'];

/** A machine's metadata addresses are http and mostly absent: only failures of https are worth reporting. */
function observer({ onNetworkError, onResponse }: CurrentFetch): Policy {
  return {
    name: 'signInObserver',
    sendRequest: async (request, next) => {
      const isOfService = request.url.startsWith('https:');
      try {
        const response = await next(request);
        const { status, headers } = response;
        const isJson = /\bjson\b/i.test(headers.get('content-type') ?? '');
        if (isOfService) onResponse({ status, isJson, retryAfter: headers.get('retry-after') });
        return response;
      } catch (error) {
        if (isOfService) onNetworkError(error);
        throw error;
      }
    },
  };
}

/** The Microsoft account that is signed in to the editor. */
class EditorCredential implements TokenCredential {
  readonly #configuration: AzureConfiguration;
  readonly #context: SourceContext;
  readonly #fetchOptions: CurrentFetch['options'];

  constructor(
    configuration: AzureConfiguration,
    context: SourceContext,
    fetchOptions: CurrentFetch['options'],
  ) {
    this.#configuration = configuration;
    this.#context = context;
    this.#fetchOptions = fetchOptions;
  }

  async getToken(scopes: string | string[], options: GetTokenOptions = {}): Promise<AccessToken> {
    const tenantId = this.#configuration.tenantId ?? options.tenantId;
    const { isAttended } = this.#fetchOptions();
    let cause: unknown;
    try {
      const session = await this.#context.microsoftToken([scopes].flat(), { tenantId, isAttended });
      if (session) return { token: session.token.reveal(), expiresOnTimestamp: session.expiresAt };
    } catch (error) {
      // The editor rejects, too, when the user says no.
      cause = safeCause(error);
    }
    if (!isAttended) throw signInNeeded(cause);
    throw azureProblem({
      code: 'signInDeclined',
      message: l10n.t('VS Code provided no Microsoft account for Azure Key Vault.'),
      remedy: l10n.t(
        'Sign in again and allow it, or choose another value for mlflowSecretsAuth.azure.signIn.',
      ),
      retry: 'afterFix',
      action: { kind: 'signIn' },
      cause,
    });
  }
}

/** Nobody is there whom VS Code could ask. */
function signInNeeded(cause: unknown): Problem {
  return azureProblem({
    code: 'signInNeeded',
    message: l10n.t('VS Code has no Microsoft account that is signed in to Azure Key Vault.'),
    remedy: l10n.t(
      'Choose "Sign In Again" in the menu of the status bar: VS Code asks for the Microsoft account.',
    ),
    retry: 'afterFix',
    action: { kind: 'signIn' },
    cause,
  });
}
