import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { connect } from 'node:net';
import { dirname } from 'node:path';
import { connectControl, digestOf } from '../../../src/connection/control-connection.ts';
import type { ControlPlace } from '../../../src/connection/control-place.ts';
import { endLeftProxy } from '../../../src/connection/end-left-proxy.ts';
import { disconnectedResponse } from '../../../src/proxy/responses.ts';
import { keptConnections } from '../../../src/connection/kept-connections.ts';
import type { FramedSocket } from '../../../src/proxy/control/framed-socket.ts';
import type { ToProcess } from '../../../src/proxy/control/control-messages.ts';
import {
  AttachedWindow,
  isRunning,
  newPlace,
  processFile as file,
  untilGone,
} from '../../support/proxy-process/attached-window.ts';
import { until } from '../../support/until.ts';
import { connectingTo, statusAt } from './attached-proxy.ts';
import { RawClient } from './raw-client.ts';
import { RecordingUpstream } from './recording-upstream.ts';
import { sessionToken } from './test-proxy.ts';
import type { ToWorker } from '../../../src/proxy/messages.ts';

/** In place of two minutes. */
const aloneMs = 500;
const secondMs = 1000;

type Said = ToProcess | ToWorker;

/** A window that somebody looks at, one that nobody sees any more, and the process of both. */
interface Windows {
  readonly seen: AttachedWindow;
  readonly unseen: FramedSocket;
}

/**
 * Every end but two, which take longer than a test does and are in test/unit/proxy/process/process-life.test.ts: half an
 * hour in which nobody uses it, and ten minutes after the files of the extension are gone.
 */
describe('The process of the proxy that two windows use', () => {
  const started: AttachedWindow[] = [];
  let place: ControlPlace;
  let upstream: RecordingUpstream;

  beforeEach(async () => {
    place = await newPlace();
    upstream = await RecordingUpstream.start();
  });

  afterEach(async () => {
    for (const window of started.splice(0)) await window.end();
    await upstream.stop();
  });

  async function attach(...messages: readonly Said[]): Promise<FramedSocket> {
    const attached = await connectControl(place, await digestOf(file));
    assert.ok(typeof attached === 'object');
    const { socket } = attached;
    socket.listen(
      () => undefined,
      () => undefined,
    );
    for (const message of messages) say(socket, message);
    return socket;
  }

  async function open(): Promise<Windows> {
    const seen = await AttachedWindow.open(place, { aloneMs });
    started.push(seen);
    const unseen = await attach({ type: 'listen', port: 0, sessionToken }, ...connectingTo(upstream));
    await until(
      async () => (await statusAt(seen)) === 200,
      () => 'it does not serve',
    );
    return { seen, unseen };
  }

  /** A client that stays. */
  async function use({ port }: AttachedWindow): Promise<RawClient> {
    const client = await RawClient.connect(port);
    const head = `GET /api/x HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nAuthorization: Bearer ${sessionToken}\r\n\r\n`;
    client.write(head);
    await client.has((text) => text.startsWith('HTTP/1.1 200 '), 'a response');
    return client;
  }

  async function isKept({ seen, unseen }: Windows, hours: number): Promise<void> {
    say(unseen, { type: 'prepare', afterClose: { kind: 'whileInUse', hours, plan: undefined } });
    assert.equal(await statusAt(seen), 200);
    say(unseen, { type: 'leave' });
    await until(
      async () => (await keptConnections([place], { file })).some((kept) => kept.until !== undefined),
      () => 'it is not kept',
    );
  }

  const options = { file, aloneMs, place: async () => Promise.resolve(place) };

  const ends: Readonly<Record<string, (windows: Windows) => Promise<void> | void>> = {
    'that other window is closed': ({ unseen }) => say(unseen, { type: 'leave' }),
    'the extension host of that other window dies': ({ unseen }) => unseen.destroy(),
    'that other window disconnects, too': ({ unseen }) => say(unseen, { type: 'end', forAll: false }),
    'somebody disconnects and revokes, for all windows': async () => endLeftProxy(options, { forAll: true }),
    'it gets SIGTERM': ({ seen }) => {
      process.kill(seen.pid, 'SIGTERM');
    },
    'it is killed': ({ seen }) => {
      process.kill(seen.pid, 'SIGKILL');
    },
    'nothing is to go on, and that other window is closed': ({ unseen }) => {
      say(unseen, { type: 'prepare', afterClose: { kind: 'end' } });
      say(unseen, { type: 'leave' });
    },
    'it is kept for a client, and its hours are over': async (windows) => {
      const client = await use(windows.seen);
      await isKept(windows, 4 / 3600);
      await client.ended();
    },
    'it is kept for a client, and somebody ends what is kept': async (windows) => {
      await use(windows.seen);
      await isKept(windows, 1);
      for (const kept of await keptConnections([place], { file })) await kept.end();
    },
    'it is kept for a client, and a window disconnects': async (windows) => {
      await use(windows.seen);
      await isKept(windows, 1);
      await endLeftProxy(options, { forAll: false });
    },
    'it is kept for a client, and a window comes back and closes with nothing kept': async (windows) => {
      await use(windows.seen);
      await isKept(windows, 1);
      const back = await attach({ type: 'listen', port: 0, sessionToken }, ...connectingTo(upstream));
      say(back, { type: 'prepare', afterClose: { kind: 'shortly' } });
      assert.equal(await statusAt(windows.seen), 200);
      say(back, { type: 'leave' });
    },
  };

  for (const [what, end] of Object.entries(ends)) {
    it(`goes on after one has disconnected, and is gone soon after ${what}`, async () => {
      const windows = await open();
      const { seen } = windows;
      await seen.proxy.close();
      assert.equal(await statusAt(seen), 200, 'the other one still uses it');
      const before = performance.now();
      await end(windows);
      await untilGone(seen.pid);
      assert.ok(performance.now() - before < aloneMs + 15 * secondMs);
      await isRefused(seen.port);
      if (what !== 'it is killed') assert.deepEqual(await readdir(dirname(place.path)), []);
      windows.unseen.destroy();
    });
  }

  it('ends where it only holds the port after a Disconnect, and its window dies', async () => {
    const window = await AttachedWindow.open(place, { aloneMs });
    started.push(window);
    const holder = await attach({ type: 'hold', response: disconnectedResponse() });
    await window.proxy.leave();
    assert.ok(isRunning(window.pid));
    holder.destroy();
    await untilGone(window.pid);
    await isRefused(window.port);
  });
});

function say(window: FramedSocket, message: Said): void {
  window.send(message);
}

async function isRefused(port: number): Promise<void> {
  const socket = connect(port, '127.0.0.1');
  const [error] = (await once(socket, 'error')) as [NodeJS.ErrnoException];
  assert.equal(error.code, 'ECONNREFUSED');
}
