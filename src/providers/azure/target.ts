import { AzureAuthorityHosts } from '@azure/identity';
import * as l10n from '@vscode/l10n';
import type { Problem } from '../../problem.ts';
import { azureClouds } from '../../settings/manifest.ts';
import type { AzureCloud, SettingKey } from '../../settings/manifest.ts';
import { malformedSetting, openSetting } from '../transport/fault.ts';
import type { AzureConfiguration } from './configuration.ts';
import { azureProblem } from './problem.ts';

interface Cloud {
  /** For people. */
  readonly name: () => string;
  /** Parent of every vault's host name, and the resource that tokens for vaults are for. */
  readonly vaultDomain: string;
  readonly authority: string;
  /** Azure Resource Manager, which lists vaults. */
  readonly manager: string;
}

/** Key Vault, About keys, secrets and certificates: DNS suffixes for object identifiers. */
const clouds: Readonly<Record<AzureCloud, Cloud>> = {
  public: {
    name: () => l10n.t('public'),
    vaultDomain: 'vault.azure.net',
    authority: AzureAuthorityHosts.AzurePublicCloud,
    manager: 'https://management.azure.com',
  },
  usGovernment: {
    name: () => l10n.t('US Government'),
    vaultDomain: 'vault.usgovcloudapi.net',
    authority: AzureAuthorityHosts.AzureGovernment,
    manager: 'https://management.usgovcloudapi.net',
  },
  china: {
    name: () => l10n.t('China'),
    vaultDomain: 'vault.azure.cn',
    authority: AzureAuthorityHosts.AzureChina,
    manager: 'https://management.chinacloudapi.cn',
  },
};

export interface AzureTarget {
  readonly vaultUrl: string;
  /** For people: `ml-team.vault.azure.net`. */
  readonly vaultHost: string;
  /** The only scope that a token is ever asked for to read a secret. */
  readonly scope: string;
  /** Where to sign in. */
  readonly authority: string;
  readonly manager: ResourceManager;
}

/** Who lists the key vaults of a cloud. */
export interface ResourceManager {
  readonly origin: string;
  /** Of the token for it, which nobody else is sent. */
  readonly scope: string;
  /** Parent of the host name of each vault that it may name. */
  readonly vaultDomain: string;
}

/** Reads the settings that say where the secret is; a value that cannot be right is a `Problem`. */
export function azureTarget(configuration: AzureConfiguration): AzureTarget {
  const cloud = clouds[configuration.cloud];
  const url = checkedUrl(configuration.vaultUrl, cloud);
  checkNames(configuration);
  return {
    vaultUrl: url.origin,
    vaultHost: url.host,
    scope: `https://${cloud.vaultDomain}/.default`,
    authority:
      configuration.cloud === 'public' ? (configuration.authorityHost ?? cloud.authority) : cloud.authority,
    manager: {
      origin: cloud.manager,
      scope: `${cloud.manager}/.default`,
      vaultDomain: cloud.vaultDomain,
    },
  };
}

function checkedUrl(vaultUrl: string, cloud: Cloud): URL {
  const url = URL.canParse(vaultUrl) ? new URL(vaultUrl) : undefined;
  if (url?.protocol !== 'https:') {
    throw malformed(
      'azure.vaultUrl',
      l10n.t('mlflowSecretsAuth.azure.vaultUrl is not an https address.'),
      l10n.t('Set it to an address such as {0}.', `https://NAME.${cloud.vaultDomain}`),
    );
  }
  // An emulator on this machine is none either: the vault's challenge is verified by the cloud's name.
  if (!isVaultOf(url.hostname, cloud.vaultDomain)) throw foreignVault(url.hostname, cloud);
  return url;
}

export function isSecretName(text: string): boolean {
  return /^[0-9A-Za-z-]{1,127}$/.test(text);
}

function checkNames({ secretName, secretVersion, tenantId, clientId }: AzureConfiguration): void {
  if (!isSecretName(secretName)) {
    throw malformed(
      'azure.secretName',
      l10n.t('mlflowSecretsAuth.azure.secretName is not the name of a secret.'),
      l10n.t('Use letters, digits and hyphens only.'),
    );
  }
  if (secretVersion !== undefined && !/^[0-9A-Za-z]{1,64}$/.test(secretVersion)) {
    throw malformed(
      'azure.secretVersion',
      l10n.t('mlflowSecretsAuth.azure.secretVersion is not the version of a secret.'),
      l10n.t('Copy it from the versions of the secret, or leave it empty for the latest.'),
    );
  }
  if (tenantId !== undefined && !/^[0-9A-Za-z][0-9A-Za-z.-]{0,254}$/.test(tenantId)) {
    throw malformed(
      'azure.tenantId',
      l10n.t('mlflowSecretsAuth.azure.tenantId is neither the ID nor the domain of a tenant.'),
      l10n.t('Copy it from the Azure portal.'),
    );
  }
  if (clientId !== undefined && !/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(clientId)) {
    throw malformed(
      'azure.clientId',
      l10n.t('mlflowSecretsAuth.azure.clientId is not a client ID.'),
      l10n.t('Copy the client ID of the managed identity or application.'),
    );
  }
}

/** Whether a sign-in address is none of the clouds' own, so that they cannot vouch for it. */
export function isPrivateAuthority(address: string): boolean {
  if (!URL.canParse(address)) return false;
  const { origin } = new URL(address);
  return !Object.values(clouds).some(({ authority }) => authority === origin);
}

/** Exactly one label under the domain: `vault.azure.net` itself, or deeper names, are no vaults. */
export function isVaultOf(hostname: string, vaultDomain: string): boolean {
  const suffix = `.${vaultDomain}`;
  return hostname.endsWith(suffix) && /^[a-z0-9-]+$/.test(hostname.slice(0, -suffix.length));
}

function foreignVault(hostname: string, cloud: Cloud): Problem {
  const otherCloud = azureClouds.find((id) => isVaultOf(hostname, clouds[id].vaultDomain));
  return azureProblem({
    code: 'foreignVault',
    message: l10n.t(
      '{0} is not a key vault of the {1} cloud, so no Azure sign-in is sent to it.',
      hostname,
      cloud.name(),
    ),
    remedy:
      otherCloud === undefined
        ? l10n.t('Set mlflowSecretsAuth.azure.vaultUrl to https://NAME.{0}.', cloud.vaultDomain)
        : l10n.t(
            'Set mlflowSecretsAuth.azure.cloud to "{0}", or correct mlflowSecretsAuth.azure.vaultUrl.',
            otherCloud,
          ),
    retry: 'afterFix',
    action: openSetting(otherCloud === undefined ? 'azure.vaultUrl' : 'azure.cloud'),
  });
}

function malformed(key: SettingKey, message: string, remedy: string): Problem {
  return azureProblem(malformedSetting(key, message, remedy));
}
