import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { AzureConfiguration } from '../../../../src/providers/azure/configuration.ts';
import { Problem } from '../../../../src/problem.ts';
import { azureTarget, isPrivateAuthority } from '../../../../src/providers/azure/target.ts';
import type { AzureTarget } from '../../../../src/providers/azure/target.ts';

function target(changes: Partial<AzureConfiguration>): AzureTarget {
  return azureTarget({
    provider: 'azure',
    vaultUrl: 'https://mlflow.vault.azure.net',
    secretName: 'mlflow',
    secretVersion: undefined,
    signIn: 'default',
    cloud: 'public',
    tenantId: undefined,
    clientId: undefined,
    authorityHost: undefined,
    storeCertificates: undefined,
    variables: {},
    ...changes,
  });
}

function codeOf(changes: Partial<AzureConfiguration>): string {
  try {
    target(changes);
    return 'none';
  } catch (error) {
    assert.ok(error instanceof Problem);
    return error.code;
  }
}

describe('which vault of Azure', () => {
  const clouds = [
    ['public', 'vault.azure.net', 'https://login.microsoftonline.com'],
    ['usGovernment', 'vault.usgovcloudapi.net', 'https://login.microsoftonline.us'],
    ['china', 'vault.azure.cn', 'https://login.chinacloudapi.cn'],
  ] as const;
  for (const [cloud, domain, authority] of clouds) {
    it(`${cloud}: asks its own sign-in for tokens for its own vaults`, () => {
      const found = target({ cloud, vaultUrl: `https://mlflow.${domain}` });
      assert.equal(found.scope, `https://${domain}/.default`);
      assert.equal(found.authority, authority);
    });
  }

  const foreign = [
    'https://mlflow.vault.azure.net@evil.example',
    'https://evil.example/mlflow.vault.azure.net',
    'https://evil.example#.vault.azure.net',
    'https://evil.example?.vault.azure.net',
    'https://evil.example\\.vault.azure.net',
    'https://mlflow.vault.azure.net.',
    'https://mlflow.vault.azure.net.evil.example',
    'https://xvault.azure.net',
    'https://vault.azure.net',
    'https://.vault.azure.net',
    'https://a.b.vault.azure.net',
    'https://10.0.0.1',
    'https://[fe80::1]',
    'https://localhost.evil.example',
    'https://localhost',
    'https://vault.localhost',
    'https://127.0.0.1:8443',
    'https://[::1]',
  ];
  for (const vaultUrl of foreign) {
    it(`gives no sign-in to ${vaultUrl}`, () => {
      assert.ok(['azure.foreignVault', 'azure.malformedSetting'].includes(codeOf({ vaultUrl })));
    });
  }

  it('takes other ways to write a vault’s address for the same', () => {
    for (const vaultUrl of ['https://MLFLOW.Vault.Azure.NET/', 'https://mlflow。vault.azure.net:443/x?y#z']) {
      assert.equal(target({ vaultUrl }).vaultUrl, 'https://mlflow.vault.azure.net');
    }
  });

  it('takes nothing else, whatever is written', () => {
    const hosts = fc.oneof(
      fc.domain(),
      fc.ipV4(),
      fc.ipV6().map((ip) => `[${ip}]`),
      fc.string(),
    );
    const suffix = fc.constantFrom(
      '',
      '.vault.azure.net',
      'vault.azure.net',
      '.vault.azure.net@',
      '/.vault.azure.net',
    );
    fc.assert(
      fc.property(hosts, suffix, hosts, (before, middle, after) => {
        const vaultUrl = `https://${before}${middle}${after}`;
        if (codeOf({ vaultUrl }) !== 'none') return;
        const { hostname } = new URL(target({ vaultUrl }).vaultUrl);
        assert.match(hostname, /^[a-z0-9-]+\.vault\.azure\.net$/);
      }),
    );
  });

  it('knows the clouds’ own sign-in addresses', () => {
    assert.equal(isPrivateAuthority('login'), false);
    assert.equal(isPrivateAuthority('https://login.microsoftonline.com/'), false);
    assert.equal(isPrivateAuthority('https://login.microsoftonline.us'), false);
    assert.equal(isPrivateAuthority('https://login.corp.example'), true);
  });
});
