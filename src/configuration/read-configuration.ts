import { isAllowedHost } from './allowed-hosts.ts';
import { chooseProvider, originText } from './choose-provider.ts';
import type { ProviderChoice } from './choose-provider.ts';
import type { AuthMode, ConnectionConfiguration, ProviderId } from './configuration.ts';
import { readPluginEnvironment } from '../settings/plugin-environment.ts';
import { sourceFromValues } from './parse-source.ts';
import { parseTrackingUri } from './tracking-uri.ts';
import type { TrackingUriResult } from './tracking-uri.ts';
import { readValues } from '../settings/setting-values.ts';
import type { SettingsLayer, SettingProblem, SettingValues } from '../settings/setting-values.ts';
import type { SettingKey } from '../settings/manifest.ts';
import { Problem } from '../problem.ts';

export interface ConfigurationInput {
  readonly settings: SettingsLayer;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Whether a credential for the origin is in the editor's secret storage. */
  readonly hasStoredCredential: (origin: string) => Promise<boolean>;
}

export type ConfigurationResult = ConfigurationFacts & ReadOutcome;

/** How it was read, however it ended. */
export interface ConfigurationFacts {
  readonly values: SettingValues;
  readonly choice: ProviderChoice;
  /** Settings and variables that could not be used and have something else instead. */
  readonly unused: readonly string[];
  /** For the log: those, how the source was chosen, and the risk. */
  readonly notices: readonly string[];
}

type ReadOutcome =
  | {
      readonly kind: 'ready';
      readonly configuration: ConnectionConfiguration;
      /** Said again before the user approves: http, a name that looks like another's. */
      readonly risk: string | undefined;
    }
  | {
      readonly kind: 'incomplete';
      readonly missing: readonly SettingKey[];
      readonly problems: readonly SettingProblem[];
    }
  /** All is there, and it must not be used so. */
  | { readonly kind: 'invalid'; readonly problem: Problem };

/** Settings over the Python plugin's variables over defaults, checked as a whole. */
export async function readConfiguration(input: ConfigurationInput): Promise<ConfigurationResult> {
  const plugin = readPluginEnvironment(input.environment);
  const common = readValues([input.settings, plugin.values]);
  const tracking = parseTrackingUri(common.text('trackingUri'));
  const choice = await choose(common, tracking, input, plugin.enabled);
  // The plugin's mode and TTL are per store, so they join once the store is known.
  const layers = [input.settings, plugin.values];
  const provider = choice.kind === 'chosen' ? choice.provider : undefined;
  if (provider !== undefined && provider !== 'stored') layers.push(plugin.perProvider[provider]);
  const values = readValues(layers);
  const unused = [...plugin.problems, ...values.problems].map(({ message }) => message);
  const notices = [...unused];
  if (values.text('provider') === 'auto') notices.push(autoNotice(choice));
  const outcome = outcomeOf(values, tracking, provider);
  if (outcome.kind === 'ready' && outcome.risk !== undefined) notices.push(outcome.risk);
  return { values, choice, unused, notices, ...outcome };
}

function outcomeOf(
  values: SettingValues,
  tracking: TrackingUriResult,
  provider: ProviderId | undefined,
): ReadOutcome {
  if (tracking.kind === 'invalid' || provider === undefined) return incomplete(values, tracking, provider);
  const source = sourceFromValues(provider, values);
  if (source.kind === 'incomplete') return source;

  const { server, warning } = tracking;
  const risks = [warning, source.risk].filter((risk) => risk !== undefined);
  const risk = risks.length === 0 ? undefined : risks.join('\n');
  const allowedHosts = values.strings('allowedHosts');
  if (!isAllowedHost(server.origin, allowedHosts))
    return { kind: 'invalid', problem: notAllowed(server.origin) };
  const configuration: ConnectionConfiguration = {
    tracking: server,
    source: source.source,
    headerName: values.text('header.name'),
    authMode: values.text('auth.mode') as AuthMode,
    allowedHosts,
    cache: {
      ttlSeconds: values.integer('cache.ttlSeconds'),
      maxStaleSeconds: values.integer('cache.maxStaleSeconds'),
      keep: values.text('cache.keep') as 'secretStorage' | 'memory',
    },
    proxyPort: values.integer('proxy.port'),
    intercept: values.boolean('python.intercept'),
  };
  const badHeader = headerProblem(configuration.headerName);
  if (badHeader) return { kind: 'invalid', problem: badHeader };
  return { kind: 'ready', configuration, risk };
}

async function choose(
  values: SettingValues,
  tracking: TrackingUriResult,
  input: ConfigurationInput,
  enabled: ReturnType<typeof readPluginEnvironment>['enabled'],
): Promise<ProviderChoice> {
  const wanted = values.text('provider') as ProviderId | 'auto';
  if (wanted !== 'auto') {
    const reason = `provider ${originText(values.origin('provider'))}`;
    return { kind: 'chosen', provider: wanted, reason, skipped: [] };
  }
  const hasStoredCredential =
    tracking.kind === 'ok' && (await input.hasStoredCredential(tracking.server.origin));
  return chooseProvider(values, { enabled, hasStoredCredential });
}

function autoNotice(choice: ProviderChoice): string {
  const skipped = choice.skipped.map(({ provider, reason }) => `${provider}: ${reason}`).join('; ');
  switch (choice.kind) {
    case 'chosen':
      return `Source chosen by "auto": ${choice.provider}, because ${choice.reason}.${skipped ? ` Skipped: ${skipped}.` : ''}`;
    case 'none':
      return `"auto" found no source. ${skipped}.`;
  }
}

function incomplete(
  values: SettingValues,
  tracking: TrackingUriResult,
  provider: ProviderId | undefined,
): ReadOutcome {
  const missing: SettingKey[] = [];
  const problems: SettingProblem[] = [];
  if (tracking.kind === 'invalid') {
    if (values.optional('trackingUri') === undefined) missing.push('trackingUri');
    else problems.push({ key: 'trackingUri', message: `mlflowSecretsAuth.trackingUri: ${tracking.message}` });
  }
  if (provider === undefined) missing.push('provider');
  return { kind: 'incomplete', missing, problems };
}

function notAllowed(origin: string): Problem {
  return new Problem({
    code: 'settings.allowedHosts',
    message: `${origin} is not among the hosts that may receive the credential.`,
    remedy:
      'Add its host to mlflowSecretsAuth.allowedHosts in your user settings, or correct the tracking URI.',
    retry: 'afterFix',
    action: { kind: 'openSetting', setting: 'mlflowSecretsAuth.allowedHosts' },
  });
}

/** Headers that frame the message or route it can carry no credential (RFC 9110, 7.6.1; RFC 9112, 6). */
const forbiddenHeaders = new Set([
  'host',
  'connection',
  'content-length',
  'transfer-encoding',
  'upgrade',
  'te',
  'trailer',
  'expect',
  'keep-alive',
  'content-type',
  'content-encoding',
  'accept-encoding',
  'cookie',
  'origin',
]);

function headerProblem(name: string): Problem | undefined {
  const isToken = /^[!#$%&'*+.^`|~0-9A-Za-z-]+$/.test(name);
  if (isToken && !forbiddenHeaders.has(name.toLowerCase())) return undefined;
  return new Problem({
    code: 'settings.headerName',
    message: `mlflowSecretsAuth.header.name cannot be ${JSON.stringify(name)}.`,
    remedy: 'Use a header name of letters, digits and hyphens, such as Authorization or X-Api-Key.',
    retry: 'afterFix',
    action: { kind: 'openSetting', setting: 'mlflowSecretsAuth.header.name' },
  });
}
