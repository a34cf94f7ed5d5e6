import * as l10n from '@vscode/l10n';
import { openSetting, rateLimited, serverFault } from '../transport/fault.ts';
import type { AzureConfiguration } from './configuration.ts';
import { nameOf } from './problem.ts';
import type { AzureFault } from './problem.ts';
import type { AzureTarget } from './target.ts';

/** A failed call's response (Key Vault REST API reference, Authentication, requests and responses). */
export interface KeyVaultResponse {
  readonly status: number;
  readonly innerCode: string | undefined;
  readonly message: string;
  readonly retryAfterMs: number | undefined;
}

/** What the vault's response says is wrong. */
export function responseFault(
  response: KeyVaultResponse,
  configuration: AzureConfiguration,
  target: AzureTarget,
): AzureFault {
  const { status, retryAfterMs } = response;
  const vault = nameOf(target);
  if (status === 401) return unauthorized(vault);
  if (status === 403) return forbidden(response, { vault, secret: JSON.stringify(configuration.secretName) });
  if (status === 404) return notFound(configuration, vault);
  if (status === 429) return { code: 'throttled', ...rateLimited(vault, retryAfterMs) };
  if (status >= 500) return { code: 'serverFault', ...serverFault(vault, status), retryAfterMs };
  return {
    code: 'refusedRequest',
    message: l10n.t('{0} did not accept the request (status {1}).', vault, status),
    remedy: checkSecret(),
    retry: 'afterFix',
    action: { kind: 'configure' },
  };
}

function unauthorized(vault: string): AzureFault {
  return {
    code: 'unauthorized',
    message: l10n.t('{0} rejected the token of the Azure sign-in.', vault),
    remedy: l10n.t(
      'The key vault may belong to another tenant: set mlflowSecretsAuth.azure.tenantId to its tenant.',
    ),
    retry: 'afterFix',
    action: openSetting('azure.tenantId'),
  };
}

function notFound({ secretName, secretVersion }: AzureConfiguration, vault: string): AzureFault {
  const secret = JSON.stringify(secretName);
  return {
    code: 'notFound',
    message:
      secretVersion === undefined
        ? l10n.t('{0} has no secret {1}.', vault, secret)
        : l10n.t('{0} has no version {1} of the secret {2}.', vault, secretVersion, secret),
    remedy: checkSecret(),
    retry: 'purge',
    action: openSetting('azure.secretName'),
  };
}

function checkSecret(): string {
  return l10n.t(
    'Check mlflowSecretsAuth.azure.vaultUrl, mlflowSecretsAuth.azure.secretName and mlflowSecretsAuth.azure.secretVersion.',
  );
}

/** What a denial is about, for people. */
interface Denied {
  readonly vault: string;
  readonly secret: string;
}

interface Denial {
  readonly innerCodes: readonly string[];
  /** Older vaults send no inner code, and only their sentence says it. */
  readonly sentence: RegExp;
  readonly explain: (denied: Denied) => Omit<AzureFault, 'retry'>;
}

const denials: readonly Denial[] = [
  {
    innerCodes: ['SecretDisabled'],
    sentence: /disabled secret/i,
    explain: ({ secret }) => ({
      code: 'disabled',
      message: l10n.t('The secret {0} is disabled.', secret),
      remedy: l10n.t('Enable it in the Azure portal, or choose another version.'),
    }),
  },
  {
    innerCodes: ['ForbiddenByFirewall'],
    sentence: /client address is not authorized/i,
    explain: ({ vault }) => ({
      code: 'firewall',
      message: l10n.t('The firewall of {0} blocks this network.', vault),
      remedy: l10n.t(
        'Connect to the VPN, or allow the public IP address of this machine under "Networking" of the key vault.',
      ),
    }),
  },
  {
    innerCodes: ['ForbiddenByNsp'],
    sentence: /forbidden by NSP|network security perimeter/i,
    explain: ({ vault }) => ({
      code: 'firewall',
      message: l10n.t('The network security perimeter of {0} blocks this network.', vault),
      remedy: l10n.t(
        'Connect to the VPN, or allow the public IP address of this machine by an inbound access rule of the perimeter.',
      ),
    }),
  },
  {
    innerCodes: ['ForbiddenByConnection'],
    sentence: /public network access is disabled|private link/i,
    explain: ({ vault }) => ({
      code: 'privateOnly',
      message: l10n.t('{0} can be reached only through its private link.', vault),
      remedy: l10n.t('Connect to the network that has the private link.'),
    }),
  },
  {
    innerCodes: ['ForbiddenByRbac'],
    sentence: /caller is not authorized to perform action/i,
    explain: ({ vault, secret }) => ({
      code: 'deniedByRole',
      message: l10n.t('No role allows the Azure identity to read the secret {0} in {1}.', secret, vault),
      remedy: l10n.t(
        'Assign it the role "Key Vault Secrets User" on the key vault; it takes effect after a few minutes.',
      ),
    }),
  },
  {
    innerCodes: ['ForbiddenByPolicy', 'AccessDenied'],
    sentence: /does not have secrets get permission/i,
    explain: ({ vault }) => ({
      code: 'deniedByPolicy',
      message: l10n.t('No access policy of {0} allows the Azure identity to read secrets.', vault),
      remedy: l10n.t('Add an access policy with the secret permission "Get" for it.'),
    }),
  },
];

function forbidden({ innerCode, message }: KeyVaultResponse, denied: Denied): AzureFault {
  const denial = denials.find(({ innerCodes, sentence }) =>
    innerCode === undefined ? sentence.test(message) : innerCodes.includes(innerCode),
  );
  return { ...(denial?.explain ?? deniedForUnknownReason)(denied), retry: 'purge' };
}

function deniedForUnknownReason({ vault, secret }: Denied): Omit<AzureFault, 'retry'> {
  return {
    code: 'denied',
    message: l10n.t('{0} does not allow the Azure identity to read the secret {1}.', vault, secret),
    remedy: l10n.t(
      'Assign it the role "Key Vault Secrets User", or an access policy with the secret permission "Get".',
    ),
  };
}
