import assert from 'node:assert/strict';
import { chooseProvider } from '../../../src/configuration/choose-provider.ts';
import { readPluginEnvironment } from '../../../src/configuration/plugin-environment.ts';
import { readValues } from '../../../src/settings/setting-values.ts';
import type { ProviderChoice } from '../../../src/configuration/choose-provider.ts';
import type { SettingsLayer } from '../../../src/settings/setting-values.ts';

const vault = { VAULT_ADDR: 'https://vault.example', MLFLOW_VAULT_SECRET_PATH: 'secret/mlflow' };
const aws = { MLFLOW_AWS_SECRET_ID: 'mlflow/auth' };
const azure = { AZURE_KEY_VAULT_URL: 'https://v.vault.azure.net', MLFLOW_AZURE_SECRET_NAME: 'mlflow' };

function choose(
  environment: Record<string, string>,
  { stored = false, settings = {} }: { stored?: boolean; settings?: Record<string, string> } = {},
): ProviderChoice {
  const plugin = readPluginEnvironment(environment);
  const workspace: SettingsLayer = Object.fromEntries(
    Object.entries(settings).map(([key, value]) => [key, { value, origin: { kind: 'workspace' } }]),
  );
  const values = readValues([workspace, plugin.values]);
  return chooseProvider(values, { enabled: plugin.enabled, withTypedCredential: stored ? ['stored'] : [] });
}

function chosen(choice: ProviderChoice): string {
  return choice.kind === 'chosen' ? choice.provider : 'none';
}

describe('auto', () => {
  it('takes the first configured of vault, aws, azure, stored', () => {
    assert.equal(chosen(choose({ ...vault, ...aws, ...azure }, { stored: true })), 'vault');
    assert.equal(chosen(choose({ ...aws, ...azure }, { stored: true })), 'aws');
    assert.equal(chosen(choose(azure, { stored: true })), 'azure');
    assert.equal(chosen(choose({}, { stored: true })), 'stored');
    assert.equal(chosen(choose({})), 'none');
  });

  it('follows the order of the plugin’s list', () => {
    const enable = { MLFLOW_SECRETS_AUTH_ENABLE: 'azure-key-vault,vault' };
    assert.equal(chosen(choose({ ...vault, ...aws, ...azure, ...enable })), 'azure');
    assert.equal(chosen(choose({ ...vault, ...aws, ...enable })), 'vault');
  });

  it('skips a store that only variables set up and no variable enables', () => {
    const choice = choose({ ...vault, ...aws, MLFLOW_SECRETS_AUTH_ENABLE: 'aws-secrets-manager' });
    assert.equal(chosen(choice), 'aws');
    const none = choose({ ...vault, MLFLOW_SECRETS_AUTH_ENABLE: 'aws-secrets-manager' });
    assert.equal(chosen(none), 'none');
    assert.deepEqual(
      none.skipped.find(({ provider }) => provider === 'vault')?.reason,
      'MLFLOW_SECRETS_AUTH_ENABLE does not enable it',
    );
  });

  it('takes a store that settings set up, whatever the variables enable', () => {
    const environment = { MLFLOW_SECRETS_AUTH_ENABLE: 'vault' };
    assert.equal(chosen(choose(environment, { settings: { 'aws.secretId': 'mlflow' } })), 'aws');
  });

  it('says why, with the origin of each value, and what was skipped', () => {
    const environment = {
      VAULT_ADDR: 'https://vault.example',
      AZURE_KEY_VAULT_URL: azure.AZURE_KEY_VAULT_URL,
    };
    const choice = choose(environment, { settings: { 'azure.secretName': 'mlflow' } });
    assert.deepEqual(choice, {
      kind: 'chosen',
      provider: 'azure',
      reason:
        'mlflowSecretsAuth.azure.vaultUrl comes from AZURE_KEY_VAULT_URL, mlflowSecretsAuth.azure.secretName is set in the workspace settings',
      skipped: [
        { provider: 'vault', reason: 'not set: mlflowSecretsAuth.vault.path' },
        { provider: 'aws', reason: 'not set: mlflowSecretsAuth.aws.secretId' },
      ],
    });
  });

  it('names everything that is missing when nothing is configured', () => {
    assert.deepEqual(choose({}).skipped, [
      { provider: 'vault', reason: 'not set: mlflowSecretsAuth.vault.address, mlflowSecretsAuth.vault.path' },
      { provider: 'aws', reason: 'not set: mlflowSecretsAuth.aws.secretId' },
      {
        provider: 'azure',
        reason: 'not set: mlflowSecretsAuth.azure.vaultUrl, mlflowSecretsAuth.azure.secretName',
      },
      { provider: 'stored', reason: 'no credential is stored for this tracking server' },
    ]);
  });
});
