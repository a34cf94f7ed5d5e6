import { azureClouds, azureSignIns, vaultAuthMethods } from '../configuration/configuration.ts';

/** Prefix of every command, setting and context key. */
export const section = 'mlflowSecretsAuth';

export const commands = {
  connect: 'mlflowSecretsAuth.connect',
  disconnect: 'mlflowSecretsAuth.disconnect',
  disconnectAndRevoke: 'mlflowSecretsAuth.disconnectAndRevoke',
  showConnection: 'mlflowSecretsAuth.showConnection',
  diagnose: 'mlflowSecretsAuth.diagnose',
  refreshSecret: 'mlflowSecretsAuth.refreshSecret',
  showActions: 'mlflowSecretsAuth.showActions',
  configure: 'mlflowSecretsAuth.configure',
  enterCredential: 'mlflowSecretsAuth.enterCredential',
  forgetCredential: 'mlflowSecretsAuth.forgetCredential',
} as const;
export type CommandId = (typeof commands)[keyof typeof commands];

export const contextKeys = {
  /** True while this workspace is meant to be connected. */
  autoConnect: 'mlflowSecretsAuth.autoConnect',
} as const;

/**
 * `machine` settings loosen security, so a workspace cannot set them; the editor drops such values, and the
 * reader looks at user values only.
 */
export type SettingScope = 'window' | 'machine';

export type SettingType =
  | { readonly type: 'string'; readonly default: string; readonly values?: readonly string[] }
  | { readonly type: 'integer'; readonly default: number; readonly minimum: number; readonly maximum: number }
  | { readonly type: 'boolean'; readonly default: boolean }
  | { readonly type: 'strings'; readonly default: readonly string[] };

export type SettingDescriptor = SettingType & { readonly scope: SettingScope };

const text = { type: 'string', default: '', scope: 'window' } as const;

function choice<const Values extends readonly [string, ...string[]]>(
  values: Values,
  fallback: Values[number],
): Extract<SettingDescriptor, { type: 'string' }> {
  return { type: 'string', values, default: fallback, scope: 'window' };
}

function integer(
  fallback: number,
  minimum: number,
  maximum: number,
): Extract<SettingDescriptor, { type: 'integer' }> {
  return { type: 'integer', default: fallback, minimum, maximum, scope: 'window' };
}

const machineText = { type: 'string', default: '', scope: 'machine' } as const;

/** Every setting, under its key without the section. A test holds this against package.json. */
export const settings = {
  trackingUri: text,
  provider: choice(['auto', 'vault', 'aws', 'azure', 'stored'], 'auto'),
  'auth.mode': choice(['bearer', 'basic'], 'bearer'),
  'header.name': { type: 'string', default: 'Authorization', scope: 'window' },
  allowedHosts: { type: 'strings', default: [], scope: 'machine' },
  'cache.ttlSeconds': integer(300, 1, 86_400),
  'cache.maxStaleSeconds': integer(3600, 0, 86_400),
  'cache.keep': choice(['secretStorage', 'memory'], 'secretStorage'),
  'proxy.port': integer(0, 0, 65_535),
  'python.intercept': { type: 'boolean', default: true, scope: 'window' },
  'tls.caFile': machineText,
  'vault.address': text,
  'vault.namespace': text,
  'vault.path': text,
  'vault.mount': text,
  'vault.version': integer(0, 0, Number.MAX_SAFE_INTEGER),
  'vault.authMethod': choice(vaultAuthMethods, 'token'),
  'vault.authMount': text,
  'vault.roleId': text,
  'vault.username': text,
  'vault.oidcRole': text,
  'aws.secretId': text,
  'aws.region': text,
  'aws.profile': text,
  'aws.versionStage': text,
  'aws.versionId': text,
  'aws.roleArn': text,
  'aws.externalId': text,
  'aws.roleSessionName': text,
  'aws.roleDurationSeconds': integer(3600, 900, 43_200),
  'aws.endpoint': machineText,
  'azure.vaultUrl': text,
  'azure.secretName': text,
  'azure.secretVersion': text,
  'azure.signIn': choice(azureSignIns, 'default'),
  'azure.cloud': choice(azureClouds, 'public'),
  'azure.tenantId': text,
  'azure.clientId': text,
} as const satisfies Record<string, SettingDescriptor>;

export type SettingKey = keyof typeof settings;
export type TextKey = {
  [K in SettingKey]: (typeof settings)[K]['type'] extends 'string' ? K : never;
}[SettingKey];
export type IntegerKey = {
  [K in SettingKey]: (typeof settings)[K]['type'] extends 'integer' ? K : never;
}[SettingKey];
