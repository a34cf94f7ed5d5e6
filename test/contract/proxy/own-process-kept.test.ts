import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { allControlPlaces, controlPlace } from '../../../src/connection/control-place.ts';
import { keptConnections } from '../../../src/connection/kept-connections.ts';
import type { KeptConnection } from '../../../src/connection/kept-connections.ts';
import type { AfterClose } from '../../../src/proxy/control/control-messages.ts';
import {
  AttachedWindow,
  isRunning,
  processFile as file,
  untilGone,
} from '../../support/proxy-process/attached-window.ts';
import { runFolder } from '../../support/servers/run-folder.ts';
import { until } from '../../support/until.ts';
import { connectingTo, statusAt } from './attached-proxy.ts';
import { RawClient } from './raw-client.ts';
import { RecordingUpstream } from './recording-upstream.ts';
import { credential, sessionToken } from './test-proxy.ts';

describe('The process of the proxy, after the last window,', () => {
  const windows: AttachedWindow[] = [];
  const clients: RawClient[] = [];
  let folder: string;
  let key: string;
  let upstream: RecordingUpstream;

  beforeEach(async () => {
    folder = await runFolder('kept');
    key = `canary-${randomBytes(32).toString('hex')}`;
    upstream = await RecordingUpstream.start();
  });

  afterEach(async () => {
    for (const window of windows.splice(0)) await window.end();
    await upstream.stop();
  });

  async function open(afterClose: AfterClose, aloneMs = 300): Promise<AttachedWindow> {
    const place = await controlPlace({ folder, key, workspaceId: 'one' });
    assert.ok(place !== undefined);
    const window = await AttachedWindow.open(place, { aloneMs, folder: 'churn' });
    windows.push(window);
    window.post(...connectingTo(upstream, 1, 'one'), { type: 'prepare', afterClose });
    assert.equal(await statusAt(window), 200);
    return window;
  }

  /** A client that keeps its connection. */
  async function use({ port }: AttachedWindow): Promise<RawClient> {
    const client = await RawClient.connect(port);
    clients.push(client);
    const head = `GET /api/x HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nAuthorization: Bearer ${sessionToken}\r\n\r\n`;
    client.write(head);
    await client.has((text) => text.startsWith('HTTP/1.1 200 '), 'a response');
    return client;
  }

  const kept = async (): Promise<readonly KeptConnection[]> =>
    keptConnections(await allControlPlaces({ folder, key }), { file });

  const whileInUse: AfterClose = { kind: 'whileInUse', hours: 2, plan: undefined };

  async function untilKept(): Promise<KeptConnection> {
    let found: KeptConnection | undefined;
    await until(
      async () => (found = (await kept()).find((one) => one.until !== undefined)) !== undefined,
      () => 'it is not kept',
    );
    assert.ok(found !== undefined);
    return found;
  }

  it('goes on for a client that is connected, says who that is, and is ended by whoever holds the key', async () => {
    const window = await open(whileInUse);
    await use(window);
    assert.deepEqual(await kept(), [], 'while a window is attached');
    await window.proxy.leave();
    const found = await untilKept();
    assert.equal(found.folder, 'churn');
    assert.equal(found.origin, upstream.origin);
    assert.equal(found.until, found.since + 2 * 3_600_000);
    if (process.platform === 'linux') {
      assert.deepEqual(found.clients, [`from node (process ${process.pid})`]);
    }
    assert.equal(await statusAt(window), 200);
    assert.ok(isRunning(window.pid), 'to look is not to attach');
    await found.end();
    await untilGone(window.pid);
    assert.deepEqual(await kept(), []);
  });

  it('tells the next window how long it was kept, and what it did', async () => {
    const window = await open(whileInUse);
    await use(window);
    await window.proxy.leave();
    await untilKept();
    assert.equal(await statusAt(window), 200);
    const place = await controlPlace({ folder, key, workspaceId: 'one' });
    assert.ok(place !== undefined && (await new AttachedWindow(place).proxy.isThere()));
    const stranger = new AttachedWindow({ ...place, key: Buffer.from(sessionToken) });
    assert.ok(!(await stranger.proxy.isThere()), 'to who holds the key only');
    const again = await open(whileInUse);
    assert.equal(again.pid, window.pid);
    const { wentOn } = again;
    assert.ok(wentOn?.wasKept);
    assert.deepEqual([wentOn.requests, wentOn.refreshes], [1, 0]);
    assert.ok(wentOn.forMs >= 300);
  });

  it('serves the last credential until its end, and says then what to do', async () => {
    const window = await open(whileInUse);
    const client = await use(window);
    const expiresAt = Date.now() + 2000;
    const last = credential(2, { expiresAt, refreshAt: expiresAt });
    window.post({ type: 'credential', credential: last });
    await window.proxy.leave();
    await untilKept();
    await until(
      async () => (await statusAt(window)) === 424,
      () => 'the credential still serves',
    );
    client.destroy();
  });

  it('ends soon where that was chosen, and after its time where nobody uses it', async () => {
    const ending = await open({ kind: 'end' }, 60_000);
    await use(ending);
    const leftAt = performance.now();
    await ending.proxy.leave();
    await untilGone(ending.pid);
    assert.ok(performance.now() - leftAt < 3500);
  });
});
