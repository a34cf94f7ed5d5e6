import type {
  AwsConfiguration,
  AzureConfiguration,
  AzureCloud,
  AzureSignIn,
  ProviderId,
  SourceConfiguration,
  VaultAuthMethod,
  VaultConfiguration,
} from './configuration.ts';
import { isReadableOnTheWay } from '../network/loopback.ts';
import type { SettingProblem, SettingValues } from '../settings/setting-values.ts';
import type { SettingKey } from '../settings/manifest.ts';

/** What must be set before a source can be used. */
export const requiredKeys = {
  vault: ['vault.address', 'vault.path'],
  aws: ['aws.secretId'],
  azure: ['azure.vaultUrl', 'azure.secretName'],
  stored: [],
} as const satisfies Record<ProviderId, readonly SettingKey[]>;

export type SourceResult =
  | {
      readonly kind: 'ok';
      readonly source: SourceConfiguration;
      /** To be said before it is approved. */
      readonly risk: string | undefined;
    }
  | {
      readonly kind: 'incomplete';
      readonly missing: readonly SettingKey[];
      readonly problems: readonly SettingProblem[];
    };

export function sourceFromValues(provider: ProviderId, values: SettingValues): SourceResult {
  const missing = missingKeys(provider, values);
  if (missing.length > 0) return { kind: 'incomplete', missing, problems: [] };
  switch (provider) {
    case 'vault':
      return vault(values);
    case 'aws':
      return { kind: 'ok', source: aws(values), risk: undefined };
    case 'azure':
      return azure(values);
    case 'stored':
      return { kind: 'ok', source: { provider: 'stored' }, risk: undefined };
  }
}

export function missingKeys(provider: ProviderId, values: SettingValues): readonly SettingKey[] {
  const keys: SettingKey[] = [...requiredKeys[provider]];
  if (provider === 'vault') keys.push(...vaultSignInKeys(values.text('vault.authMethod') as VaultAuthMethod));
  return keys.filter((key) => values.origin(key).kind === 'default');
}

function vaultSignInKeys(method: VaultAuthMethod): readonly SettingKey[] {
  switch (method) {
    case 'approle':
      return ['vault.roleId'];
    case 'userpass':
    case 'ldap':
      return ['vault.username'];
    case 'token':
    case 'oidc':
      return [];
  }
}

function vault(values: SettingValues): SourceResult {
  const address = originAndPath(values.text('vault.address'), ['https:', 'http:']);
  if (address === undefined) {
    return invalid('vault.address', 'It must be an address such as https://vault.company.com:8200.');
  }
  const risk = isReadableOnTheWay(address)
    ? `Vault at ${new URL(address).host} is asked over http, so everybody on the way can read the sign-in and the secret. Use https.`
    : undefined;
  const source: VaultConfiguration = {
    provider: 'vault',
    address,
    namespace: values.optional('vault.namespace'),
    mount: values.optional('vault.mount'),
    path: values.text('vault.path'),
    version: values.integer('vault.version') || undefined,
    authMethod: values.text('vault.authMethod') as VaultAuthMethod,
    authMount: values.optional('vault.authMount'),
    roleId: values.optional('vault.roleId'),
    username: values.optional('vault.username'),
    oidcRole: values.optional('vault.oidcRole'),
  };
  return { kind: 'ok', source, risk };
}

function aws(values: SettingValues): AwsConfiguration {
  const secretId = values.text('aws.secretId');
  // arn:partition:secretsmanager:REGION:account:secret:name says where the secret is, whatever a setting says.
  const arnRegion = secretId.startsWith('arn:') ? secretId.split(':')[3] || undefined : undefined;
  const roleArn = values.optional('aws.roleArn');
  return {
    provider: 'aws',
    secretId,
    region: arnRegion ?? values.optional('aws.region'),
    profile: values.optional('aws.profile'),
    versionStage: values.optional('aws.versionStage'),
    versionId: values.optional('aws.versionId'),
    roleArn,
    externalId: values.optional('aws.externalId'),
    roleSessionName: values.optional('aws.roleSessionName'),
    roleDurationSeconds: roleArn === undefined ? undefined : values.integer('aws.roleDurationSeconds'),
    endpoint: values.optional('aws.endpoint'),
  };
}

function azure(values: SettingValues): SourceResult {
  const vaultUrl = originAndPath(values.text('azure.vaultUrl'), ['https:']);
  if (vaultUrl === undefined) {
    return invalid('azure.vaultUrl', 'It must be an https address such as https://ml-team.vault.azure.net.');
  }
  const source: AzureConfiguration = {
    provider: 'azure',
    vaultUrl: new URL(vaultUrl).origin,
    secretName: values.text('azure.secretName'),
    secretVersion: values.optional('azure.secretVersion'),
    signIn: values.text('azure.signIn') as AzureSignIn,
    cloud: values.text('azure.cloud') as AzureCloud,
    tenantId: values.optional('azure.tenantId'),
    clientId: values.optional('azure.clientId'),
  };
  return { kind: 'ok', source, risk: undefined };
}

/** The address without user, query, fragment and trailing slash; `undefined` when it is none. */
function originAndPath(text: string, schemes: readonly string[]): string | undefined {
  if (!URL.canParse(text)) return undefined;
  const url = new URL(text);
  if (!schemes.includes(url.protocol) || url.username !== '' || url.password !== '') return undefined;
  return url.origin + url.pathname.replace(/\/+$/, '');
}

function invalid(key: SettingKey, message: string): SourceResult {
  return {
    kind: 'incomplete',
    missing: [],
    problems: [{ key, message: `mlflowSecretsAuth.${key}: ${message}` }],
  };
}
