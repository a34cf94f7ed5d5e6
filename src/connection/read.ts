import { isAllowedHost } from './allowed-hosts.ts';
import { chooseProvider } from './choose-provider.ts';
import type { AuthMode, ConnectionConfiguration, ProviderId } from './configuration.ts';
import { readPluginEnvironment } from './plugin-environment.ts';
import { sourceFromValues } from './source-from-values.ts';
import { parseTrackingUri } from './tracking-uri.ts';
import type { TrackingUriResult } from './tracking-uri.ts';
import { readValues } from './values.ts';
import type { FoundValues, SettingProblem, SettingValues } from './values.ts';
import type { SettingKey } from '../manifest.ts';
import { Problem } from '../problem.ts';

export interface ReadInput {
  readonly settings: FoundValues;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Whether a credential for the origin is in the editor's secret storage. */
  readonly hasStoredCredential: (origin: string) => Promise<boolean>;
}

export type ReadResult =
  | {
      readonly kind: 'ready';
      readonly configuration: ConnectionConfiguration;
      /** What could not be used and has a default instead, and how the source was chosen. */
      readonly notices: readonly string[];
      /** Said again before the user approves: http, a name that looks like another's. */
      readonly risk: string | undefined;
      readonly values: SettingValues;
    }
  | {
      readonly kind: 'incomplete';
      readonly missing: readonly SettingKey[];
      readonly problems: readonly SettingProblem[];
      readonly values: SettingValues;
    }
  /** All is there, and it must not be used so. */
  | { readonly kind: 'refused'; readonly problem: Problem; readonly values: SettingValues };

/** Settings over the Python plugin's variables over defaults, checked as a whole. */
export async function readConfiguration(input: ReadInput): Promise<ReadResult> {
  const plugin = readPluginEnvironment(input.environment);
  const common = readValues([input.settings, plugin.values]);
  const tracking = parseTrackingUri(common.text('trackingUri'));
  const choice = await choose(common, tracking, input, plugin.enabled);
  // The plugin's mode and TTL are per store, so they join once the store is known.
  const layers = [input.settings, plugin.values];
  if (choice.provider !== undefined && choice.provider !== 'stored')
    layers.push(plugin.perProvider[choice.provider]);
  const values = readValues(layers);

  const notices = [...plugin.problems, ...values.problems].map(({ message }) => message);
  if (choice.reason !== undefined) notices.push(choice.reason);
  if (tracking.kind === 'invalid' || choice.provider === undefined) {
    return incomplete(values, tracking, choice.provider);
  }
  const source = sourceFromValues(choice.provider, values);
  if (source.kind === 'incomplete') return { ...source, values };

  const { server, warning } = tracking;
  const risks = [warning, source.risk].filter((risk) => risk !== undefined);
  notices.push(...risks);
  const risk = risks.length === 0 ? undefined : risks.join('\n');
  const allowedHosts = values.strings('allowedHosts');
  if (!isAllowedHost(server.origin, allowedHosts))
    return { kind: 'refused', problem: notAllowed(server.origin), values };
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
  if (badHeader) return { kind: 'refused', problem: badHeader, values };
  return { kind: 'ready', configuration, notices, risk, values };
}

interface Choice {
  readonly provider: ProviderId | undefined;
  readonly reason: string | undefined;
}

async function choose(
  values: SettingValues,
  tracking: TrackingUriResult,
  input: ReadInput,
  enabled: ReturnType<typeof readPluginEnvironment>['enabled'],
): Promise<Choice> {
  const wanted = values.text('provider') as ProviderId | 'auto';
  if (wanted !== 'auto') return { provider: wanted, reason: undefined };
  const hasStoredCredential =
    tracking.kind === 'ok' && (await input.hasStoredCredential(tracking.server.origin));
  const choice = chooseProvider(values, { enabled, hasStoredCredential });
  const skipped = choice.skipped.map(({ provider, reason }) => `${provider}: ${reason}`).join('; ');
  switch (choice.kind) {
    case 'chosen':
      return {
        provider: choice.provider,
        reason: `Source chosen by "auto": ${choice.provider}, because ${choice.reason}.${skipped ? ` Skipped: ${skipped}.` : ''}`,
      };
    case 'none':
      return { provider: undefined, reason: `"auto" found no source. ${skipped}.` };
  }
}

function incomplete(
  values: SettingValues,
  tracking: TrackingUriResult,
  provider: ProviderId | undefined,
): ReadResult {
  const missing: SettingKey[] = [];
  const problems: SettingProblem[] = [];
  if (tracking.kind === 'invalid') {
    if (values.optional('trackingUri') === undefined) missing.push('trackingUri');
    else problems.push({ key: 'trackingUri', message: `mlflowSecretsAuth.trackingUri: ${tracking.message}` });
  }
  if (provider === undefined) missing.push('provider');
  return { kind: 'incomplete', missing, problems, values };
}

function notAllowed(origin: string): Problem {
  return new Problem({
    code: 'settings.allowedHosts',
    message: `${origin} is not among the hosts that may receive the credential.`,
    remedy:
      'Add its host to mlflowSecretsAuth.allowedHosts in your user settings, or correct the tracking URI.',
    persistence: 'permanent',
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
    persistence: 'permanent',
    action: { kind: 'openSetting', setting: 'mlflowSecretsAuth.header.name' },
  });
}
