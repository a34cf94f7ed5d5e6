import assert from 'node:assert/strict';
import type { AzureConfiguration } from '../../../../src/providers/azure/configuration.ts';
import { azure } from '../../../../src/providers/azure/provider.ts';
import { azureTarget } from '../../../../src/providers/azure/target.ts';
import { readValues } from '../../../../src/settings/setting-values.ts';

function configured(environment: Readonly<Record<string, string>>, cloud = 'public'): AzureConfiguration {
  const own = (value: string) => ({ value, origin: { kind: 'user' as const } });
  const settings = {
    'azure.vaultUrl': own(cloud === 'public' ? 'https://ml.vault.azure.net' : 'https://ml.vault.azure.cn'),
    'azure.secretName': own('mlflow'),
    'azure.cloud': own(cloud),
  };
  const result = azure.configure(readValues([settings]), environment);
  assert.ok(result.kind === 'ok');
  return result.source;
}

describe('AZURE_AUTHORITY_HOST', () => {
  // azure-identity for Python, `get_default_authority` and `normalize_authority`.
  const rows = {
    'https://login.example': 'https://login.example',
    'https://login.example/': 'https://login.example',
    'login.example': 'https://login.example',
    'login.example/': 'https://login.example',
    '': 'https://login.microsoftonline.com',
  };
  for (const [value, authority] of Object.entries(rows)) {
    it(`"${value}" is ${authority}`, () => {
      assert.equal(azureTarget(configured({ AZURE_AUTHORITY_HOST: value })).authority, authority);
    });
  }

  it('does not lead the sign-in of another cloud elsewhere', () => {
    const target = azureTarget(configured({ AZURE_AUTHORITY_HOST: 'login.example' }, 'china'));
    assert.equal(target.authority, 'https://login.chinacloudapi.cn');
  });
});
