import { maxTextLength, section } from '../../src/settings/manifest.ts';
import type { SettingKey } from '../../src/settings/manifest.ts';
import { hostileTexts } from './corpus.ts';
import type { Settings } from './rows.ts';

export const texts = Object.entries(hostileTexts);
/** Those that a setting may hold. */
export const usableTexts = texts.filter(([, { length }]) => length <= maxTextLength);

export function textAt(index: number): readonly [name: string, text: string] {
  return texts[index % texts.length] ?? ['', ''];
}

/** Of the Python plugin and of SDKs, that are read or reported beneath settings. */
export function hostileVariables(): NodeJS.ProcessEnv {
  const names = [
    ...['MLFLOW_SECRETS_LOG_LEVEL', 'MLFLOW_SECRETS_AUTH_ENABLE', 'MLFLOW_AUTH_HEADER_NAME'],
    ...['VAULT', 'AWS', 'AZURE'].flatMap((one) => [`MLFLOW_${one}_AUTH_MODE`, `MLFLOW_${one}_TTL_SEC`]),
    ...[
      'MLFLOW_VAULT_SECRET_PATH',
      'MLFLOW_AWS_SECRET_ID',
      'AZURE_KEY_VAULT_URL',
      'MLFLOW_AZURE_SECRET_NAME',
    ],
  ];
  // No variable holds a zero, and the system bounds their length.
  const entries = names.map((name, index) => [name, textAt(index)[1].replaceAll('\0', '').slice(0, 4000)]);
  return Object.fromEntries(entries) as NodeJS.ProcessEnv;
}

/** AWS takes it for a name; a shell of Windows would put something else in its place. */
export const hostileProfile = '%COMSPEC%';

/** For `~/.aws/config`: nobody is signed in to it. */
export function ssoProfile(name: string): string {
  const facts = {
    sso_start_url: 'https://a.example/start',
    sso_region: 'eu-central-1',
    sso_account_id: '1',
    sso_role_name: 'r',
  };
  return `[profile ${name}]\n${Object.entries(facts)
    .map((pair) => pair.join(' = '))
    .join('\n')}\n`;
}

const ours = (values: Settings): Settings =>
  Object.fromEntries(
    // Not that of the hostile variables.
    Object.entries({ 'header.name': 'Authorization', ...values }).map(([key, value]) => [
      `${section}.${key}`,
      value,
    ]),
  );

export function ofVault(trackingUri: string, address: string): Settings {
  return ours({ trackingUri, provider: 'vault', 'vault.address': address, 'vault.path': 'secret/mlflow' });
}

/** Complete settings under which this one counts, so that what is wrong with it is what is shown. */
export function baseOf(key: SettingKey, trackingUri: string): Settings {
  const [room] = key.split('.');
  switch (room) {
    case 'vault': {
      const method = {
        'vault.roleId': 'approle',
        'vault.username': 'userpass',
        'vault.authMount': 'userpass',
      };
      const authMethod = Object.entries(method).find(([one]) => one === key)?.[1] ?? 'oidc';
      const base = ofVault(trackingUri, 'https://vault.example');
      return {
        ...base,
        ...ours({ 'vault.authMethod': authMethod, 'vault.username': 'u', 'vault.roleId': 'r' }),
      };
    }
    case 'azure':
      return ours({
        trackingUri,
        provider: 'azure',
        'azure.vaultUrl': 'https://a.vault.azure.net',
        'azure.secretName': 's',
      });
    default:
      return ours({ trackingUri, provider: 'aws', 'aws.secretId': 'mlflow', 'aws.region': 'eu-central-1' });
  }
}
