import assert from 'node:assert/strict';
import type { ConnectionConfiguration } from '../../../src/configuration/configuration.ts';
import type { VaultConfiguration } from '../../../src/providers/vault/configuration.ts';
import { ConnectedWindow } from '../../support/connected-window.ts';
import { storedConfiguration } from '../../unit/configuration/stored-configuration.ts';
import { MemoryStorage } from '../../unit/vscode/memory-storage.ts';
import { until } from '../../support/until.ts';
import { accessors, vaultFixture } from './fixture.ts';
import { singleSignOn } from './single-sign-on.ts';

describe('A sign-in in the browser', () => {
  const { bao } = vaultFixture();
  singleSignOn(bao, 'kept');
  let memory: MemoryStorage;
  let windows: ConnectedWindow[];
  let earlier: Set<unknown>;
  let opened: number;

  before(async () => bao.call('POST', 'secret/data/kept', { data: { token: 'canary-kept' } }));

  beforeEach(async () => {
    await setPolicy('read');
    memory = new MemoryStorage();
    windows = [];
    opened = 0;
    earlier = await accessors(bao);
  });

  afterEach(async () => {
    for (const { connection } of windows) await connection.disconnect({ revoke: false });
    await untilAllAreRevoked();
  });

  async function setPolicy(capability: string): Promise<void> {
    const policy = `path "secret/data/kept" { capabilities = ["${capability}"] }`;
    await bao.call('PUT', 'sys/policies/acl/kept', { policy });
  }

  async function signIns(): Promise<number> {
    return (await accessors(bao)).difference(earlier).size;
  }

  async function untilAllAreRevoked(): Promise<void> {
    await until(
      async () => (await signIns()) === 0,
      () => 'a sign-in is alive',
    );
  }

  /** The same workspace in a new window. */
  async function openWindow(): Promise<ConnectedWindow> {
    const source: VaultConfiguration = {
      provider: 'vault',
      address: bao.address,
      namespace: undefined,
      mount: undefined,
      path: 'secret/kept',
      version: undefined,
      authMethod: 'oidc',
      authMount: undefined,
      roleId: undefined,
      username: undefined,
      oidcRole: 'reader',
      ambientIsAllowed: false,
      storeCertificates: undefined,
      storeClientCertificate: undefined,
      tlsServerName: undefined,
    };
    const cache = { ...storedConfiguration.cache, keep: 'secretStorage' } as const;
    const configuration: ConnectionConfiguration = { ...storedConfiguration, source, cache };
    const window = new ConnectedWindow(memory.records(), 'one', configuration);
    window.openExternal = async (url) => {
      opened += 1;
      await (await fetch(url)).text();
      return true;
    };
    windows.push(window);
    await window.approve();
    return window;
  }

  /** Connected, and closed for a reload. */
  async function closed(): Promise<void> {
    const { connection, log } = await openWindow();
    await connection.connect();
    assert.equal(connection.state.kind, 'connected', log.join('\n'));
    await connection.shutDown();
  }

  const kept = (): readonly string[] => [...memory.values.keys()].toSorted();

  it('is used again after a reload, without the browser, and given back at the end', async () => {
    await closed();
    const { connection } = await openWindow();
    memory.values.delete('fetched/one');
    await connection.reconsider();
    assert.equal(connection.state.kind, 'connected');
    assert.deepEqual([opened, await signIns()], [1, 1]);
    await connection.disconnect({ revoke: false });
    await untilAllAreRevoked();
    assert.deepEqual(kept(), ['session/one']);
  });

  it('stays when the store denies the secret, which is dropped: it is good for what the user may do', async () => {
    await closed();
    const { connection } = await openWindow();
    await connection.reconsider();
    await setPolicy('deny');
    await connection.refresh();
    assert.equal(connection.state.kind, 'failed');
    assert.deepEqual(kept(), ['session/one', 'signIn/one']);
    assert.deepEqual([opened, await signIns()], [1, 1]);
    await setPolicy('read');
    await connection.lookAgain();
    assert.equal(connection.state.kind, 'connected');
    assert.deepEqual([opened, await signIns()], [1, 1]);
  });

  it('is replaced by another when a person asks again after that, as its policies may be old', async () => {
    const { connection } = await openWindow();
    await setPolicy('deny');
    await connection.connect();
    assert.equal(connection.state.kind, 'failed');
    await setPolicy('read');
    await connection.refresh();
    assert.equal(connection.state.kind, 'connected');
    assert.deepEqual([opened, await signIns()], [2, 1]);
  });

  it('is dropped when the store no longer takes it, and only a person gets another', async () => {
    await closed();
    for (const accessor of (await accessors(bao)).difference(earlier))
      await bao.call('POST', 'auth/token/revoke-accessor', { accessor });
    memory.values.delete('fetched/one');
    const { connection } = await openWindow();
    await connection.reconsider();
    const { state } = connection;
    assert.equal(state.kind === 'failed' && state.problem.code, 'vault.signInNeeded');
    assert.deepEqual(kept(), ['session/one']);
    assert.equal(opened, 1);
    await connection.connect();
    assert.equal(connection.state.kind, 'connected');
    assert.equal(opened, 2);
  });
});
