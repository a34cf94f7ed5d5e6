import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { processOrWorker } from '../../../src/connection/process-or-worker.ts';
import { startProxyWorker } from '../../../src/connection/proxy-worker.ts';
import type { ProxyWorker, ProxyWorkerListener } from '../../../src/connection/proxy-worker.ts';
import type { ControlPlace } from '../../../src/connection/control-place.ts';
import type { FromWorker, ToWorker } from '../../../src/proxy/messages.ts';
import { newPlace, processAt, processFile, untilGone } from '../../support/proxy-process/attached-window.ts';
import { Changes } from '../../support/changes.ts';
import { RecordingUpstream } from './recording-upstream.ts';
import { credential, sessionToken, upstreamSecret } from './test-proxy.ts';

const workerFile = fileURLToPath(new URL('../../../src/proxy/worker.ts', import.meta.url));

/** What a window has of its proxy, wherever that runs. */
class Handle {
  readonly messages: FromWorker[] = [];
  readonly exits: string[] = [];
  readonly log: string[] = [];
  readonly worker: ProxyWorker;
  readonly #changes = new Changes();

  constructor(place: (() => Promise<ControlPlace | undefined>) | undefined, file = processFile) {
    const listener = {
      onMessage: (message: FromWorker) => {
        this.messages.push(message);
        this.#changes.notify();
      },
      onExit: (reason: string) => {
        this.exits.push(reason);
        this.#changes.notify();
      },
      onEnded: () => undefined,
    };
    const startWorker = (given: ProxyWorkerListener): ProxyWorker => startProxyWorker(workerFile, given);
    this.worker =
      place === undefined
        ? startWorker(listener)
        : processOrWorker({
            process: { file, place, aloneMs: 1000 },
            startWorker,
            log: (line) => this.log.push(line),
          })(listener);
  }

  post(...messages: readonly ToWorker[]): void {
    for (const message of messages) this.worker.post(message);
  }

  async until<T extends FromWorker['type']>(type: T): Promise<Extract<FromWorker, { type: T }>> {
    return this.#changes.until(
      () =>
        this.messages.find((message): message is Extract<FromWorker, { type: T }> => message.type === type),
      type,
    );
  }

  async untilExit(): Promise<void> {
    await this.#changes.until(() => this.exits[0], 'its exit');
  }
}

const kinds = {
  'a worker thread': () => new Handle(undefined),
  'a process of its own': async () => {
    const place = await newPlace();
    return new Handle(async () => Promise.resolve(place));
  },
  'a worker thread, where no folder can be trusted': () => new Handle(async () => Promise.resolve(undefined)),
  'a worker thread, where the process does not start': async () => {
    const place = await newPlace();
    return new Handle(async () => Promise.resolve(place), fileURLToPath(import.meta.url));
  },
};

for (const [where, open] of Object.entries(kinds)) {
  describe(`The proxy in ${where}`, () => {
    let upstream: RecordingUpstream;
    let handle: Handle;

    beforeEach(async () => {
      upstream = await RecordingUpstream.start();
      handle = await open();
    });

    afterEach(async () => {
      await handle.worker.close({ forAll: true });
      await upstream.stop();
    });

    async function connect(): Promise<number> {
      const { origin } = upstream;
      const trust = { kind: 'roots', added: [], isComplete: true } as const;
      const way = { id: '', origin, basePath: '', httpProxy: undefined, trust, clientCertificate: undefined };
      handle.post({ type: 'upstream', upstream: way }, { type: 'credential', credential: credential(1) });
      handle.post({ type: 'listen', port: 0, sessionToken });
      return (await handle.until('listening')).port;
    }

    const request = async (port: number): Promise<Response> =>
      fetch(`http://127.0.0.1:${port}/api/x`, { headers: { authorization: `Bearer ${sessionToken}` } });

    it('listens with what it was told before, signs requests in and reports', async () => {
      const port = await connect();
      assert.equal((await request(port)).status, 200);
      assert.ok(upstream.requests[0]?.fields.includes(`Authorization: Bearer ${upstreamSecret}`));
      assert.equal((await handle.until('statistics')).statistics.openConnections, 1);
      const outcome = await handle.until('credentialOutcome');
      assert.deepEqual([outcome.version, outcome.outcome], [1, 'accepted']);
    });

    it('says that another program has the port', async () => {
      const stranger = createServer((socket) => socket.destroy()).listen(0, '127.0.0.1');
      await once(stranger, 'listening');
      const { port } = stranger.address() as AddressInfo;
      handle.post({ type: 'listen', port, sessionToken });
      const failed = await handle.until('listenFailed');
      assert.deepEqual([failed.code, failed.port], ['EADDRINUSE', port]);
      stranger.close();
    });

    it('lets its port go when it is closed', async () => {
      const port = await connect();
      await handle.worker.close();
      await assert.rejects(request(port));
      assert.deepEqual(handle.exits, []);
    });

    if (where === 'a process of its own') {
      it('reports that it died', async () => {
        const pid = (await processAt(await connect())) ?? 0;
        process.kill(pid, 'SIGKILL');
        await handle.untilExit();
        await untilGone(pid);
      });
    }

    if (where.includes('where')) {
      it('says why it has no process', async () => {
        await connect();
        assert.match(handle.log.join(), /^The local proxy runs in this window and ends with it: .*\(.+\)\.$/);
      });
    }
  });
}
