import assert from 'node:assert/strict';
import type { ConnectionConfiguration } from '../../../src/configuration/configuration.ts';
import { bootstrapScope } from '../../../src/providers/providers.ts';
import { Secret } from '../../../src/secret.ts';
import { Credentials } from '../../../src/vscode/credentials.ts';
import { SecretStore } from '../../../src/vscode/secret-store.ts';
import { read, server } from '../doctor/evidence.ts';
import { MemoryStorage } from './memory-storage.ts';

async function configured(settings: Parameters<typeof read>[0]): Promise<ConnectionConfiguration> {
  const result = await read({ ...server, ...settings });
  assert.ok(result.kind === 'ready');
  return result.configuration;
}

const stored = { provider: 'stored' };
const userpass = {
  provider: 'vault',
  'vault.address': 'https://vault.company.com',
  'vault.path': 'secret/mlflow',
  'vault.authMethod': 'userpass',
  'vault.username': 'ada',
};

describe('The credentials of a source', () => {
  let memory: MemoryStorage;
  let store: SecretStore;
  let credentials: Credentials;

  beforeEach(() => {
    memory = new MemoryStorage();
    store = new SecretStore(memory.records(), 'workspace');
    credentials = new Credentials(store, () => ({}));
  });

  it('are missing until they are entered, and again after they are forgotten', async () => {
    const configuration = await configured(stored);
    assert.equal((await credentials.missing(configuration))?.name, 'stored.credential');
    await credentials.store(configuration, [{ name: 'stored.credential', secret: new Secret('canary') }]);
    assert.equal(await credentials.missing(configuration), undefined);
    await store.forget(bootstrapScope(configuration.source, configuration.tracking.origin));
    assert.equal((await credentials.missing(configuration))?.name, 'stored.credential');
    assert.doesNotMatch([...memory.values.values()].join(), /canary/);
  });

  it('are asked for again where the keychain does not give them out, and then found', async () => {
    const configuration = await configured(stored);
    const entered = [{ name: 'stored.credential', secret: new Secret('canary') } as const];
    await credentials.store(configuration, entered);
    memory.failure = new Error('The keychain is locked.');
    assert.equal(await credentials.isEntered(configuration, 'stored.credential'), undefined);
    assert.equal((await credentials.missing(configuration))?.name, 'stored.credential');
    assert.deepEqual(await credentials.reveal(configuration), []);
    await credentials.store(configuration, entered);
    assert.equal(await credentials.missing(configuration), undefined);
    assert.deepEqual(await credentials.reveal(configuration), ['canary', 'canary']);
  });

  it('are as they were before once the user gives up entering others', async () => {
    const configuration = await configured(stored);
    const entry = (text: string) => [{ name: 'stored.credential', secret: new Secret(text) } as const];
    const none = await credentials.entered(configuration);
    await credentials.store(configuration, entry('canary-first'));
    const first = await credentials.entered(configuration);
    await credentials.store(configuration, entry('canary-second'));
    await credentials.restore(configuration, first);
    assert.deepEqual(await credentials.reveal(configuration), ['canary-first', 'canary-first']);
    await credentials.restore(configuration, none);
    assert.equal((await credentials.missing(configuration))?.name, 'stored.credential');
  });

  it('are missing at another address, whatever was entered for the first', async () => {
    const configuration = await configured(userpass);
    await credentials.store(configuration, [{ name: 'vault.password', secret: new Secret('canary') }]);
    const moved = await configured({ ...userpass, 'vault.address': 'https://evil.example' });
    assert.equal(await credentials.missing(configuration), undefined);
    assert.equal((await credentials.missing(moved))?.name, 'vault.password');
  });

  it('are never missing where the sign-in needs none', async () => {
    const configuration = await configured({ ...userpass, 'vault.authMethod': 'oidc' });
    assert.equal(credentials.needed(configuration), undefined);
    assert.equal(await credentials.missing(configuration), undefined);
  });

  it('are not stored for a source that they were not entered for', async () => {
    const configuration = await configured(stored);
    await credentials.store(configuration, [
      { name: 'vault.token', secret: new Secret('canary-vault') },
      { name: 'stored.credential', secret: new Secret('canary') },
    ]);
    const values = [...memory.values.values()].map((text) => (JSON.parse(text) as { value: string }).value);
    assert.deepEqual(values, ['canary']);
  });

  it('are revealed with the password that they hold, so that both can be hidden', async () => {
    const configuration = await configured(stored);
    const text = '{"username": "ada", "password": "canary"}';
    await credentials.store(configuration, [{ name: 'stored.credential', secret: new Secret(text) }]);
    assert.deepEqual(await credentials.reveal(configuration), [text, 'canary']);
  });
});
