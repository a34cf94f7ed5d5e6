import * as l10n from '@vscode/l10n';
import type { SettingKey } from '../../settings/manifest.ts';
import type { SettingNames } from './step-kit.ts';
import { stepsOf } from './steps.ts';

const ofAll: SettingNames = {
  trackingUri: () => l10n.t('Tracking server'),
  provider: () => l10n.t('Source of the credential'),
};

/** What a step of the wizard asks for, in a list of what can be changed: the value stands beside it. */
export function settingName(key: SettingKey): string {
  const names = [ofAll, ...Object.values(stepsOf).map(({ names }) => names)];
  return names.find((one) => one[key] !== undefined)?.[key]?.() ?? key;
}
