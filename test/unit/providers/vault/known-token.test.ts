import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { vault } from '../../../../src/providers/vault/provider.ts';
import type { Environment } from '../../../../src/environment.ts';

describe('A machine that is signed in to Vault', () => {
  let homeFolder: string;
  beforeEach(async () => {
    homeFolder = await mkdtemp(join(tmpdir(), 'vault-token-'));
  });
  afterEach(async () => rm(homeFolder, { recursive: true }));

  const known = async (environment: Environment) =>
    (await vault.knownValues?.('vault.authMethod', { environment, homeFolder }))?.map(({ value }) => value);

  it('is known by VAULT_TOKEN, or by what vault login leaves', async () => {
    assert.deepEqual(await known({}), []);
    assert.deepEqual(await known({ VAULT_TOKEN: 'canary-token' }), ['token']);
    await writeFile(join(homeFolder, '.vault-token'), 'canary-token');
    assert.deepEqual(await known({}), ['token']);
  });

  it('is known by nothing that says where its secret is', async () => {
    await writeFile(join(homeFolder, '.vault-token'), 'canary-token');
    assert.deepEqual(await vault.knownValues?.('vault.path', { environment: {}, homeFolder }), []);
  });
});
