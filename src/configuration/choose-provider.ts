import type { ProviderId } from './configuration.ts';
import type { EnabledProviders, PluginProvider } from '../settings/plugin-environment.ts';
import { requiredKeys } from './parse-source.ts';
import type { SettingValues, ValueOrigin } from '../settings/setting-values.ts';
import type { SettingKey, TextKey } from '../settings/manifest.ts';

export interface SkippedProvider {
  readonly provider: ProviderId;
  /** For people: "vault.path is not set". */
  readonly reason: string;
}

export type ProviderChoice =
  | {
      readonly kind: 'chosen';
      readonly provider: ProviderId;
      /** For people: which values made it the choice, and where each is from. */
      readonly reason: string;
      readonly skipped: readonly SkippedProvider[];
    }
  | { readonly kind: 'none'; readonly skipped: readonly SkippedProvider[] };

const order: readonly PluginProvider[] = ['vault', 'aws', 'azure'];

/**
 * What `auto` stands for: the first of vault, aws, azure and stored that is configured. Where the Python plugin's
 * variables enable stores, their order counts first, and a store that they leave out must be set up by settings.
 */
export function chooseProvider(
  values: SettingValues,
  options: { readonly enabled: EnabledProviders | undefined; readonly hasStoredCredential: boolean },
): ProviderChoice {
  const { enabled, hasStoredCredential } = options;
  const skipped: SkippedProvider[] = [];
  const preferred = enabled?.providers ?? [];
  for (const provider of [...preferred, ...order.filter((one) => !preferred.includes(one))]) {
    const obstacle = obstacleTo(provider, values, enabled);
    if (obstacle === undefined) {
      return { kind: 'chosen', provider, reason: reasonFor(provider, values, enabled), skipped };
    }
    skipped.push({ provider, reason: obstacle });
  }
  if (hasStoredCredential) {
    const reason = 'a credential for this tracking server is in VS Code’s secret storage';
    return { kind: 'chosen', provider: 'stored', reason, skipped };
  }
  skipped.push({ provider: 'stored', reason: 'no credential is stored for this tracking server' });
  return { kind: 'none', skipped };
}

function obstacleTo(
  provider: PluginProvider,
  values: SettingValues,
  enabled: EnabledProviders | undefined,
): string | undefined {
  const keys: readonly TextKey[] = requiredKeys[provider];
  const missing = keys.filter((key) => values.optional(key) === undefined);
  if (missing.length > 0) return `${missing.join(' and ')} ${missing.length > 1 ? 'are' : 'is'} not set`;
  if (enabled === undefined || enabled.providers.includes(provider)) return undefined;
  const onlyVariables = keys.every((key) => values.origin(key).kind === 'environment');
  return onlyVariables ? `${enabled.variables.join(' and ')} does not enable it` : undefined;
}

function reasonFor(
  provider: PluginProvider,
  values: SettingValues,
  enabled: EnabledProviders | undefined,
): string {
  const parts = requiredKeys[provider].map((key: SettingKey) => `${key} ${originText(values.origin(key))}`);
  if (enabled?.providers.includes(provider)) parts.push(`${enabled.variables.join(' and ')} enables it`);
  return parts.join(', ');
}

/** Where a value is, as the end of a sentence that the value begins. */
export function originText(origin: ValueOrigin): string {
  switch (origin.kind) {
    case 'default':
      return 'has its default';
    case 'user':
      return 'is in the user settings';
    case 'workspace':
      return 'is in the workspace settings';
    case 'environment':
      return `comes from ${origin.variable}`;
  }
}
