import type { SecretClientOptions } from '@azure/keyvault-secrets';
import type { StoreTrust } from '../../network/store-certificates.ts';
import { intercepted } from '../transport/fault.ts';
import { networkProblem } from '../transport/network-problem.ts';
import { lookUpWithin, nameLookUpMs } from '../transport/name-look-up.ts';
import { isReadOnTheWay, otherHttpProxy } from '../transport/plain-http.ts';
import type { HttpProxyWay } from '../transport/plain-http.ts';
import { httpProxyName } from '../transport/http-proxy-name.ts';
import type { SourceContext } from '../source.ts';
import type { AzureConfiguration } from './configuration.ts';
import { azureProblem, foreignChallenge, nameOf } from './problem.ts';
import type { AzureTarget } from './target.ts';

type AdditionalPolicy = NonNullable<SecretClientOptions['additionalPolicies']>[number];
type Policy = AdditionalPolicy['policy'];

/**
 * How the SDK's requests connect: they trust these certificates alone, where there are any, and tell a name server that
 * does not respond. Its own option for the former, `tlsOptions`, is left out where `HTTPS_PROXY` is set.
 */
export function connectionPolicies(trust: StoreTrust): AdditionalPolicy[] {
  const lookup = lookUpWithin(nameLookUpMs);
  const policy: Policy = {
    name: 'connection',
    sendRequest: async (request, next) => {
      request.requestOverrides = { ...request.requestOverrides, lookup, ...trust };
      return next(request);
    },
  };
  return [{ position: 'perCall', policy }];
}

/** A managed identity is asked for without TLS, and whoever responds says who this machine is. */
export function checkWayToIdentity(
  { signIn }: Pick<AzureConfiguration, 'signIn'>,
  target: AzureTarget,
  way: HttpProxyWay,
): void {
  const isAsked = signIn === 'default' || signIn === 'managedIdentity';
  if (isAsked && isReadOnTheWay('http:', way))
    throw azureProblem({ code: 'httpProxy', ...otherHttpProxy(nameOf(target)) });
}

/** Refuses to follow a list to its next page at another address, before anything is signed in for it. */
export function thisVaultOnly(target: AzureTarget): AdditionalPolicy {
  const policy: Policy = {
    name: 'thisVaultOnly',
    sendRequest: async (request, next) => {
      if (new URL(request.url).origin === target.vaultUrl) return next(request);
      throw azureProblem(foreignChallenge(target));
    },
  };
  return { position: 'perCall', policy };
}

/**
 * Finds a response that is not a key vault's, such as a proxy's error page, before the SDK takes it for one: its 403
 * would count as the vault's. Key Vault responds in JSON (Authentication, requests and responses).
 */
export function vaultResponsesOnly(target: AzureTarget, context: SourceContext): AdditionalPolicy {
  const policy: Policy = {
    name: 'vaultResponsesOnly',
    sendRequest: async (request, next) => {
      const response = await next(request);
      const { status, headers, bodyAsText } = response;
      const isPage = bodyAsText?.trimStart().startsWith('<') === true;
      const isJson = (headers.get('content-type') ?? '').includes('json') && !isPage;
      if (isJson || headers.has('www-authenticate') || status === 429) return response;
      const peer = { provider: 'azure', name: nameOf(target), httpProxy: httpProxyName(context) } as const;
      const fault = intercepted(peer.name, status, peer.httpProxy);
      throw networkProblem({ statusCode: status }, peer) ?? azureProblem({ code: 'notKeyVault', ...fault });
    },
  };
  return { position: 'perRetry', policy };
}
