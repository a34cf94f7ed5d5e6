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

export const providerIds = ['vault', 'aws', 'azure', 'stored'] as const;
/** A kind of secret store; `providers/` has a room for each. */
export type ProviderId = (typeof providerIds)[number];

export const vaultAuthMethods = ['token', 'approle', 'userpass', 'ldap', 'oidc'] as const;
export type VaultAuthMethod = (typeof vaultAuthMethods)[number];

export const azureClouds = ['public', 'usGovernment', 'china'] as const;
export type AzureCloud = (typeof azureClouds)[number];
export const azureSignIns = ['default', 'vscode', 'managedIdentity', 'azureCli', 'environment'] as const;
export type AzureSignIn = (typeof azureSignIns)[number];

/**
 * `machine` settings loosen security, so a workspace cannot set them; the editor drops such values, and the
 * reader looks at user values only.
 */
export type SettingScope = 'window' | 'machine';

export interface Setting<T> {
  readonly default: T;
  readonly scope: SettingScope;
  /** The value where it is one of this setting's; a text without the blanks around it. */
  readonly parse: (value: unknown) => T | undefined;
  /** Half of a sign-in: a diagnosis says only whether it is set. */
  readonly isHidden?: true;
}

export interface TextSetting<T extends string = string> extends Setting<T> {
  readonly type: 'string';
  /** `undefined`: any text. */
  readonly values?: readonly T[];
}

export interface IntegerSetting extends Setting<number> {
  readonly type: 'integer';
  readonly minimum: number;
  readonly maximum: number;
}

interface BooleanSetting extends Setting<boolean> {
  readonly type: 'boolean';
}

interface ListSetting extends Setting<readonly string[]> {
  readonly type: 'strings';
}

export type SettingDescriptor = TextSetting | IntegerSetting | BooleanSetting | ListSetting;

const parseText = (value: unknown): string | undefined =>
  typeof value === 'string' ? value.trim() : undefined;

const text: TextSetting = { type: 'string', default: '', scope: 'window', parse: parseText };
const machineText: TextSetting = { ...text, scope: 'machine' };
const hiddenText: TextSetting = { ...text, isHidden: true };

function choice<const Value extends string>(values: readonly Value[], fallback: Value): TextSetting<Value> {
  const parse = (value: unknown): Value | undefined => values.find((one) => one === parseText(value));
  return { type: 'string', values, default: fallback, scope: 'window', parse };
}

function integer(fallback: number, minimum: number, maximum: number): IntegerSetting {
  const parse = (value: unknown): number | undefined =>
    typeof value === 'number' && Number.isInteger(value) && value >= minimum && value <= maximum
      ? value
      : undefined;
  return { type: 'integer', default: fallback, minimum, maximum, scope: 'window', parse };
}

const onByDefault: BooleanSetting = {
  type: 'boolean',
  default: true,
  scope: 'window',
  parse: (value) => (typeof value === 'boolean' ? value : undefined),
};

const machineList: ListSetting = {
  type: 'strings',
  default: [],
  scope: 'machine',
  parse: (value) =>
    Array.isArray(value) && value.every((item) => typeof item === 'string') ? value : undefined,
};

/** Every setting, under its key without the section. A test holds this against package.json. */
export const settings = {
  trackingUri: text,
  provider: choice(['auto', ...providerIds], 'auto'),
  'auth.mode': choice(['bearer', 'basic'], 'bearer'),
  'header.name': { ...text, default: 'Authorization' },
  allowedHosts: machineList,
  'cache.ttlSeconds': integer(300, 1, 86_400),
  'cache.maxStaleSeconds': integer(3600, 0, 86_400),
  'cache.keep': choice(['secretStorage', 'memory'], 'secretStorage'),
  'proxy.port': integer(0, 0, 65_535),
  'python.intercept': onByDefault,
  'tls.caFile': machineText,
  'vault.address': text,
  'vault.namespace': text,
  'vault.path': text,
  'vault.mount': text,
  'vault.version': integer(0, 0, Number.MAX_SAFE_INTEGER),
  'vault.authMethod': choice(vaultAuthMethods, 'token'),
  'vault.authMount': text,
  'vault.roleId': hiddenText,
  'vault.username': text,
  'vault.oidcRole': text,
  'aws.secretId': text,
  'aws.region': text,
  'aws.profile': text,
  'aws.versionStage': text,
  'aws.versionId': text,
  'aws.roleArn': text,
  'aws.externalId': hiddenText,
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
/** What `SettingValues.get` gives for a key. */
export type SettingValue<Key extends SettingKey> =
  (typeof settings)[Key] extends Setting<infer Value> ? Value : never;
export type TextKey = {
  [Key in SettingKey]: (typeof settings)[Key] extends TextSetting ? Key : never;
}[SettingKey];
export const settingKeys = Object.keys(settings) as readonly SettingKey[];
