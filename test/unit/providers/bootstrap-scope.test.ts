import assert from 'node:assert/strict';
import { bootstrapScope } from '../../../src/providers/providers.ts';
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
  certificateFile: undefined,
};

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

  it('says nothing of whom and where it is for', () => {
    const source = { ...vault, authMethod: 'ldap', namespace: 'team-a', username: 'ada' } as const;
    assert.match(bootstrapScope(source, tracking), /^[\w-]{43}$/);
    assert.match(bootstrapScope({ provider: 'stored' }, tracking), /^[\w-]{43}$/);
  });
});
