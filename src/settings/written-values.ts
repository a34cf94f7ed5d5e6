import { settings } from './manifest.ts';
import type { SettingKey } from './manifest.ts';
import type { FoundValue, SettingsLayer } from './setting-values.ts';

/** Texts of settings, as they are entered. */
export type SettingTexts = Readonly<Partial<Record<SettingKey, string>>>;

/** Where a value is written. A workspace cannot hold those that are the user's own, and a window may have none. */
export function placeOf(key: SettingKey, hasFolder: boolean): 'workspace' | 'user' {
  return hasFolder && settings[key].scope === 'window' ? 'workspace' : 'user';
}

/** What will be found once these texts have been written: what is approved before that must be what counts after it. */
export function foundAfterWriting(
  found: SettingsLayer,
  texts: SettingTexts,
  hasFolder: boolean,
): SettingsLayer {
  const after: SettingsLayer = { ...found };
  for (const [key, value] of Object.entries(texts) as [SettingKey, string][]) {
    if (found[key]?.value === value) continue;
    after[key] =
      placeOf(key, hasFolder) === 'user'
        ? { value, origin: { kind: 'user' } }
        : { value, origin: { kind: 'workspace' }, ...beneath(found[key]) };
  }
  return after;
}

/** The user's own value, which a workspace's lies over. */
function beneath(found: FoundValue | undefined): Pick<FoundValue, 'own'> {
  const own = found?.origin.kind === 'user' ? found : found?.own;
  return own === undefined ? {} : { own };
}
