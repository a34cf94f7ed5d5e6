import * as l10n from '@vscode/l10n';
import { Problem } from '../problem.ts';
import type { Configured } from '../providers/provider.ts';
import { bootstrapScope, providerOf, providers } from '../providers/providers.ts';
import type { SourceConfiguration } from '../providers/provider.ts';
import type { BootstrapName } from '../providers/source.ts';
import {
  serverVerification,
  unusedVerification,
  usualVerification,
  verificationRisk,
} from '../network/server-verification.ts';
import { section, settings } from '../settings/manifest.ts';
import type { ProviderId, SettingDescriptor, SettingKey } from '../settings/manifest.ts';
import { readValues } from '../settings/setting-values.ts';
import type { SettingProblem, SettingsLayer, SettingValues } from '../settings/setting-values.ts';
import type { Environment } from '../environment.ts';
import { isAllowedHost } from './allowed-hosts.ts';
import { chooseProvider, originText } from './choose-provider.ts';
import type { ProviderChoice } from './choose-provider.ts';
import { afterCloseOf } from './configuration.ts';
import type { ConnectionConfiguration } from './configuration.ts';
import { headerProblem } from './header-name.ts';
import { readPluginEnvironment } from './plugin-environment.ts';
import type { PluginEnvironment } from './plugin-environment.ts';
import { addedFiles, clientCertificateFiles } from './certificate-files.ts';
import { parseTrackingUri } from './tracking-uri.ts';
import type { TrackingUriResult } from './tracking-uri.ts';

export interface ConfigurationInput {
  readonly settings: SettingsLayer;
  readonly environment: Environment;
  /** Whether somebody else may have set its variables, as in a container that a repository describes. */
  readonly isEnvironmentForeign?: boolean;
  /** The editor's `http.proxy`, for people, where only the folder or a remote machine names it. */
  readonly foreignHttpProxy?: string | undefined;
  /** Whether a sign-in secret is in the editor's secret storage; rejects with a `Problem` where that does not say. */
  readonly hasBootstrap: (scope: string, name: BootstrapName) => Promise<boolean>;
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
  const plugin = readPluginEnvironment(input.environment, input.isEnvironmentForeign);
  const layers = [input.settings, plugin.values];
  const common = readValues(layers);
  const tracking = parseTrackingUri(common.get('trackingUri'));
  const { choice, doubt } = await choose(common, tracking, input, plugin);
  const provider = choice.kind === 'chosen' ? choice.provider : undefined;
  // The plugin's mode and TTL are per store, so they join once the store is known.
  const values = readValues([...layers, (provider && plugin.perProvider[provider]) ?? {}]);
  const unused = [
    ...[...plugin.problems, ...values.problems].map(({ message }) => message),
    ...unusedVerification(input.environment),
  ];
  const notices = [...unused];
  if (values.get('provider') === 'auto') notices.push(...autoNotices(choice));
  const { environment, foreignHttpProxy } = input;
  const outcome: ReadOutcome =
    provider === undefined && doubt !== undefined
      ? { kind: 'invalid', problem: doubt }
      : outcomeOf({ values, tracking, provider, environment, foreignHttpProxy });
  if (outcome.kind === 'ready' && outcome.risk !== undefined) notices.push(outcome.risk);
  return { values, choice, unused, notices, ...outcome };
}

interface Read {
  readonly values: SettingValues;
  readonly tracking: TrackingUriResult;
  readonly provider: ProviderId | undefined;
  readonly environment: Environment;
  readonly foreignHttpProxy: string | undefined;
}

function outcomeOf({ values, tracking, provider, environment, foreignHttpProxy }: Read): ReadOutcome {
  if (tracking.kind === 'invalid' || provider === undefined) return incomplete(values, tracking, provider);
  const configured = configureSource(values, provider, environment);
  if (configured.kind === 'incomplete') return configured;

  const { server, warning } = tracking;
  const unreadable = values.problems.find(({ key }) => (settings[key] as SettingDescriptor).mustBeUsable);
  if (unreadable) return { kind: 'invalid', problem: mustBeUsable(unreadable) };
  const allowedHosts = values.get('allowedHosts');
  if (!isAllowedHost(server.origin, allowedHosts)) {
    return { kind: 'invalid', problem: notAllowed(server.origin) };
  }
  // Without TLS there is nothing to check.
  const isTls = server.origin.startsWith('https:');
  const verification = isTls ? serverVerification(environment) : usualVerification;
  const headerName = values.get('header.name');
  const badHeader = headerProblem(headerName);
  if (badHeader) return { kind: 'invalid', problem: badHeader };
  const configuration: ConnectionConfiguration = {
    tracking: server,
    source: configured.source,
    headerName,
    authMode: values.get('auth.mode'),
    // What the user entered in VS Code has names of ours.
    secretFields: providerOf(configured.source).autoSettings.length === 0 ? {} : values.get('secret.fields'),
    allowedHosts,
    cache: {
      ttlSeconds: values.get('cache.ttlSeconds'),
      maxStaleSeconds: values.get('cache.maxStaleSeconds'),
      keep: values.get('cache.keep'),
    },
    proxyPort: values.get('proxy.port'),
    ...addedFiles(values, environment),
    verification,
    clientCertificate: isTls ? clientCertificateFiles(values) : undefined,
    intercept: values.get('python.intercept'),
    signInGraceMinutes: values.get('runs.signInGraceMinutes'),
    afterClose: afterCloseOf(values),
    foreignHttpProxy,
  };
  const risks = [warning, verificationRisk(verification, server.origin), configured.risk];
  const said = risks.filter((risk) => risk !== undefined);
  return { kind: 'ready', configuration, risk: said.length === 0 ? undefined : said.join('\n') };
}

function configureSource(
  values: SettingValues,
  id: ProviderId,
  environment: Environment,
): Configured<SourceConfiguration> {
  const provider = providerOf({ provider: id });
  const required = [...provider.autoSettings, ...provider.signInSettings(values)];
  const missing = required.filter((key) => values.origin(key).kind === 'default');
  return missing.length > 0
    ? { kind: 'incomplete', missing, problems: [] }
    : provider.configure(values, environment);
}

interface Chosen {
  readonly choice: ProviderChoice;
  /** Why a provider may be configured although it seems not to be. */
  readonly doubt: Problem | undefined;
}

async function choose(
  values: SettingValues,
  tracking: TrackingUriResult,
  { hasBootstrap, environment }: ConfigurationInput,
  { enabled }: PluginEnvironment,
): Promise<Chosen> {
  const provider = values.get('provider');
  if (provider !== 'auto') {
    const reason = originText('provider', values.origin('provider'));
    return { choice: { kind: 'chosen', provider, reason, skipped: [] }, doubt: undefined };
  }
  const withTypedCredential: ProviderId[] = [];
  let doubt: Problem | undefined;
  if (tracking.kind === 'ok') {
    for (const { id, autoSettings } of providers) {
      if (autoSettings.length > 0) continue;
      const configured = configureSource(values, id, environment);
      if (configured.kind !== 'ok') continue;
      const name = providerOf(configured.source).neededCredential(configured.source);
      const scope = bootstrapScope(configured.source, tracking.server.origin);
      try {
        if (name !== undefined && (await hasBootstrap(scope, name))) withTypedCredential.push(id);
      } catch (error) {
        if (!(error instanceof Problem)) throw error;
        doubt = error;
      }
    }
  }
  return { choice: chooseProvider(values, { enabled, withTypedCredential }), doubt };
}

function autoNotices({ skipped, ...choice }: ProviderChoice): readonly string[] {
  const chosen =
    choice.kind === 'chosen'
      ? l10n.t('mlflowSecretsAuth.provider "auto" chose {0}: {1}.', choice.provider, choice.reason)
      : l10n.t('mlflowSecretsAuth.provider "auto" found no configured source.');
  return [
    chosen,
    ...skipped.map(({ provider, reason }) => l10n.t('"auto" skipped {0}: {1}.', provider, reason)),
  ];
}

function incomplete(
  values: SettingValues,
  tracking: TrackingUriResult,
  provider: ProviderId | undefined,
): ReadOutcome {
  const missing: SettingKey[] = [];
  const problems: SettingProblem[] = [];
  if (tracking.kind === 'invalid') {
    const key = 'trackingUri';
    if (values.optional(key) === undefined) missing.push(key);
    else problems.push({ key, message: `${section}.${key}: ${tracking.message}` });
  }
  if (provider === undefined) missing.push('provider');
  return { kind: 'incomplete', missing, problems };
}

/** A policy that cannot be read allows nothing. */
function mustBeUsable({ key, message }: SettingProblem): Problem {
  return new Problem({
    code: 'settings.unusable',
    message: l10n.t('{0} Until then, no server may receive the credential.', message),
    remedy: l10n.t('Correct it in your settings or your environment, or remove it.'),
    retry: 'afterFix',
    action: { kind: 'openSetting', setting: key },
  });
}

function notAllowed(origin: string): Problem {
  return new Problem({
    code: 'settings.allowedHosts',
    message: l10n.t('mlflowSecretsAuth.allowedHosts does not allow sending the credential to {0}.', origin),
    remedy: l10n.t(
      'Add the host to mlflowSecretsAuth.allowedHosts in your user settings, or correct mlflowSecretsAuth.trackingUri.',
    ),
    retry: 'afterFix',
    action: { kind: 'openSetting', setting: 'allowedHosts' },
  });
}
