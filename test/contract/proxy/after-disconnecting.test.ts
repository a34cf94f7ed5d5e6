import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import type { ControlPlace } from '../../../src/connection/control-place.ts';
import type { PortHolder } from '../../../src/connection/hold-port.ts';
import { holdPort } from '../../../src/connection/hold-port.ts';
import { listenerOf } from '../../../src/connection/local-proof.ts';
import { endLeftProxy } from '../../../src/connection/end-left-proxy.ts';
import { startProxyWorker } from '../../../src/connection/proxy-worker.ts';
import { disconnectedResponse } from '../../../src/proxy/responses.ts';
import type { ToWorker } from '../../../src/proxy/messages.ts';
import {
  AttachedWindow,
  isRunning,
  newPlace,
  processAt,
  processFile,
  untilGone,
} from '../../support/proxy-process/attached-window.ts';
import { note } from '../../support/servers/left-over.ts';
import { RecordingUpstream } from './recording-upstream.ts';
import { credential } from './test-proxy.ts';

const workerFile = fileURLToPath(new URL('../../../src/proxy/worker.ts', import.meta.url));
const token = 'canary-session-token';
const words =
  'MLflow Secrets Auth: MLflow is disconnected in this VS Code window. Run "MLflow: Connect" there to go on; without it, new terminals and kernels have only credentials of your own. (proxy.notConnected)';

describe('The port of a connection that has ended', () => {
  let place: ControlPlace;
  let upstream: RecordingUpstream;
  let closers: (() => unknown)[];

  beforeEach(async () => {
    place = await newPlace();
    upstream = await RecordingUpstream.start();
    closers = [];
  });

  afterEach(async () => {
    for (const close of closers.reverse()) await close();
    await upstream.stop();
  });

  async function connect(options: { port?: number; sessionToken?: string } = {}): Promise<AttachedWindow> {
    const window = new AttachedWindow(place, { aloneMs: 300 });
    closers.push(async () => window.end());
    await window.listen(options.port ?? 0, options.sessionToken ?? token);
    const way: ToWorker = {
      type: 'upstream',
      upstream: {
        ...{ id: '', origin: upstream.origin, basePath: '', httpProxy: undefined },
        ...{ trust: { kind: 'roots', added: [], isComplete: true }, clientCertificate: undefined },
      },
    };
    window.post(way, { type: 'credential', credential: credential(1) });
    return window;
  }

  async function hold(
    port: number,
    place: () => Promise<ControlPlace | undefined>,
    sessionToken = token,
  ): Promise<PortHolder | undefined> {
    const startWorker = (
      listener: Parameters<typeof startProxyWorker>[1],
    ): ReturnType<typeof startProxyWorker> => startProxyWorker(workerFile, listener);
    const process = { file: processFile, place, aloneMs: 300 };
    const holder = await holdPort({ process, startWorker }, { port, sessionToken }, disconnectedResponse());
    if (holder !== undefined) closers.push(async () => holder.release());
    const pid = await processAt(port);
    if (pid !== undefined && pid !== globalThis.process.pid) closers.push(note(pid));
    return holder;
  }

  const atPlace = async (): Promise<ControlPlace> => Promise.resolve(place);

  async function ask(port: number, sessionToken = token): Promise<{ status: number; message: string }> {
    const headers = { authorization: `Bearer ${sessionToken}`, connection: 'close' };
    const response = await fetch(`http://127.0.0.1:${port}/api/2.0/mlflow/runs/log-metric`, {
      ...{ method: 'POST', body: '{}', headers },
    });
    const text = await response.text();
    return {
      status: response.status,
      message: text === 'ok' ? text : (JSON.parse(text) as { message: string }).message,
    };
  }

  /** A connection that served a request and was ended, and its port. */
  async function disconnected(): Promise<{ readonly port: number; readonly pid: number }> {
    const { port, pid, proxy } = await connect();
    assert.equal((await ask(port)).status, 200);
    await proxy.close();
    await untilGone(pid);
    return { port, pid };
  }

  for (const where of ['process', 'worker'] as const) {
    it(`is answered by a new ${where}, which has no credential, knows no server and says so at once`, async () => {
      const { port } = await disconnected();
      const before = upstream.requests.length;
      assert.ok(await hold(port, where === 'process' ? atPlace : async () => Promise.resolve(undefined)));
      assert.deepEqual(await ask(port), { status: 424, message: words });
      assert.equal((await ask(port, `${token}.of-a-server`)).status, 424);
      assert.equal((await ask(port, 'canary-guess')).status, 401);
      const page = await fetch(`http://127.0.0.1:${port}/`, {
        headers: { 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document', 'sec-fetch-site': 'none' },
        redirect: 'manual',
      });
      assert.equal(page.status, 401, 'a page leads nowhere');
      assert.equal(await listenerOf(port, token), 'ours', 'clients are shown a proof, as before');
      assert.equal(upstream.requests.length, before);
    });
  }

  it('is taken over, at once and without a gap, by a window that connects again', async () => {
    const { port } = await disconnected();
    const holder = await hold(port, atPlace);
    const pid = await processAt(port);
    await holder?.release();
    const window = await connect({ port });
    assert.deepEqual([window.port, window.pid], [port, pid]);
    assert.deepEqual(await ask(port), { status: 200, message: 'ok' });
  });

  it('lets nobody in with a revoked token when a window connects again with another', async () => {
    const { port } = await disconnected();
    await hold(port, atPlace);
    // Another window: it does not take the token of before for its own.
    const window = await connect({ port, sessionToken: 'canary-new' });
    assert.equal(window.port, port);
    assert.equal((await ask(port, 'canary-new')).status, 200);
    assert.equal((await ask(port)).status, 401);
  });

  it('is not held once the window is gone for a while', async () => {
    const { port } = await disconnected();
    const holder = await hold(port, atPlace);
    const pid = (await processAt(port)) ?? 0;
    await holder?.release();
    await untilGone(pid);
  });

  it('does not keep the credential of another window, which has used it and left', async () => {
    const { port } = await disconnected();
    const holder = await hold(port, atPlace);
    const other = await connect({ port });
    assert.equal((await ask(port)).status, 200);
    await other.proxy.leave();
    await untilGone(other.pid);
    await holder?.gone;
  });

  it('is let go with all else where everything is revoked, and otherwise not', async () => {
    const { port } = await disconnected();
    const holder = await hold(port, atPlace);
    const pid = (await processAt(port)) ?? 0;
    const options = { file: processFile, aloneMs: 300, place: atPlace };
    await endLeftProxy(options, { forAll: false });
    assert.ok(isRunning(pid));
    assert.equal((await ask(port)).status, 424);
    await endLeftProxy(options, { forAll: true });
    await untilGone(pid);
    await holder?.gone;
  });

  it('is left to another window that is connected, and to another program', async () => {
    const window = await connect();
    assert.equal(await hold(window.port, atPlace), undefined);
    assert.equal((await ask(window.port)).status, 200);
    await window.proxy.close();
    await untilGone(window.pid);
    const program = createServer().listen(0, '127.0.0.1');
    closers.push(() => program.close());
    await once(program, 'listening');
    assert.equal(await hold((program.address() as AddressInfo).port, atPlace), undefined);
  });
});
