import assert from 'node:assert/strict';
import { readConfiguration } from '../../../../src/configuration/read-configuration.ts';
import type { VaultConfiguration } from '../../../../src/providers/vault/configuration.ts';
import type { FoundValue, SettingsLayer, ValueOrigin } from '../../../../src/settings/setting-values.ts';

const company = 'https://vault.company.com:8200';

const found = (value: string, kind: 'user' | 'workspace' | 'remote', own?: string): FoundValue => ({
  value,
  origin: { kind } satisfies ValueOrigin,
  ...(own !== undefined && { own: { value: own, origin: { kind: 'user' } } }),
});

async function isAllowed(layer: SettingsLayer, environment: Record<string, string> = {}): Promise<boolean> {
  const result = await readConfiguration({
    settings: {
      trackingUri: found('https://mlflow.company.com', 'workspace'),
      provider: found('vault', 'workspace'),
      'vault.path': found('secret/mlflow', 'workspace'),
      ...layer,
    },
    environment,
    hasBootstrap: async () => Promise.resolve(false),
  });
  assert.ok(result.kind === 'ready', JSON.stringify(result));
  return (result.configuration.source as VaultConfiguration).ambientIsAllowed;
}

describe('a Vault credential of this machine', () => {
  const rows: [name: string, layer: SettingsLayer, environment: Record<string, string>, allowed: boolean][] =
    [
      ['an address of a workspace', { 'vault.address': found(company, 'workspace') }, {}, false],
      ['an address of a dev container’s file', { 'vault.address': found(company, 'remote') }, {}, false],
      ['an address of the user’s settings', { 'vault.address': found(company, 'user') }, {}, true],
      ['VAULT_ADDR', {}, { VAULT_ADDR: company }, true],
      [
        'VAULT_ADDR, named by a workspace, too',
        { 'vault.address': found(`${company}/`, 'workspace') },
        { VAULT_ADDR: company },
        true,
      ],
      [
        'an address beneath a workspace’s same one',
        { 'vault.address': found(company, 'workspace', company) },
        {},
        true,
      ],
      [
        'another than VAULT_ADDR',
        { 'vault.address': found('https://evil.example', 'workspace') },
        { VAULT_ADDR: company },
        false,
      ],
      [
        'another than the user’s',
        { 'vault.address': found('https://evil.example', 'workspace', company) },
        {},
        false,
      ],
      [
        'another port',
        { 'vault.address': found('https://vault.company.com', 'workspace') },
        { VAULT_ADDR: company },
        false,
      ],
      [
        'http',
        { 'vault.address': found('http://vault.company.com:8200', 'workspace') },
        { VAULT_ADDR: company },
        false,
      ],
      [
        'another path of the host',
        { 'vault.address': found(`${company}/evil`, 'workspace') },
        { VAULT_ADDR: company },
        false,
      ],
      [
        'the host above the path',
        { 'vault.address': found(company, 'workspace') },
        { VAULT_ADDR: `${company}/vault` },
        false,
      ],
      [
        'a look-alike',
        { 'vault.address': found('https://vault.company.com.evil.example:8200', 'workspace') },
        { VAULT_ADDR: company },
        false,
      ],
      [
        'a user part',
        { 'vault.address': found('https://vault.company.com:8200', 'workspace') },
        { VAULT_ADDR: 'https://u:p@vault.company.com:8200' },
        false,
      ],
      [
        'another namespace than VAULT_NAMESPACE',
        { 'vault.address': found(company, 'workspace'), 'vault.namespace': found('other', 'workspace') },
        { VAULT_ADDR: company, VAULT_NAMESPACE: 'ml' },
        false,
      ],
      [
        'the namespace of VAULT_NAMESPACE',
        { 'vault.address': found(company, 'workspace') },
        { VAULT_ADDR: company, VAULT_NAMESPACE: 'ml' },
        true,
      ],
      [
        'a namespace where none is named',
        { 'vault.namespace': found('other', 'workspace') },
        { VAULT_ADDR: company },
        true,
      ],
    ];
  for (const [name, layer, environment, allowed] of rows) {
    it(`${allowed ? 'may be used for' : 'is not used for'} ${name}`, async () => {
      assert.equal(await isAllowed(layer, environment), allowed);
    });
  }
});
