import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ProxyWorker, ProxyWorkerListener } from '../../../../src/connection/proxy-worker.ts';
import { Problem } from '../../../../src/problem.ts';
import type { ToWorker, Upstream } from '../../../../src/proxy/messages.ts';
import { checkTrackingServer } from '../../../../src/vscode/diagnosis/check-tracking-server.ts';
import type { ServerCheck } from '../../../../src/vscode/diagnosis/check-tracking-server.ts';

/** Listens as the worker does, and responds as it is made to. */
class ScriptedWorker implements ProxyWorker {
  readonly received: ToWorker[] = [];
  readonly urls: (string | undefined)[] = [];
  readonly #server: Server;
  readonly #listener: ProxyWorkerListener;

  constructor(listener: ProxyWorkerListener, status: number, text: string) {
    this.#listener = listener;
    this.#server = createServer((request, response) => {
      this.urls.push(request.url);
      if (status === 0) request.socket.destroy();
      else response.writeHead(status).end(text);
    });
  }

  post(message: ToWorker): void {
    this.received.push(message);
    if (message.type !== 'listen') return;
    this.#server.listen(message.port, '127.0.0.1', () => {
      const { port } = this.#server.address() as AddressInfo;
      this.#listener.onMessage({ type: 'listening', port });
    });
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }
}

const upstream: Upstream = {
  origin: 'https://mlflow.company.com',
  httpProxy: undefined,
  extraCertificates: [],
};

async function check(
  status: number,
  text: string,
  uri = 'https://mlflow.company.com/prefix',
): Promise<{ result: ServerCheck; worker: ScriptedWorker | undefined }> {
  let worker: ScriptedWorker | undefined;
  const result = await checkTrackingServer(uri, {
    startProxyWorker: (listener) => (worker = new ScriptedWorker(listener, status, text)),
    upstreamFor: async () => Promise.resolve(upstream),
  });
  return { result, worker };
}

describe('The check of a tracking server', () => {
  it('finds MLflow by its version, without a credential', async () => {
    const { result, worker } = await check(200, '3.17.2\n');
    assert.deepEqual(result, { kind: 'found', message: 'MLflow 3.17.2 responded.', warning: undefined });
    assert.deepEqual(worker?.urls, ['/prefix/version']);
    assert.ok(
      worker.received.some((message) => message.type === 'upstream' && message.upstream === upstream),
    );
    assert.ok(!worker.received.some((m) => m.type === 'credential' && m.credential.kind === 'ready'));
  });

  for (const status of [401, 403]) {
    it(`finds a server that requires sign-in by its ${status}`, async () => {
      const { result } = await check(status, 'no');
      assert.deepEqual(result, {
        kind: 'found',
        message: 'The server responded and requires sign-in.',
        warning: undefined,
      });
    });
  }

  it('passes a warning of the address on', async () => {
    const { result } = await check(200, '3.17.2', 'http://mlflow.company.com');
    assert.ok(result.kind === 'found' && result.warning?.includes('http'));
  });

  it('does not call anybody for what is not an address', async () => {
    const { result, worker } = await check(200, '3.17.2', 'mlflow');
    assert.equal(result.kind, 'invalid');
    assert.equal(worker, undefined);
  });

  it('says what the local proxy says', async () => {
    const message = 'MLflow Secrets Auth: The tracking server sent a malformed response.';
    const { result } = await check(502, JSON.stringify({ message }));
    assert.deepEqual(result, { kind: 'doubtful', message: 'The tracking server sent a malformed response.' });
  });

  it('says that another server responded', async () => {
    const { result } = await check(200, '<html>');
    assert.deepEqual(result, {
      kind: 'doubtful',
      message: 'https://mlflow.company.com responded, but it is not an MLflow server (status 200).',
    });
  });

  it('says why it could not be made', async () => {
    const result = await checkTrackingServer('https://mlflow.company.com', {
      startProxyWorker: (listener) => new ScriptedWorker(listener, 200, '3.17.2'),
      upstreamFor: async () =>
        Promise.reject(
          new Problem({
            code: 'settings.caFile',
            message: 'The file is gone.',
            remedy: 'Clear the setting.',
            retry: 'afterFix',
          }),
        ),
    });
    assert.deepEqual(result, { kind: 'doubtful', message: 'The file is gone. Clear the setting.' });
  });

  it('says that nobody responded', async () => {
    const { result } = await check(0, '');
    assert.deepEqual(result, { kind: 'doubtful', message: 'The local proxy did not respond.' });
  });
});
