import type { SettingKey } from './manifest.ts';
import type { ProviderId } from '../configuration/configuration.ts';
import type { FoundValue, SettingsLayer } from './setting-values.ts';

/** The stores that the Python plugin `mlflow-secrets-auth` knows. */
export type PluginProvider = Exclude<ProviderId, 'stored'>;

/** A variable that cannot be used as it is, in one sentence; never its value when that may be a credential. */
export interface VariableProblem {
  readonly variable: string;
  readonly message: string;
}

export const logLevels = ['debug', 'info', 'warning', 'error'] as const;
export type LogLevel = (typeof logLevels)[number];

/** What the Python plugin's variables say, as the weakest layer under the settings. Holds no secret. */
export interface PluginEnvironment {
  readonly values: SettingsLayer;
  /** The plugin's mode and TTL are per store: lay these over `values` once the store is chosen. */
  readonly perProvider: Readonly<Record<PluginProvider, SettingsLayer>>;
  /** In the plugin's order of priority; `undefined` when no variable enables any. */
  readonly enabled: EnabledProviders | undefined;
  readonly logLevel: { readonly level: LogLevel; readonly variable: string } | undefined;
  readonly problems: readonly VariableProblem[];
}

export interface EnabledProviders {
  readonly providers: readonly PluginProvider[];
  readonly variables: readonly string[];
}

const slugs = { vault: 'vault', aws: 'aws-secrets-manager', azure: 'azure-key-vault' } as const;
const providers = Object.keys(slugs) as PluginProvider[];

/** Reads an environment; pure, never throws. Variable names and rules are those of `mlflow-secrets-auth` 0.2. */
export function readPluginEnvironment(
  environment: Readonly<Record<string, string | undefined>>,
): PluginEnvironment {
  const problems: VariableProblem[] = [];
  const reader = new VariableReader(environment, problems);
  return {
    values: {
      ...common(reader),
      ...vault(reader),
      ...aws(reader),
      ...azure(reader),
    },
    perProvider: {
      vault: perProvider(reader, 'VAULT'),
      aws: perProvider(reader, 'AWS'),
      azure: perProvider(reader, 'AZURE'),
    },
    enabled: enabledProviders(reader),
    logLevel: logLevel(reader),
    problems,
  };
}

class VariableReader {
  readonly #environment: Readonly<Record<string, string | undefined>>;
  readonly #problems: VariableProblem[];

  constructor(environment: Readonly<Record<string, string | undefined>>, problems: VariableProblem[]) {
    this.#environment = environment;
    this.#problems = problems;
  }

  /** Trimmed; `undefined` when unset or blank. */
  get(variable: string): string | undefined {
    const value = this.#environment[variable]?.trim();
    return value === '' ? undefined : value;
  }

  /** The first of the variables that is set, under the setting's key. */
  found(key: SettingKey, ...variables: readonly string[]): SettingsLayer {
    const [first, ...others] = variables.filter((variable) => this.get(variable) !== undefined);
    if (first === undefined) return {};
    const ignored = others.find((other) => this.get(other) !== this.get(first));
    if (ignored !== undefined) this.problem(ignored, `it differs from ${first}, which is used instead`);
    return entry(key, this.get(first), first);
  }

  problem(variable: string, reason: string): void {
    this.#problems.push({ variable, message: `${variable} is not used: ${reason}.` });
  }

  notice(variable: string, message: string): void {
    this.#problems.push({ variable, message: `${variable} ${message}.` });
  }
}

function entry(key: SettingKey, value: unknown, variable: string): SettingsLayer {
  const found: FoundValue = { value, origin: { kind: 'environment', variable } };
  return { [key]: found };
}

function common(reader: VariableReader): SettingsLayer {
  const hosts = reader.get('MLFLOW_SECRETS_ALLOWED_HOSTS');
  const patterns = hosts === undefined ? [] : listOf(hosts);
  return {
    ...reader.found('header.name', 'MLFLOW_AUTH_HEADER_NAME'),
    ...(patterns.length > 0 ? entry('allowedHosts', patterns, 'MLFLOW_SECRETS_ALLOWED_HOSTS') : {}),
  };
}

function vault(reader: VariableReader): SettingsLayer {
  // In the plugin a token wins over AppRole. The token and the secret id are read at use, by the vault source.
  const useAppRole = reader.get('VAULT_TOKEN') === undefined && reader.get('VAULT_ROLE_ID') !== undefined;
  return {
    ...reader.found('vault.address', 'VAULT_ADDR'),
    ...reader.found('vault.namespace', 'VAULT_NAMESPACE'),
    ...reader.found('vault.path', 'MLFLOW_VAULT_SECRET_PATH'),
    ...reader.found('vault.roleId', 'VAULT_ROLE_ID'),
    ...(useAppRole ? entry('vault.authMethod', 'approle', 'VAULT_ROLE_ID') : {}),
  };
}

function aws(reader: VariableReader): SettingsLayer {
  return {
    ...reader.found('aws.secretId', 'MLFLOW_AWS_SECRET_ID', 'MLFLOW_AWS_SECRET_NAME'),
    ...reader.found('aws.region', 'AWS_REGION', 'AWS_DEFAULT_REGION'),
    ...reader.found('aws.profile', 'AWS_PROFILE'),
    ...awsVersion(reader),
    ...awsRole(reader),
  };
}

/** Version ids are 32 to 64 letters, digits and dashes; stages are words such as AWSPREVIOUS. */
function awsVersion(reader: VariableReader): SettingsLayer {
  const variable = 'MLFLOW_AWS_SECRET_VERSION';
  const version = reader.get(variable);
  if (version === undefined) return {};
  const isId = /^[0-9a-zA-Z-]{32,64}$/.test(version);
  return entry(isId ? 'aws.versionId' : 'aws.versionStage', version, variable);
}

/** Beside a web identity token, the role is the one that the SDK itself assumes with that token. */
function awsRole(reader: VariableReader): SettingsLayer {
  if (reader.get('AWS_WEB_IDENTITY_TOKEN_FILE') !== undefined) return {};
  return {
    ...reader.found('aws.roleArn', 'AWS_ROLE_ARN'),
    ...reader.found('aws.roleSessionName', 'AWS_ROLE_SESSION_NAME'),
  };
}

function azure(reader: VariableReader): SettingsLayer {
  return {
    ...azureVaultUrl(reader),
    ...reader.found('azure.secretName', 'MLFLOW_AZURE_SECRET_NAME'),
    ...reader.found('azure.secretVersion', 'MLFLOW_AZURE_SECRET_VERSION'),
  };
}

function azureVaultUrl(reader: VariableReader): SettingsLayer {
  const variables = ['AZURE_KEY_VAULT_URL', 'MLFLOW_AZURE_KEY_VAULT_URL'] as const;
  const found = reader.found('azure.vaultUrl', ...variables);
  const variable = variables.find((name) => reader.get(name) !== undefined);
  const url = variable === undefined ? undefined : reader.get(variable);
  if (variable === undefined || url === undefined) return {};
  if (URL.canParse(url) && new URL(url).protocol === 'https:') return found;
  reader.problem(variable, 'it must be an https address such as https://my-vault.vault.azure.net');
  return {};
}

function perProvider(reader: VariableReader, name: 'VAULT' | 'AWS' | 'AZURE'): SettingsLayer {
  const modeVariable = `MLFLOW_${name}_AUTH_MODE`;
  const mode = reader.get(modeVariable);
  return {
    // A mode that does not exist is named by the reader of all settings.
    ...(mode === undefined ? {} : entry('auth.mode', mode.toLowerCase(), modeVariable)),
    ...ttl(reader, `MLFLOW_${name}_TTL_SEC`),
  };
}

const minTtlSeconds = 1;
const maxTtlSeconds = 86_400;

function ttl(reader: VariableReader, variable: string): SettingsLayer {
  const text = reader.get(variable);
  if (text === undefined) return {};
  if (!/^[+-]?\d+$/.test(text)) {
    reader.problem(variable, 'it must be a whole number of seconds');
    return {};
  }
  const seconds = Number(text);
  const clamped = Math.min(Math.max(seconds, minTtlSeconds), maxTtlSeconds);
  if (clamped !== seconds) {
    reader.notice(variable, `must be ${minTtlSeconds} to ${maxTtlSeconds} seconds; ${clamped} is used`);
  }
  return entry('cache.ttlSeconds', clamped, variable);
}

const listVariable = 'MLFLOW_SECRETS_AUTH_ENABLE';

function enabledProviders(reader: VariableReader): EnabledProviders | undefined {
  const chosen = new Set<PluginProvider>();
  const variables = new Set<string>();
  for (const slug of listOf(reader.get(listVariable) ?? '')) {
    const provider = providers.find((candidate) => slugs[candidate] === slug.toLowerCase());
    if (provider === undefined) {
      const known = Object.values(slugs).join(', ');
      reader.notice(listVariable, `names a store that does not exist; ${known} do`);
      continue;
    }
    chosen.add(provider);
    variables.add(listVariable);
  }
  for (const provider of providers) {
    const variable = `${listVariable}_${slugs[provider].toUpperCase().replaceAll('-', '_')}`;
    if (!isTrue(reader, variable) || chosen.has(provider)) continue;
    chosen.add(provider);
    variables.add(variable);
  }
  return chosen.size === 0 ? undefined : { providers: [...chosen], variables: [...variables] };
}

function isTrue(reader: VariableReader, variable: string): boolean {
  const value = reader.get(variable)?.toLowerCase();
  if (value === undefined || ['0', 'false', 'no', 'off'].includes(value)) return false;
  if (['1', 'true', 'yes', 'on'].includes(value)) return true;
  reader.problem(variable, 'it must be one of 1, true, yes, on');
  return false;
}

function logLevel(reader: VariableReader): PluginEnvironment['logLevel'] {
  const variable = 'MLFLOW_SECRETS_LOG_LEVEL';
  const text = reader.get(variable)?.toLowerCase();
  if (text === undefined) return undefined;
  const level = logLevels.find((candidate) => candidate === text);
  if (level !== undefined) return { level, variable };
  reader.problem(variable, 'it must be one of DEBUG, INFO, WARNING, ERROR');
  return undefined;
}

function listOf(text: string): readonly string[] {
  return text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
}
