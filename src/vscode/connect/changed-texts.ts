import type { SettingKey } from '../../settings/manifest.ts';
import type { SettingTexts } from '../../settings/written-values.ts';

/** What was entered in place of what is set; where nothing is set, leaving it empty changes nothing. */
export function changedTexts(before: SettingTexts, after: SettingTexts): SettingTexts {
  const entries = Object.entries(after).filter(([key, value]) => before[key as SettingKey] !== value);
  return Object.fromEntries(entries.filter(([key, value]) => value !== '' || before[key as SettingKey]));
}
