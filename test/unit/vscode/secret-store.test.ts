import assert from 'node:assert/strict';
import { Problem } from '../../../src/problem.ts';
import { Secret } from '../../../src/secret.ts';
import { SecretStore } from '../../../src/vscode/secret-store.ts';
import { MemoryStorage } from './memory-storage.ts';

const about = 'https://mlflow.company.com';

describe('The secret store', () => {
  it('has one session token of 256 bits for each workspace, until it is revoked', async () => {
    const memory = new MemoryStorage();
    const { sessionToken } = new SecretStore(memory.records(), 'one');
    const token = await sessionToken.get();
    assert.equal(Buffer.from(token, 'base64url').length, 32);
    assert.equal(await new SecretStore(memory.records(), 'one').sessionToken.get(), token);
    assert.notEqual(await new SecretStore(memory.records(), 'other').sessionToken.get(), token);
    await sessionToken.revoke();
    assert.notEqual(await sessionToken.get(), token);
  });

  it('finds a sign-in secret under its own scope only', async () => {
    const store = new SecretStore(new MemoryStorage().records(), 'one');
    await store.bootstrap({ scope: 'here', about }).set('vault.token', new Secret('canary'));
    assert.equal((await store.bootstrap({ scope: 'here', about }).get('vault.token'))?.reveal(), 'canary');
    assert.equal(await store.bootstrap({ scope: 'there', about }).get('vault.token'), undefined);
    await store.bootstrap({ scope: 'here', about }).delete('vault.token');
    assert.equal(await store.bootstrap({ scope: 'here', about }).get('vault.token'), undefined);
  });

  const subject = { scope: 'here', about };

  it('reports a keychain that fails, instead of finding nothing', async () => {
    const memory = new MemoryStorage();
    memory.failure = new Error('The keychain is locked.');
    const store = new SecretStore(memory.records(), 'one');
    for (const use of [
      store.sessionToken.get(),
      store.bootstrap({ scope: 'here', about }).get('vault.token'),
      store.cachedSecret(subject).load(),
      store.cachedSecret(subject).save('text', { since: 0, until: 1 }),
      store.cachedSecret(subject).delete(),
    ]) {
      await assert.rejects(use, (error) => {
        assert.ok(error instanceof Problem);
        assert.equal(error.code, 'secret.storage');
        assert.match(error.message, /The keychain is locked\./);
        return true;
      });
    }
  });
});
