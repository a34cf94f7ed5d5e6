import { parseSecretFields } from './secret-fields.ts';
import type { SecretFields } from './secret-fields.ts';

/** Prefix of every command, setting and context key. */
export const section = 'mlflowSecretsAuth';

export const commands = {
  connect: 'mlflowSecretsAuth.connect',
  disconnect: 'mlflowSecretsAuth.disconnect',
  disconnectAndRevoke: 'mlflowSecretsAuth.disconnectAndRevoke',
  showLog: 'mlflowSecretsAuth.showLog',
  diagnose: 'mlflowSecretsAuth.diagnose',
  refreshSecret: 'mlflowSecretsAuth.refreshSecret',
  showActions: 'mlflowSecretsAuth.showActions',
  configure: 'mlflowSecretsAuth.configure',
  enterCredential: 'mlflowSecretsAuth.enterCredential',
  forgetCredential: 'mlflowSecretsAuth.forgetCredential',
  copyEnvironment: 'mlflowSecretsAuth.copyEnvironment',
  changeSetting: 'mlflowSecretsAuth.changeSetting',
  checkAgain: 'mlflowSecretsAuth.checkAgain',
  openMlflow: 'mlflowSecretsAuth.openMlflow',
  copyRunLink: 'mlflowSecretsAuth.copyRunLink',
  copySelectedRunLink: 'mlflowSecretsAuth.copySelectedRunLink',
  showKept: 'mlflowSecretsAuth.showKept',
  endKept: 'mlflowSecretsAuth.endKept',
  switchServer: 'mlflowSecretsAuth.switchServer',
} as const;
export type CommandId = (typeof commands)[keyof typeof commands];

/** Tools for language models, by the names of the manifest. */
export const modelTools = { diagnose: 'mlflow-secrets-auth_diagnose' } as const;

/** What offers MLflow's own MCP server. */
export const mcpServerProvider = 'mlflowSecretsAuth.mlflow';

export const contextKeys = {
  /** True while this workspace is meant to be connected. */
  autoConnect: 'mlflowSecretsAuth.autoConnect',
  /** The diagnosis is the editor in front. */
  diagnosisInFront: 'mlflowSecretsAuth.diagnosisInFront',
  /** The tracking server is known. */
  hasServer: 'mlflowSecretsAuth.hasServer',
  /** It is known where the credential comes from. */
  hasSource: 'mlflowSecretsAuth.hasSource',
  isApproved: 'mlflowSecretsAuth.isApproved',
  /** The tracking server has responded to Python. */
  hasResponse: 'mlflowSecretsAuth.hasResponse',
  /** For a moment, so that the walkthrough looks at the others again. */
  sayAgain: 'mlflowSecretsAuth.sayAgain',
  /** Something is entered for the sign-in. */
  hasEntered: 'mlflowSecretsAuth.hasEntered',
  /** Something that was entered is stored, for whatever sign-in. */
  storesEntered: 'mlflowSecretsAuth.storesEntered',
  /** The credential itself is entered, and no store is asked for it. */
  isSecretEntered: 'mlflowSecretsAuth.isSecretEntered',
} as const;

export const providerIds = ['vault', 'aws', 'azure', 'stored'] as const;
/** A kind of secret store; `providers/` has a room for each. */
export type ProviderId = (typeof providerIds)[number];

export const vaultAuthMethods = ['token', 'approle', 'userpass', 'ldap', 'oidc', 'agent'] as const;
export type VaultAuthMethod = (typeof vaultAuthMethods)[number];

export const azureClouds = ['public', 'usGovernment', 'china'] as const;
export type AzureCloud = (typeof azureClouds)[number];
export const azureSignIns = ['default', 'vscode', 'managedIdentity', 'azureCli', 'environment'] as const;
export type AzureSignIn = (typeof azureSignIns)[number];

/**
 * `application` settings loosen security or are a policy, so they are the user's own, in every window: the editor reads
 * them from the local user settings only, neither from a workspace nor from the machine settings of a remote (where the
 * file of a dev container ends up), and so does the reader.
 */
export type SettingScope = 'window' | 'application';

/** Nothing that is set in earnest is longer; a bound for everything that reads a value. */
export const maxTextLength = 4096;
const maxListLength = 256;

export interface Setting<T> {
  readonly default: T;
  readonly scope: SettingScope;
  /** The value where it is one of this setting's; a text without the blanks around it. */
  readonly parse: (value: unknown) => T | undefined;
  /** Where a workspace may only tighten what the user has: the stricter of two. */
  stricter?(a: T, b: T): T;
  /** What counts where the user's own value cannot be used, of settings that narrow something. */
  readonly whenUnusable?: T;
  /** Nothing may be sent while a value of it cannot be used. */
  readonly mustBeUsable?: true;
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

interface HostsSetting extends Setting<readonly string[]> {
  readonly type: 'hosts';
}

interface SecretFieldsSetting extends Setting<SecretFields> {
  readonly type: 'secretFields';
}

export type SettingDescriptor =
  TextSetting | IntegerSetting | BooleanSetting | HostsSetting | SecretFieldsSetting;

const parseText = (value: unknown): string | undefined =>
  typeof value === 'string' && value.length <= maxTextLength ? value.trim() : undefined;

const text: TextSetting = { type: 'string', default: '', scope: 'window', parse: parseText };
const ownText: TextSetting = { ...text, scope: 'application' };
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

/** A host name or IPv4 address with `*` for any characters, or an IPv6 address in brackets; a port may follow. */
const hostPattern = /^\s*(?:[\w.*-]{1,255}|\[[0-9a-f:.]{2,45}\])(?::\d{1,5})?\s*$/i;

const hosts: HostsSetting = {
  type: 'hosts',
  default: [],
  scope: 'application',
  mustBeUsable: true,
  parse: (value) =>
    Array.isArray(value) &&
    value.length <= maxListLength &&
    value.every((item) => typeof item === 'string' && item.length <= maxTextLength && hostPattern.test(item))
      ? value
      : undefined,
};

const secretFields: SecretFieldsSetting = {
  type: 'secretFields',
  default: {},
  scope: 'window',
  mustBeUsable: true,
  parse: parseSecretFields,
};

/** Every setting, under its key without the section. A test holds this against package.json. */
export const settings = {
  trackingUri: text,
  provider: choice(['auto', ...providerIds], 'auto'),
  'auth.mode': choice(['auto', 'bearer', 'basic'], 'auto'),
  'secret.fields': secretFields,
  'header.name': { ...text, default: 'Authorization' },
  allowedHosts: hosts,
  'cache.ttlSeconds': { ...integer(300, 1, 86_400), stricter: Math.min, whenUnusable: 60 },
  'cache.maxStaleSeconds': { ...integer(3600, 0, 86_400), stricter: Math.min, whenUnusable: 0 },
  'cache.keep': {
    ...choice(['secretStorage', 'memory'], 'secretStorage'),
    stricter: (a, b) => (a === 'memory' ? a : b),
    whenUnusable: 'memory',
  },
  'proxy.port': { ...integer(0, 0, 65_535), scope: 'application' },
  'proxy.afterClose': {
    ...choice(['end', 'shortly', 'whileInUse'], 'shortly'),
    scope: 'application',
    whenUnusable: 'shortly',
  },
  'proxy.keepHours': { ...integer(12, 1, 72), scope: 'application', whenUnusable: 1 },
  'health.intervalSeconds': { ...integer(60, 0, 86_400), scope: 'application' },
  // Without it, Python asks nobody to prove that the session token is for them.
  'python.intercept': { ...onByDefault, stricter: (a, b) => a || b, whenUnusable: true },
  'runs.signInGraceMinutes': integer(10, 0, 1440),
  'tls.caFile': ownText,
  'tls.clientCertFile': ownText,
  'tls.clientKeyFile': ownText,
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
  'aws.endpoint': ownText,
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
