import assert from 'node:assert/strict';
import dns from 'node:dns';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import type { IncomingHttpHeaders } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { createServer } from 'node:net';
import type { AddressInfo, Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UpstreamAddress } from '../../../../src/proxy/upstream/address.ts';
import { ClockSkew } from '../../../../src/proxy/upstream/certificate-time.ts';
import { dial } from '../../../../src/proxy/upstream/dial.ts';
import { DialError } from '../../../../src/proxy/upstream/dial-error.ts';
import { makeCertificates } from '../../../support/servers/certificates.ts';

const nowhere = new UpstreamAddress({
  id: '',
  origin: 'http://mlflow.company.example',
  basePath: '',
  httpProxy: { url: 'socks5://proxy.company.example', from: 'http.proxy' },
  trust: { kind: 'roots', added: [], isComplete: true },
  clientCertificate: undefined,
});

const plainWay = {
  httpProxy: undefined,
  trust: { kind: 'roots', added: [], isComplete: true },
  clientCertificate: undefined,
} as const;

interface Seen {
  readonly method: string | undefined;
  readonly headers: IncomingHttpHeaders;
}

/** What comes of a certificate that expired half an hour ago, at a server whose clock is so far away from this machine's. */
async function atServerWithClock(awayMs: number | 'silent', from = -86_400_000): Promise<[unknown, Seen[]]> {
  const folder = await mkdtemp(join(tmpdir(), 'dial-'));
  const inMs = (ms: number): Date => new Date(Date.now() + ms);
  const validity = { from: inMs(from), until: inMs(from < 0 ? -1_800_000 : 86_400_000) };
  const { key, cert, ca } = await makeCertificates(folder, ['127.0.0.1'], validity);
  const seen: Seen[] = [];
  const server = createSecureServer({ key, cert, requestCert: true, rejectUnauthorized: false });
  server.on('request', ({ method, headers }, response) => {
    seen.push({ method, headers });
    if (awayMs === 'silent') return;
    response.setHeader('Date', inMs(awayMs).toUTCString()).writeHead(404).end();
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  const origin = `https://127.0.0.1:${port}`;
  const trust = { kind: 'roots', added: [ca], isComplete: true } as const;
  const at = new UpstreamAddress({ ...plainWay, id: '', basePath: '/of-us', origin, trust });
  try {
    return [await new Promise((resolve) => dial(at, resolve)), seen];
  } finally {
    server.close();
    server.closeAllConnections();
    await rm(folder, { recursive: true });
  }
}

const codeOf = (error: unknown): unknown => (error instanceof Error && 'code' in error ? error.code : error);

describe('A certificate that is not valid now', () => {
  const hourMs = 3_600_000;

  it('is of a clock that is wrong, where it is valid by that of its server', async () => {
    for (const [awayMs, from] of [
      [-hourMs, undefined],
      [hourMs, hourMs / 2],
    ] as const) {
      const [failure, seen] = await atServerWithClock(awayMs, from);
      assert.ok(failure instanceof ClockSkew, String(failure));
      assert.ok(Math.abs(failure.differenceMs - hourMs) < 60_000, String(failure.differenceMs));
      const [request, ...others] = seen;
      assert.deepEqual([request?.method, others], ['HEAD', []]);
      assert.deepEqual(Object.keys(request?.headers ?? {}).sort(), ['connection', 'host']);
    }
  });

  it('is what it is, where the clocks agree, the difference is not the reason, or nobody says', async () => {
    for (const awayMs of [0, hourMs, 'silent'] as const) {
      const [failure] = await atServerWithClock(awayMs);
      assert.equal(codeOf(failure), 'CERT_HAS_EXPIRED', String(awayMs));
    }
  }).timeout(20_000);
});

describe('An attempt to connect to the tracking server', () => {
  let server: Server;

  beforeEach(async () => {
    server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
  });
  afterEach(() => server.close());

  const address = (): UpstreamAddress =>
    new UpstreamAddress({
      id: '',
      basePath: '',
      origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      httpProxy: undefined,
      trust: { kind: 'roots', added: [], isComplete: true },
      clientCertificate: undefined,
    });

  it('that fails at once says so later, as any other does', async () => {
    let hasReturned = false;
    const result = new Promise((resolve) => {
      dial(nowhere, (failure) => resolve([hasReturned, failure]));
      hasReturned = true;
    });
    assert.deepEqual(await result, [true, new DialError('PROXY_SCHEME')]);
  });

  it('says whether it is the name or the server that nobody answers for', async () => {
    const failureOf = async (origin: string): Promise<unknown> => {
      const { trust, httpProxy, clientCertificate } = plainWay;
      const at = new UpstreamAddress({ id: '', basePath: '', origin, httpProxy, trust, clientCertificate });
      return new Promise((resolve) => dial(at, resolve, 50));
    };
    const { lookup } = dns;
    const never: unknown = () => undefined;
    dns.lookup = never as typeof dns.lookup;
    try {
      for (const scheme of ['http', 'https'])
        assert.deepEqual(await failureOf(`${scheme}://mlflow.company.example`), new DialError('EAI_AGAIN'));
    } finally {
      dns.lookup = lookup;
    }
    const { port } = server.address() as AddressInfo;
    assert.deepEqual(await failureOf(`https://127.0.0.1:${port}`), new DialError('ETIMEDOUT'));
  });

  it('that was cancelled calls nobody back, whether it has failed already or would succeed', async () => {
    const called = (): void => assert.fail('a cancelled attempt called back');
    dial(nowhere, called)();
    const accepted = once(server, 'connection');
    const cancel = dial(address(), called);
    cancel();
    await Promise.race([accepted, new Promise((resolve) => setTimeout(resolve, 50))]);
    await new Promise((resolve) => setImmediate(resolve));
  });

  it('leaves a connection alone that was handed over, when it is cancelled afterwards', async () => {
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    const cancel = dial(address(), (result) => {
      if (result instanceof Error) reject(result);
      else {
        result.listen((bytes) => resolve(bytes.toString()));
        setImmediate(cancel);
      }
    });
    const [other] = (await once(server, 'connection')) as [NodeJS.WritableStream];
    setTimeout(() => other.end('hello'), 20);
    assert.equal(await promise, 'hello');
  });
});
