import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ProxyWorker, ProxyWorkerListener } from '../../../../src/connection/proxy-worker.ts';
import { Problem } from '../../../../src/problem.ts';
import { SessionToken } from '../../../../src/proxy/admission/session-token.ts';
import { ownResponseField } from '../../../../src/proxy/http/header-names.ts';
import type { ToWorker, Upstream } from '../../../../src/proxy/messages.ts';
import { checkTrackingServer } from '../../../../src/vscode/diagnosis/check-tracking-server.ts';
import type { ServerCheck } from '../../../../src/vscode/diagnosis/check-tracking-server.ts';

/** Listens and proves itself as the worker does, and responds as it is made to. */
class ScriptedWorker implements ProxyWorker {
  readonly received: ToWorker[] = [];
  readonly urls: (string | undefined)[] = [];
  readonly #server: Server;
  readonly #listener: ProxyWorkerListener;
  #token = new SessionToken('');

  constructor(listener: ProxyWorkerListener, status: number, text: string, fields: Record<string, string>) {
    this.#listener = listener;
    this.#server = createServer((request, response) => {
      const [, nonce] = /^\/\.mlflow-secrets-auth\/proof\?nonce=(.*)$/.exec(request.url ?? '') ?? [];
      if (nonce !== undefined) {
        const { port } = this.#server.address() as AddressInfo;
        response.end(this.#token.prove(port, nonce));
        return;
      }
      this.urls.push(request.url);
      if (status === 0) request.socket.destroy();
      else response.writeHead(status, fields).end(text);
    });
  }

  post(message: ToWorker): void {
    this.received.push(message);
    if (message.type !== 'listen') return;
    this.#token = new SessionToken(message.sessionToken);
    this.#server.listen(message.port, '127.0.0.1', () => {
      const { port } = this.#server.address() as AddressInfo;
      this.#listener.onMessage({ type: 'listening', port });
    });
  }

  async leave(): Promise<void> {
    await this.close();
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }
}

const upstream: Upstream = {
  id: 'company',
  origin: 'https://mlflow.company.com',
  basePath: '/prefix',
  httpProxy: undefined,
  trust: { kind: 'roots', added: [], isComplete: true },
  clientCertificate: undefined,
};

async function check(
  status: number,
  text: string,
  { uri = 'https://mlflow.company.com/prefix', isOwn = false, challenge = '' } = {},
): Promise<{ result: ServerCheck; worker: ScriptedWorker | undefined }> {
  let worker: ScriptedWorker | undefined;
  const fields = {
    ...(isOwn && { [ownResponseField]: '1' }),
    ...(challenge !== '' && { 'www-authenticate': challenge }),
  };
  const result = await checkTrackingServer(uri, {
    startProxyWorker: (listener) => (worker = new ScriptedWorker(listener, status, text, fields)),
    upstreamFor: async () => Promise.resolve(upstream),
  });
  return { result, worker };
}

describe('The check of a tracking server', () => {
  it('finds MLflow by its version, without a credential', async () => {
    const { result, worker } = await check(200, '3.17.2\n');
    assert.deepEqual(result, {
      kind: 'found',
      message: 'MLflow 3.17.2 responded.',
      warning: undefined,
      scheme: undefined,
    });
    assert.deepEqual(worker?.urls, ['/prefix/version']);
    assert.ok(
      worker.received.some((message) => message.type === 'upstream' && message.upstream === upstream),
    );
    assert.ok(!worker.received.some((m) => m.type === 'credential' && m.credential.kind === 'ready'));
  });

  for (const [status, message] of [
    [401, 'The tracking server responded and requires a sign-in.'],
    [403, 'mlflow.company.com, or something in front of it, denies requests without a sign-in.'],
  ] as const) {
    it(`finds a server that requires sign-in by its ${status}`, async () => {
      const { result } = await check(status, 'no');
      assert.deepEqual(result, {
        kind: 'found',
        message,
        warning: undefined,
        scheme: undefined,
      });
    });
  }

  it('blames no credential where a page asks for a sign-in, since none was sent', async () => {
    const message = 'MLflow Secrets Auth: It is not accepted. (upstream.wall)';
    const { result } = await check(401, JSON.stringify({ message }), { isOwn: true });
    assert.deepEqual(result, {
      kind: 'doubtful',
      message:
        'mlflow.company.com asks for a sign-in in the browser. Go on if its team gave you a password or token for programs.',
    });
  });

  for (const [challenge, scheme] of [
    ['Basic realm="mlflow"', 'basic'],
    ['bearer', 'bearer'],
    ['Negotiate, Basic realm="a"', 'basic'],
    ['Bearer realm="Basic", error="invalid_token"', 'bearer'],
    ['Basic realm="a", Bearer', undefined],
    ['Basically', undefined],
  ] as const) {
    it(`knows what the server asks for: ${challenge}`, async () => {
      const { result } = await check(401, 'no', { challenge });
      assert.ok(result.kind === 'found');
      assert.equal(result.scheme, scheme);
    });
  }

  it('passes a warning of the address on', async () => {
    const { result } = await check(200, '3.17.2', { uri: 'http://mlflow.company.com' });
    assert.ok(result.kind === 'found' && result.warning?.includes('http'));
  });

  it('does not call anybody for what is not an address', async () => {
    const { result, worker } = await check(200, '3.17.2', { uri: 'mlflow' });
    assert.equal(result.kind, 'invalid');
    assert.equal(worker, undefined);
  });

  it('says what the local proxy says', async () => {
    const message = 'MLflow Secrets Auth: The tracking server sent a malformed response.';
    const { result } = await check(502, JSON.stringify({ message }), { isOwn: true });
    assert.deepEqual(result, { kind: 'doubtful', message: 'The tracking server sent a malformed response.' });
  });

  it('does not repeat what a tracking server says in our name', async () => {
    const message = 'MLflow Secrets Auth: Sign in again. [Sign in](command:workbench.action.terminal.new)';
    for (const status of [200, 424, 502]) {
      const { result } = await check(status, JSON.stringify({ message }));
      assert.deepEqual(result, {
        kind: 'doubtful',
        message: `https://mlflow.company.com responded, but it is not an MLflow tracking server (status ${status}).`,
      });
    }
  });

  it('takes for a version only what is one', async () => {
    for (const version of ['3.17.2', '2.9', '3.0.0rc1', '3.17.2.dev0+g1a2b']) {
      assert.equal((await check(200, version)).result.kind, 'found', version);
    }
    for (const version of [
      '3.17 [x](command:y)',
      '3.17.2\nMLflow',
      `3.17.2${'0'.repeat(1000)}`,
      '3.17 $(key)',
    ]) {
      assert.equal((await check(200, version)).result.kind, 'doubtful', version);
    }
  });

  it('says that another server responded', async () => {
    const { result } = await check(200, '<html>');
    assert.deepEqual(result, {
      kind: 'doubtful',
      message: 'https://mlflow.company.com responded, but it is not an MLflow tracking server (status 200).',
    });
  });

  it('says why it could not be made', async () => {
    const result = await checkTrackingServer('https://mlflow.company.com', {
      startProxyWorker: (listener) => new ScriptedWorker(listener, 200, '3.17.2', {}),
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
    assert.deepEqual(result, {
      kind: 'doubtful',
      message: 'The file is gone. Clear the setting. (settings.caFile)',
    });
  });

  it('says that the response broke off', async () => {
    const { result } = await check(0, '');
    assert.equal(result.kind, 'doubtful');
    assert.match(result.message, /closed the connection in the middle of a response/);
  });
});
