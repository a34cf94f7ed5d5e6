import * as l10n from '@vscode/l10n';
import type { SettingValues, ValueOrigin } from '../settings/setting-values.ts';
import { providerIds, settingKeys, settings } from '../settings/manifest.ts';
import type { ProviderId, SettingDescriptor, SettingKey, SettingValue } from '../settings/manifest.ts';

export interface ShownValue {
  readonly key: SettingKey;
  /** `text`: a value as it is written. The others say only whether there is one. */
  readonly value: { readonly kind: 'text'; readonly text: string } | { readonly kind: 'notSet' | 'hidden' };
  /** For people. */
  readonly origin: string;
}

/** Every value that counts for this provider, and whatever else somebody has set; what is set comes first. */
export function shownValues(values: SettingValues, provider: ProviderId | undefined): readonly ShownValue[] {
  return settingKeys
    .filter((key) => isSet(key, values) || isOf(key, provider))
    .toSorted((a, b) => Number(isSet(b, values)) - Number(isSet(a, values)))
    .map((key) => ({ key, value: valueOf(key, values), origin: originName(values.origin(key)) }));
}

function isSet(key: SettingKey, values: SettingValues): boolean {
  return values.origin(key).kind !== 'default';
}

/** Whether the key is common to all providers, or this one's own. */
function isOf(key: SettingKey, provider: ProviderId | undefined): boolean {
  const [room = ''] = key.split('.');
  return room === provider || !providerIds.some((id) => id === room);
}

function valueOf(key: SettingKey, values: SettingValues): ShownValue['value'] {
  const value = values.get(key);
  const { isHidden }: SettingDescriptor = settings[key];
  const isEmpty = typeof value === 'object' ? Object.keys(value).length === 0 : value === '';
  if (isEmpty) return { kind: 'notSet' };
  if (isHidden) return { kind: 'hidden' };
  return { kind: 'text', text: textOf(value) };
}

function textOf(value: SettingValue<SettingKey>): string {
  if (typeof value !== 'object') return String(value);
  return Array.isArray(value) ? value.join(', ') : JSON.stringify(value);
}

function originName(origin: ValueOrigin): string {
  switch (origin.kind) {
    case 'default':
      return l10n.t('default');
    case 'user':
      return l10n.t('user settings');
    case 'workspace':
      return l10n.t('workspace settings');
    case 'remote':
      return l10n.t('settings of the remote machine');
    case 'environment':
      return l10n.t('environment variable {0}', origin.variable);
  }
}
