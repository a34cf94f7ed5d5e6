import assert from 'node:assert/strict';
import { bootstrapScope } from '../../../src/providers/providers.ts';
import type { AwsConfiguration } from '../../../src/providers/aws/configuration.ts';
import { awsConfiguration } from '../../contract/aws/fixture.ts';
import type { AzureConfiguration } from '../../../src/providers/azure/configuration.ts';
import type { VaultConfiguration } from '../../../src/providers/vault/configuration.ts';

const tracking = 'https://mlflow.company.com';
const vault: VaultConfiguration = {
  provider: 'vault',
  address: 'https://vault.company.com:8200',
  namespace: undefined,
  mount: undefined,
  path: 'secret/mlflow',
  version: undefined,
  authMethod: 'approle',
  authMount: undefined,
  roleId: 'role-1',
  username: 'ada',
  oidcRole: undefined,
  ambientIsAllowed: true,
  storeCertificates: undefined,
  storeClientCertificate: undefined,
  tlsServerName: undefined,
};

type Source = AwsConfiguration | AzureConfiguration;

describe('the name under which sign-in secrets are kept', () => {
  const elsewhere: readonly (readonly [string, Partial<VaultConfiguration>])[] = [
    ['another Vault', { address: 'https://vault.evil.example' }],
    ['http instead of https', { address: 'http://vault.company.com:8200' }],
    ['another namespace', { namespace: 'other' }],
    ['another method', { authMethod: 'userpass' }],
    ['another mount of the method', { authMount: 'elsewhere' }],
    ['another role', { roleId: 'role-2' }],
  ];
  for (const [what, change] of elsewhere) {
    it(`is another for ${what}`, () =>
      assert.notEqual(bootstrapScope({ ...vault, ...change }, tracking), bootstrapScope(vault, tracking)));
  }

  it('is another for another person, though a role is left over in the settings', () => {
    const ada = { ...vault, authMethod: 'ldap' } as const;
    const bob = { ...ada, username: 'bob' };
    assert.notEqual(bootstrapScope(ada, tracking), bootstrapScope(bob, tracking));
  });

  it('is the same for another secret of the same Vault', () => {
    const other = { ...vault, path: 'secret/other', version: 3 };
    assert.equal(bootstrapScope(other, tracking), bootstrapScope(vault, tracking));
  });

  describe('of what nothing is entered for', () => {
    const aws = awsConfiguration({ region: 'eu-west-1', profile: 'ml' });
    const azure: AzureConfiguration = {
      provider: 'azure',
      vaultUrl: 'https://ml-team.vault.azure.net',
      secretName: 'mlflow',
      secretVersion: undefined,
      signIn: 'azureCli',
      cloud: 'public',
      tenantId: undefined,
      clientId: undefined,
      authorityHost: undefined,
      storeCertificates: undefined,
      variables: {},
    };
    const rows: readonly (readonly [string, Source, Source, 'same' | 'another'])[] = [
      ['another secret of AWS', aws, { ...aws, secretId: 'other' }, 'another'],
      ['another region', aws, { ...aws, region: 'us-east-1' }, 'another'],
      ['another profile', aws, { ...aws, profile: 'admin' }, 'another'],
      ['another role', aws, { ...aws, roleArn: 'arn:aws:iam::1:role/ml' }, 'another'],
      ['another version in AWS', aws, { ...aws, versionId: 'other' }, 'same'],
      ['another secret of the key vault', azure, { ...azure, secretName: 'other' }, 'another'],
      ['another key vault', azure, { ...azure, vaultUrl: 'https://other.vault.azure.net' }, 'another'],
      ['another sign-in to Azure', azure, { ...azure, signIn: 'vscode' }, 'another'],
      ['another tenant', azure, { ...azure, tenantId: 'tenant' }, 'another'],
      ['another version in the key vault', azure, { ...azure, secretVersion: 'other' }, 'same'],
    ];
    for (const [what, one, other, expected] of rows) {
      it(`is ${expected === 'same' ? 'the same' : 'another'} for ${what}`, () => {
        const isSame = bootstrapScope(one, tracking) === bootstrapScope(other, tracking);
        assert.equal(isSame ? 'same' : 'another', expected);
      });
    }
  });

  it('says nothing of whom and where it is for', () => {
    const source = { ...vault, authMethod: 'ldap', namespace: 'team-a', username: 'ada' } as const;
    assert.match(bootstrapScope(source, tracking), /^[\w-]{43}$/);
    assert.match(bootstrapScope({ provider: 'stored' }, tracking), /^[\w-]{43}$/);
  });
});
