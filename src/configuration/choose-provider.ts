import * as l10n from '@vscode/l10n';
import type { Provider } from '../providers/provider.ts';
import { providerOf, providers } from '../providers/providers.ts';
import { section } from '../settings/manifest.ts';
import type { ProviderId, SettingKey } from '../settings/manifest.ts';
import type { SettingValues, ValueOrigin } from '../settings/setting-values.ts';
import type { EnabledProviders } from './plugin-environment.ts';

export interface SkippedProvider {
  readonly provider: ProviderId;
  /** For people, as a clause: "not set: mlflowSecretsAuth.vault.path". */
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

export interface ChoiceFacts {
  /** What the Python plugin's variables enable. */
  readonly enabled: EnabledProviders | undefined;
  /** Of the providers that need no settings, those whose credential has been entered for this tracking server. */
  readonly withTypedCredential: readonly ProviderId[];
}

/**
 * What `auto` stands for: the first provider, in their order, that is configured. Where the Python plugin's variables
 * enable stores, their order counts first, and a store that they leave out must be set up by settings.
 */
export function chooseProvider(values: SettingValues, facts: ChoiceFacts): ProviderChoice {
  const skipped: SkippedProvider[] = [];
  const preferred = (facts.enabled?.providers ?? []).map((provider) => providerOf({ provider }));
  for (const provider of [...preferred, ...providers.filter((one) => !preferred.includes(one))]) {
    const obstacle = obstacleTo(provider, values, facts);
    if (obstacle === undefined) {
      return { kind: 'chosen', provider: provider.id, reason: reasonFor(provider, values, facts), skipped };
    }
    skipped.push({ provider: provider.id, reason: obstacle });
  }
  return { kind: 'none', skipped };
}

function obstacleTo(
  { id, autoSettings }: Provider,
  values: SettingValues,
  { enabled, withTypedCredential }: ChoiceFacts,
): string | undefined {
  if (autoSettings.length === 0) {
    return withTypedCredential.includes(id)
      ? undefined
      : l10n.t('no credential is stored for this tracking server');
  }
  const missing = autoSettings.filter((key) => values.optional(key) === undefined);
  if (missing.length > 0) {
    return l10n.t('not set: {0}', missing.map((key) => `${section}.${key}`).join(', '));
  }
  if (enabled === undefined || enabled.providers.includes(id)) return undefined;
  const onlyVariables = autoSettings.every((key) => values.origin(key).kind === 'environment');
  return onlyVariables ? l10n.t('{0} does not enable it', enabled.variables.join(', ')) : undefined;
}

function reasonFor({ id, autoSettings }: Provider, values: SettingValues, { enabled }: ChoiceFacts): string {
  if (autoSettings.length === 0) {
    return l10n.t("a credential for this tracking server is in VS Code's secret storage");
  }
  const parts = autoSettings.map((key) => originText(key, values.origin(key)));
  if (enabled?.providers.includes(id)) parts.push(l10n.t('{0} enables it', enabled.variables.join(', ')));
  return parts.join(', ');
}

/** Where the value of a setting comes from, as a clause. */
export function originText(key: SettingKey, origin: ValueOrigin): string {
  const name = `${section}.${key}`;
  switch (origin.kind) {
    case 'default':
      return l10n.t('{0} has its default value', name);
    case 'user':
      return l10n.t('{0} is set in the user settings', name);
    case 'workspace':
      return l10n.t('{0} is set in the workspace settings', name);
    case 'remote':
      return l10n.t('{0} is set in the settings of the remote machine', name);
    case 'environment':
      return l10n.t('{0} comes from {1}', name, origin.variable);
  }
}
