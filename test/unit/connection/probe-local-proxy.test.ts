import assert from 'node:assert/strict';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { RequestListener, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { probeLocalProxy, proxyMessage } from '../../../src/connection/probe-local-proxy.ts';
import { SessionToken } from '../../../src/proxy/admission/session-token.ts';

describe('A probe of the local proxy', () => {
  let server: Server | undefined;

  async function listen(handler: RequestListener, token = new SessionToken('session')): Promise<number> {
    server = createServer((request, response) => {
      const nonce = /^\/\.mlflow-secrets-auth\/proof\?nonce=(.*)$/.exec(request.url ?? '')?.[1];
      if (nonce === undefined) handler(request, response);
      else response.end(token.prove(request.socket.localPort ?? 0, nonce));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return (server.address() as AddressInfo).port;
  }

  afterEach(async () => {
    server?.closeAllConnections();
    server?.close();
    if (server?.listening) await once(server, 'close');
    server = undefined;
  });

  it('sends the session token, and has status and text of the response', async () => {
    let authorization: string | undefined;
    const port = await listen((request, response) => {
      ({ authorization } = request.headers);
      response.writeHead(404).end(`no ${String(request.url)}`);
    });
    assert.deepEqual(await probeLocalProxy(port, '/version', 'session'), {
      kind: 'response',
      status: 404,
      text: 'no /version',
      isOwn: false,
      challenge: undefined,
      location: undefined,
    });
    assert.equal(authorization, 'Bearer session');
  });

  it('shows the session token to nobody who has not proved to be the proxy', async () => {
    const heard: string[] = [];
    const hear: RequestListener = (request, response) => {
      heard.push(JSON.stringify([request.url, request.headers]));
      response.end('{}');
    };
    const stranger = await listen(hear, new SessionToken('guessed'));
    assert.deepEqual(await probeLocalProxy(stranger, '/', 'session.server'), { kind: 'none' });
    server?.close();
    const known = await listen(hear);
    assert.equal((await probeLocalProxy(known, '/', 'session.server')).kind, 'response');
    assert.equal(heard.length, 1);
    assert.match(heard[0] ?? '', /Bearer session\.server/);
  });

  it('takes no more of a response than it needs', async () => {
    const port = await listen((_request, response) => response.end('x'.repeat(3_000_000)));
    const result = await probeLocalProxy(port, '/', 'session');
    assert.ok(result.kind === 'response' && result.text.length <= 1_048_576);
  });

  it('reads a response that a gateway has compressed, although nobody asked for it', async () => {
    const text = '{"experiments":[]}';
    for (const [coding, body] of [
      ['gzip', gzipSync(text)],
      ['deflate', deflateSync(text)],
      ['br', brotliCompressSync(text)],
    ] as const) {
      const port = await listen((_request, response) =>
        response.writeHead(200, { 'content-encoding': coding }).end(body),
      );
      const result = await probeLocalProxy(port, '/', 'session');
      assert.ok(result.kind === 'response');
      assert.equal(result.text, text);
      server?.close();
    }
  });

  it('waits no longer for a response that comes byte by byte', async () => {
    const port = await listen((_request, response) => {
      const timer = setInterval(() => response.write('x'), 10);
      response.on('close', () => clearInterval(timer));
    });
    assert.deepEqual(await probeLocalProxy(port, '/', 'session', AbortSignal.timeout(200)), { kind: 'none' });
  });

  it('waits for no end of a response that is longer than any it knows', async () => {
    const port = await listen((_request, response) => void response.write('x'.repeat(3_000_000)));
    const result = await probeLocalProxy(port, '/', 'session');
    assert.ok(result.kind === 'response' && result.text.length <= 1_048_576);
  });

  it('has no response where nothing listens', async () => {
    const port = await listen(() => undefined);
    server?.close();
    assert.deepEqual(await probeLocalProxy(port, '/', 'session'), { kind: 'none' });
  });

  it('tells a response that breaks off from none', async () => {
    const breaking = await listen((request) => request.socket.destroy());
    assert.deepEqual(await probeLocalProxy(breaking, '/', 'session'), { kind: 'cutOff' });
    server?.close();
    const cutting = await listen((request, response) => {
      response.writeHead(200, { 'content-length': '10' });
      response.write('12345', () => request.socket.destroy());
    });
    assert.deepEqual(await probeLocalProxy(cutting, '/', 'session'), { kind: 'cutOff' });
  });
});

describe('The message of a response', () => {
  const text = (message: unknown): string => JSON.stringify({ error_code: 'INVALID_STATE', message });
  const said = (body: string, isOwn: boolean): string | undefined =>
    proxyMessage({ kind: 'response', status: 424, text: body, isOwn });
  const sentence = 'The request is malformed.';

  it('is known where the proxy itself responded', () => {
    assert.equal(said(text(`MLflow Secrets Auth: ${sentence}`), true), sentence);
  });

  it('is not taken from a tracking server that writes as the proxy does', () => {
    assert.equal(said(text(`MLflow Secrets Auth: ${sentence}`), false), undefined);
  });

  for (const [what, body] of [
    ['an error of MLflow', text('Permission denied')],
    ['a page', '<html></html>'],
    ['a version', '3.17.2'],
    ['nothing', 'null'],
    ['a message that is no text', text(7)],
  ] as const) {
    it(`is not taken from ${what}`, () => assert.equal(said(body, true), undefined));
  }

  it('is not there where there was no response', () => {
    assert.equal(proxyMessage({ kind: 'none' }), undefined);
  });
});
