import type { ApprovedSettings } from '../../connection/approvals.ts';
import { settingKeys, settings } from '../../settings/manifest.ts';
import type { SettingKey } from '../../settings/manifest.ts';
import type { SettingValues } from '../../settings/setting-values.ts';
import type { SettingChanges } from '../../settings/written-values.ts';

/** Those that a workspace may have; what is the user's own nobody else changes. */
const keys = settingKeys.filter((key) => settings[key].scope === 'window');

/** What neither decides where a credential is read nor where it goes: it is the workspace's, whichever the server. */
const ofWorkspace = /^(?:cache|python|runs)\./;

/** What is set, to be had back when somebody changes it. */
export function setValues(values: SettingValues): ApprovedSettings {
  const isSet = (key: SettingKey): boolean => {
    const { kind } = values.origin(key);
    return kind !== 'default' && kind !== 'environment';
  };
  return Object.fromEntries(keys.filter(isSet).map((key) => [key, values.get(key)]));
}

/** Values that differ from what they were, as they were. */
export function changedSince(former: ApprovedSettings, values: SettingValues): ApprovedSettings {
  const now = setValues(values);
  const isChanged = (key: SettingKey): boolean => JSON.stringify(now[key]) !== JSON.stringify(former[key]);
  return Object.fromEntries(keys.filter(isChanged).map((key) => [key, former[key]]));
}

/** What is to be written to have the connection of these settings, and nothing of the present one. */
export function changesTo(wanted: ApprovedSettings, values: SettingValues): SettingChanges {
  const changed = Object.entries(changedSince(wanted, values));
  return Object.fromEntries(changed.filter(([key]) => !ofWorkspace.test(key)));
}
