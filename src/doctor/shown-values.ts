import type { ProviderId } from '../configuration/configuration.ts';
import type { SettingValues, ValueOrigin } from '../settings/setting-values.ts';
import { settings } from '../settings/manifest.ts';
import type { SettingDescriptor, SettingKey } from '../settings/manifest.ts';

export interface ShownValue {
  readonly key: SettingKey;
  readonly value: string;
  readonly origin: string;
}

/** Half of a sign-in: whether they are there is all that helps. */
const hiddenKeys: ReadonlySet<SettingKey> = new Set(['vault.roleId', 'aws.externalId']);

/** Every value that counts for this provider, and whatever else somebody has set; what is set comes first. */
export function shownValues(values: SettingValues, provider: ProviderId | undefined): readonly ShownValue[] {
  return (Object.keys(settings) as SettingKey[])
    .filter((key) => isSet(key, values) || isOf(key, provider))
    .toSorted((a, b) => Number(isSet(b, values)) - Number(isSet(a, values)))
    .map((key) => ({ key, value: textOf(key, values), origin: originName(values.origin(key)) }));
}

function isSet(key: SettingKey, values: SettingValues): boolean {
  return values.origin(key).kind !== 'default';
}

/** Whether the key is common to all providers, or this one's own. */
function isOf(key: SettingKey, provider: ProviderId | undefined): boolean {
  const [room = ''] = key.split('.');
  return room === provider || !['vault', 'aws', 'azure'].includes(room);
}

function textOf(key: SettingKey, values: SettingValues): string {
  const value = values.any(key);
  const { type }: SettingDescriptor = settings[key];
  const isEmpty = type === 'strings' ? (value as readonly string[]).length === 0 : value === '';
  if (isEmpty) return 'not set';
  if (hiddenKeys.has(key)) return 'set';
  return Array.isArray(value) ? value.join(', ') : String(value);
}

function originName(origin: ValueOrigin): string {
  switch (origin.kind) {
    case 'default':
      return 'default';
    case 'user':
      return 'user settings';
    case 'workspace':
      return 'workspace settings';
    case 'environment':
      return `environment variable ${origin.variable}`;
  }
}
