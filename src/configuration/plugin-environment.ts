import * as l10n from '@vscode/l10n';
import type { PluginVariables, Provider } from '../providers/provider.ts';
import { providers } from '../providers/providers.ts';
import { settings } from '../settings/manifest.ts';
import type { ProviderId } from '../settings/manifest.ts';
import type { SettingsLayer } from '../settings/setting-values.ts';
import { fromVariable, VariableReader } from '../settings/variable-reader.ts';
import type { Environment } from '../environment.ts';
import type { VariableProblem } from '../settings/variable-reader.ts';

/** What the Python plugin's variables say, as the weakest layer under the settings. Holds no secret. */
export interface PluginEnvironment {
  readonly values: SettingsLayer;
  /** The plugin's mode and TTL are per store: lay these over `values` once the store is chosen. */
  readonly perProvider: Readonly<Partial<Record<ProviderId, SettingsLayer>>>;
  /** In the plugin's order of priority; `undefined` when no variable enables any. */
  readonly enabled: EnabledProviders | undefined;
  readonly problems: readonly VariableProblem[];
}

export interface EnabledProviders {
  readonly providers: readonly ProviderId[];
  readonly variables: readonly string[];
}

/** The providers that the plugin knows. */
const known = providers.filter(
  (one): one is Provider & { plugin: PluginVariables } => one.plugin !== undefined,
);

/** Reads an environment; pure, never throws. Variable names and rules are those of `mlflow-secrets-auth` 0.2. */
export function readPluginEnvironment(environment: Environment, isForeign = false): PluginEnvironment {
  const reader = new VariableReader(environment);
  const layers = known.map(({ plugin }) => plugin.read(reader));
  const values: SettingsLayer = Object.assign(common(reader), ...layers) as SettingsLayer;
  const perProvider = Object.fromEntries(
    known.map(({ id, plugin }) => [id, ofProvider(reader, plugin, isForeign)]),
  );
  const enabled = enabledProviders(reader);
  reportLogLevel(reader);
  return { values, perProvider, enabled, problems: reader.problems };
}

function common(reader: VariableReader): SettingsLayer {
  const variable = 'MLFLOW_SECRETS_ALLOWED_HOSTS';
  const text = reader.get(variable);
  const patterns = listOf(text ?? '');
  return {
    ...reader.setting('header.name', 'MLFLOW_AUTH_HEADER_NAME'),
    // MLflow's own: a PEM file with certificate and key.
    ...reader.setting('tls.clientCertFile', 'MLFLOW_TRACKING_CLIENT_CERT_PATH'),
    // A list without a name in it narrows to nothing: it is passed on as what it is, which no list is.
    ...(text === undefined
      ? {}
      : fromVariable('allowedHosts', patterns.length > 0 ? patterns : text, variable)),
  };
}

function ofProvider(reader: VariableReader, { prefix }: PluginVariables, isForeign: boolean): SettingsLayer {
  const modeVariable = `MLFLOW_${prefix}_AUTH_MODE`;
  const mode = reader.get(modeVariable);
  return {
    // A mode that does not exist is named by the reader of all settings.
    ...(mode === undefined ? {} : fromVariable('auth.mode', mode.toLowerCase(), modeVariable)),
    ...ttl(reader, `MLFLOW_${prefix}_TTL_SEC`, isForeign),
  };
}

/** Of the values here, this one alone may only tighten what the user has. */
function ttl(reader: VariableReader, variable: string, isForeign: boolean): SettingsLayer {
  const text = reader.get(variable);
  if (text === undefined) return {};
  if (!/^[+-]?\d+$/.test(text)) {
    reader.report(variable, l10n.t('{0} is ignored: it must be a whole number of seconds.', variable));
    return {};
  }
  const { minimum, maximum } = settings['cache.ttlSeconds'];
  const seconds = Math.min(Math.max(Number(text), minimum), maximum);
  if (seconds !== Number(text)) {
    reader.report(
      variable,
      l10n.t(
        '{0} must be from {1} to {2} seconds; {3} is used instead.',
        variable,
        minimum,
        maximum,
        seconds,
      ),
    );
  }
  const origin = { kind: 'environment', variable, ...(isForeign && { isForeign }) } as const;
  return { 'cache.ttlSeconds': { value: seconds, origin } };
}

const listVariable = 'MLFLOW_SECRETS_AUTH_ENABLE';

function enabledProviders(reader: VariableReader): EnabledProviders | undefined {
  const chosen = new Set<ProviderId>();
  const variables = new Set<string>();
  for (const slug of listOf(reader.get(listVariable) ?? '')) {
    const provider = known.find(({ plugin }) => plugin.slug === slug.toLowerCase());
    if (provider === undefined) {
      const slugs = known.map(({ plugin }) => plugin.slug).join(', ');
      reader.report(
        listVariable,
        l10n.t('{0} names an unknown provider; the known ones are {1}.', listVariable, slugs),
      );
      continue;
    }
    chosen.add(provider.id);
    variables.add(listVariable);
  }
  for (const { id, plugin } of known) {
    const variable = `${listVariable}_${plugin.slug.toUpperCase().replaceAll('-', '_')}`;
    if (!isTrue(reader, variable) || chosen.has(id)) continue;
    chosen.add(id);
    variables.add(variable);
  }
  return chosen.size === 0 ? undefined : { providers: [...chosen], variables: [...variables] };
}

function isTrue(reader: VariableReader, variable: string): boolean {
  const value = reader.get(variable)?.toLowerCase();
  if (value === undefined || ['0', 'false', 'no', 'off'].includes(value)) return false;
  if (['1', 'true', 'yes', 'on'].includes(value)) return true;
  reader.report(variable, l10n.t('{0} is ignored: it must be one of 1, true, yes, on.', variable));
  return false;
}

/** The plugin logs from Python; the editor has a log level of its own for each log. */
function reportLogLevel(reader: VariableReader): void {
  const variable = 'MLFLOW_SECRETS_LOG_LEVEL';
  if (reader.get(variable) === undefined) return;
  reader.report(
    variable,
    l10n.t('{0} has no effect here; run "Developer: Set Log Level" in VS Code instead.', variable),
  );
}

function listOf(text: string): readonly string[] {
  return text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
}
