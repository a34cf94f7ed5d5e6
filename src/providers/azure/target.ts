import { AzureAuthorityHosts } from '@azure/identity';
import type { AzureCloud } from '../../settings/manifest.ts';
import type { AzureConfiguration } from './configuration.ts';
import { isLoopbackHost } from '../../network/loopback.ts';
import { Problem } from '../../problem.ts';

interface Cloud {
  readonly name: string;
  /** Parent of every vault's host name, and the resource that tokens for vaults are for. */
  readonly vaultDomain: string;
  readonly authority: string;
}

/** Key Vault, About keys, secrets and certificates: DNS suffixes for object identifiers. */
const clouds: Readonly<Record<AzureCloud, Cloud>> = {
  public: { name: 'public', vaultDomain: 'vault.azure.net', authority: AzureAuthorityHosts.AzurePublicCloud },
  usGovernment: {
    name: 'US government',
    vaultDomain: 'vault.usgovcloudapi.net',
    authority: AzureAuthorityHosts.AzureGovernment,
  },
  china: { name: 'China', vaultDomain: 'vault.azure.cn', authority: AzureAuthorityHosts.AzureChina },
};

export interface AzureTarget {
  readonly vaultUrl: string;
  /** For people: `ml-team.vault.azure.net`. */
  readonly vaultHost: string;
  /** The only scope that a token is ever asked for. */
  readonly scope: string;
  /** Where to sign in; `undefined`: the SDK's own choice, which is AZURE_AUTHORITY_HOST or the public cloud's. */
  readonly authority: string | undefined;
  /** A vault's emulator on this computer, whose host cannot be in a cloud's domain. */
  readonly isLocal: boolean;
}

/** Reads the settings that say where the secret is; what cannot be right is a `Problem`. */
export function azureTarget(configuration: AzureConfiguration): AzureTarget {
  const { vaultUrl, secretName, secretVersion, tenantId, clientId } = configuration;
  const cloud = clouds[configuration.cloud];
  const url = URL.canParse(vaultUrl) ? new URL(vaultUrl) : undefined;
  if (url?.protocol !== 'https:') {
    throw malformed('vaultUrl', 'is not an https address', `Write it as https://NAME.${cloud.vaultDomain}.`);
  }
  const isLocal = isLoopbackHost(url.hostname);
  if (!isLocal && !isVaultOf(url.hostname, cloud.vaultDomain)) throw foreignVault(url.hostname, cloud);
  if (!/^[0-9A-Za-z-]{1,127}$/.test(secretName)) {
    const remedy = 'A name has letters, digits and dashes only.';
    throw malformed('secretName', 'is not the name of a secret', remedy);
  }
  if (secretVersion !== undefined && !/^[0-9A-Za-z]{1,64}$/.test(secretVersion)) {
    const remedy = 'Copy it from the secret’s versions, or leave it empty for the newest.';
    throw malformed('secretVersion', 'is not the version of a secret', remedy);
  }
  if (tenantId !== undefined && !/^[0-9A-Za-z][0-9A-Za-z.-]*$/.test(tenantId)) {
    throw malformed('tenantId', 'is neither a tenant’s id nor its domain', 'Copy it from the Azure portal.');
  }
  if (clientId !== undefined && !/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(clientId)) {
    throw malformed('clientId', 'is not a client id', 'Copy the id of the managed identity or application.');
  }
  return {
    vaultUrl: url.origin,
    vaultHost: url.host,
    scope: `https://${cloud.vaultDomain}/.default`,
    authority: configuration.cloud === 'public' ? undefined : cloud.authority,
    isLocal,
  };
}

/** Whether a sign-in address is none of the clouds' own, so that they cannot vouch for it. */
export function isPrivateAuthority(address: string | undefined): boolean {
  if (address === undefined || !URL.canParse(address)) return false;
  const { origin } = new URL(address);
  return !Object.values(clouds).some(({ authority }) => authority === origin);
}

/** Exactly one label under the domain: `vault.azure.net` itself, or deeper names, are no vaults. */
function isVaultOf(hostname: string, vaultDomain: string): boolean {
  const suffix = `.${vaultDomain}`;
  return hostname.endsWith(suffix) && /^[a-z0-9-]+$/.test(hostname.slice(0, -suffix.length));
}

function foreignVault(hostname: string, cloud: Cloud): Problem {
  const other = (Object.keys(clouds) as AzureCloud[]).find((id) =>
    isVaultOf(hostname, clouds[id].vaultDomain),
  );
  return new Problem({
    code: 'azure.foreignVault',
    message: `${hostname} is not a key vault of the ${cloud.name} cloud, so it is not given an Azure sign-in.`,
    remedy:
      other === undefined
        ? `Set azure.vaultUrl to https://NAME.${cloud.vaultDomain}.`
        : `Set azure.cloud to ${other}, or correct azure.vaultUrl.`,
    retry: 'afterFix',
    action: {
      kind: 'openSetting',
      setting: `azure.${other === undefined ? 'vaultUrl' : 'cloud'}`,
    },
  });
}

type AzureKey = 'vaultUrl' | 'secretName' | 'secretVersion' | 'tenantId' | 'clientId';

function malformed(setting: AzureKey, what: string, remedy: string): Problem {
  return new Problem({
    code: `azure.malformed.${setting}`,
    message: `The setting azure.${setting} ${what}.`,
    remedy,
    retry: 'afterFix',
    action: { kind: 'openSetting', setting: `azure.${setting}` },
  });
}
