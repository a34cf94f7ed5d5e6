import * as l10n from '@vscode/l10n';
import type { SettingKey } from '../../settings/manifest.ts';

/** What each step of the wizard asks for, in a list of what can be changed: the value stands beside it. */
const names: Readonly<Partial<Record<SettingKey, () => string>>> = {
  trackingUri: () => l10n.t('Tracking server'),
  provider: () => l10n.t('Source of the credential'),
  'vault.address': () => l10n.t('Address of Vault'),
  'vault.authMethod': () => l10n.t('Sign-in method'),
  'vault.roleId': () => l10n.t('AppRole role ID'),
  'vault.username': () => l10n.t('User name'),
  'vault.path': () => l10n.t('Path of the secret'),
  'aws.profile': () => l10n.t('AWS profile'),
  'aws.region': () => l10n.t('Region'),
  'aws.secretId': () => l10n.t('Name or ARN of the secret'),
  'azure.signIn': () => l10n.t('Sign-in method'),
  'azure.vaultUrl': () => l10n.t('Address of the key vault'),
  'azure.secretName': () => l10n.t('Name of the secret'),
};

export function settingName(key: SettingKey): string {
  return names[key]?.() ?? key;
}
