import type { SecretClientOptions } from '@azure/keyvault-secrets';
import { Problem } from '../../problem.ts';
import type { AzureTarget } from './target.ts';
import { trustedCertificates } from '../../network/certificates.ts';

type AdditionalPolicy = NonNullable<SecretClientOptions['additionalPolicies']>[number];
type Policy = AdditionalPolicy['policy'];

/**
 * Makes the SDK's requests trust the user's extra certificates. Its own option for it, `tlsOptions`, is left out where
 * `HTTPS_PROXY` is set.
 */
export function trustPolicies(extraCertificates: readonly string[]): AdditionalPolicy[] {
  const ca = trustedCertificates(extraCertificates);
  if (ca === undefined) return [];
  const policy: Policy = {
    name: 'trustedCertificates',
    sendRequest: async (request, next) => {
      request.requestOverrides = { ...request.requestOverrides, ca };
      return next(request);
    },
  };
  return [{ position: 'perCall', policy }];
}

/**
 * Tells an answer that is not a key vault's, such as a proxy's page or refusal, before the SDK reads it as one: its
 * 403 would count as the vault's. Key Vault answers in JSON (Authentication, requests and responses).
 */
export function vaultAnswersOnly({ vaultHost }: AzureTarget): AdditionalPolicy {
  const policy: Policy = {
    name: 'vaultAnswersOnly',
    sendRequest: async (request, next) => {
      const response = await next(request);
      const { status, headers } = response;
      const isJson = (headers.get('content-type') ?? '').includes('json');
      if (isJson || headers.has('www-authenticate') || status === 429) return response;
      throw new Problem({
        code: 'azure.notKeyVault',
        message: `Something on the way to ${vaultHost} answered in its place (status ${status}).`,
        remedy: 'Check the HTTP proxy (http.proxy, HTTPS_PROXY) and the firewall, or ask whoever runs them.',
        retry: status >= 500 ? 'automatic' : 'afterFix',
      });
    },
  };
  return { position: 'perRetry', policy };
}
