import { settings } from './manifest.ts';
import type { SettingKey } from './manifest.ts';
import type { FoundValue, SettingsLayer } from './setting-values.ts';

/** Texts of settings, as they are entered. */
export type SettingTexts = Readonly<Partial<Record<SettingKey, string>>>;

/** Values of settings as they are to be; `undefined` takes out what is set. */
export type SettingChanges = Readonly<Partial<Record<SettingKey, unknown>>>;

type Place = 'workspace' | 'user';

/** Where a value is written. A workspace cannot hold those that are the user's own, and a window may have none. */
export function placeOf(key: SettingKey, hasFolder: boolean): Place {
  return hasFolder && settings[key].scope === 'window' ? 'workspace' : 'user';
}

/** What will be found once these have been written: what is approved before that must be what counts after it. */
export function foundAfterWriting(
  found: SettingsLayer,
  changes: SettingChanges,
  hasFolder: boolean,
): SettingsLayer {
  const after = new Map(Object.entries(found));
  for (const [key, value] of Object.entries(changes) as [SettingKey, unknown][]) {
    const place = placeOf(key, hasFolder);
    const written = value === undefined ? remaining(found[key], place) : withValue(found[key], value, place);
    if (written === undefined) after.delete(key);
    else after.set(key, written);
  }
  return Object.fromEntries(after);
}

function withValue(found: FoundValue | undefined, value: unknown, place: Place): FoundValue {
  if (found !== undefined && found.value === value) return found;
  return place === 'user'
    ? { value, origin: { kind: 'user' } }
    : { value, origin: { kind: 'workspace' }, ...beneath(found) };
}

/** What counts once the value of this place is gone. */
function remaining(found: FoundValue | undefined, place: Place): FoundValue | undefined {
  return found?.origin.kind === place ? found.own : found;
}

/** The user's own value, which a workspace's lies over. */
function beneath(found: FoundValue | undefined): Pick<FoundValue, 'own'> {
  const own = found?.origin.kind === 'user' ? found : found?.own;
  return own === undefined ? {} : { own };
}
