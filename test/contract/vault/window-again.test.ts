import assert from 'node:assert/strict';
import { processOrWorker } from '../../../src/connection/process-or-worker.ts';
import type { StartProxyWorker } from '../../../src/connection/local-proxy.ts';
import type { ConnectionConfiguration } from '../../../src/configuration/configuration.ts';
import { bootstrapScope } from '../../../src/providers/providers.ts';
import { Secret } from '../../../src/secret.ts';
import { ConnectedWindow } from '../../support/connected-window.ts';
import { newPlace, processAt, processFile, untilGone } from '../../support/proxy-process/attached-window.ts';
import { note } from '../../support/servers/left-over.ts';
import { until } from '../../support/until.ts';
import { storedConfiguration } from '../../unit/configuration/stored-configuration.ts';
import { MemoryStorage } from '../../unit/vscode/memory-storage.ts';
import { RecordingUpstream } from '../proxy/recording-upstream.ts';
import { vaultConfiguration, vaultFixture } from './fixture.ts';
import { VaultFront } from './vault-front.ts';

describe('A window that is loaded again', () => {
  const { bao } = vaultFixture();
  let front: VaultFront;
  let upstream: RecordingUpstream;
  let memory: MemoryStorage;
  let start: StartProxyWorker;
  let pid: number;
  let forget: () => void;
  const windows: ConnectedWindow[] = [];

  before(async () => {
    front = await VaultFront.start(bao.address);
    upstream = await RecordingUpstream.start();
    await bao.call('POST', 'secret/data/again', { data: { token: 'canary-again-1' } });
    await bao.call('PUT', 'sys/policies/acl/again', {
      policy: 'path "secret/data/again" { capabilities = ["read"] }',
    });
    await bao.call('POST', 'sys/auth/userpass', { type: 'userpass' });
    await bao.call('POST', 'auth/userpass/users/ada', { password: 'canary-ada', token_policies: ['again'] });
  });

  after(async () => {
    await front.stop();
    await upstream.stop();
  });

  beforeEach(async () => {
    front.reads = 'pass';
    await bao.call('POST', 'secret/data/again', { data: { token: 'canary-again-1' } });
    memory = new MemoryStorage();
    const place = await newPlace();
    start = processOrWorker({
      process: { file: processFile, place: async () => Promise.resolve(place), aloneMs: 2000 },
      startWorker: () => {
        throw new Error('no process');
      },
      log: () => undefined,
    });
    const { endpoint } = await open();
    pid = (await processAt(endpoint?.port ?? 0)) ?? 0;
    forget = note(pid);
  });

  afterEach(async () => {
    for (const { connection } of windows.splice(0)) await connection.disconnect({ revoke: true });
    await untilGone(pid);
    forget();
  });

  /** Nothing is kept in SecretStorage but what was entered and the session token. */
  const configuration = (): ConnectionConfiguration => ({
    ...storedConfiguration,
    tracking: { origin: upstream.origin, basePath: '' },
    source: vaultConfiguration({
      address: front.address,
      path: 'secret/again',
      authMethod: 'userpass',
      username: 'ada',
      ambientIsAllowed: false,
    }),
    cache: { ...storedConfiguration.cache, keep: 'memory' },
  });

  async function prepare(): Promise<ConnectedWindow> {
    const window = new ConnectedWindow(memory.records(), 'one', configuration(), {
      startProxy: start,
    });
    windows.push(window);
    const { source, tracking } = window.configuration;
    const subject = { scope: bootstrapScope(source, tracking.origin), about: '' };
    await window.store.bootstrap(subject).set('vault.password', new Secret('canary-ada'));
    await window.approve();
    return window;
  }

  async function open(): Promise<ConnectedWindow> {
    const window = await prepare();
    await window.connection.connect();
    assert.equal(window.connection.state.kind, 'connected', window.log.join('\n'));
    return window;
  }

  async function request({ endpoint }: ConnectedWindow): Promise<number> {
    assert.ok(endpoint !== undefined);
    const headers = { authorization: `Bearer ${endpoint.clientToken}` };
    return (await fetch(`http://127.0.0.1:${endpoint.port}/api/2.0/x`, { headers })).status;
  }

  const sent = (): string | undefined =>
    upstream.requests.at(-1)?.fields.find((field) => field.startsWith('Authorization: '));

  it('keeps no request waiting while its secret store does not respond', async () => {
    const [first] = windows;
    assert.ok(first !== undefined);
    await first.connection.shutDown();
    assert.equal(await request(first), 200);
    front.reads = 'hang';
    const again = await prepare();
    const connecting = again.connection.connect();
    await front.untilReading();
    assert.equal(again.connection.state.kind, 'connecting');
    assert.deepEqual(again.endpoint, first.endpoint);
    assert.equal(await request(again), 200);
    assert.equal(sent(), 'Authorization: Bearer canary-again-1');
    front.reads = 'pass';
    await again.connection.refresh();
    await connecting;
    assert.equal(await processAt(again.endpoint?.port ?? 0), pid);
  });

  it('brings the secret of now', async () => {
    const [first] = windows;
    await first?.connection.shutDown();
    await bao.call('POST', 'secret/data/again', { data: { token: 'canary-again-2' } });
    const again = await open();
    assert.equal(await request(again), 200);
    assert.equal(sent(), 'Authorization: Bearer canary-again-2');
  });

  it('and has another destination meanwhile lets nobody use what the proxy has', async () => {
    const [first] = windows;
    assert.ok(first !== undefined);
    await first.connection.shutDown();
    const again = await prepare();
    again.configuration = {
      ...again.configuration,
      tracking: { origin: 'https://other.company.com', basePath: '' },
    };
    await again.connection.reconsider();
    assert.equal(again.connection.state.kind, 'needsApproval');
    assert.equal(await request(again), 424);
    assert.notEqual(await request(first), 200);
  });

  it('in Restricted Mode neither attaches nor starts a process', async () => {
    const [first] = windows;
    await first?.connection.shutDown();
    const again = await prepare();
    again.isTrusted = false;
    await again.connection.reconsider();
    assert.equal(again.connection.state.kind, 'restricted');
    assert.equal(again.endpoint, undefined);
  });

  it('is disconnected when another one of its workspace revokes the session token', async () => {
    const [first] = windows;
    const second = await open();
    assert.deepEqual(second.endpoint, first?.endpoint);
    await second.connection.disconnect({ revoke: true });
    await until(
      () => first?.connection.state.kind === 'disconnected',
      () => first?.connection.state.kind ?? '',
    );
    await untilGone(pid);
  });
});
