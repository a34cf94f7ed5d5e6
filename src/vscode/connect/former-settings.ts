import * as l10n from '@vscode/l10n';
import type { ApprovedSettings } from '../../connection/approvals.ts';
import { settingKeys, settings } from '../../settings/manifest.ts';
import type { SettingKey } from '../../settings/manifest.ts';
import type { SettingValues } from '../../settings/setting-values.ts';
import { showMessage } from '../sinks/messages.ts';
import { writeSettings } from '../settings.ts';

/** Those that a workspace may have; what is the user's own nobody else changes. */
const keys = settingKeys.filter((key) => settings[key].scope === 'window');

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

/** *Keep the Old One*: writes them back, so that the connection goes on as it was approved. */
export async function keepFormer(changed: ApprovedSettings): Promise<void> {
  await writeSettings(changed);
  void showMessage('information', [
    l10n.t('The connection stays as you approved it; the settings are back.'),
  ]);
}
