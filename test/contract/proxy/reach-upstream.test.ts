import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer as createHttpServer, request } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { Server } from 'node:https';
import { createServer as createTcpServer } from 'node:net';
import type { AddressInfo, Server as TcpServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import { makeCertificates } from '../../support/servers/certificates.ts';
import type { Certificates } from '../../support/servers/certificates.ts';
import { startCorporateProxy } from '../../support/servers/corporate-proxy.ts';
import { statuses } from './raw-client.ts';
import { RecordingUpstream } from './recording-upstream.ts';
import { bearer, TestProxy } from './test-proxy.ts';
import type { TestProxyOptions } from './test-proxy.ts';

const host = 'mlflow.company.example';

describe('The connection to the tracking server', function () {
  this.timeout(60_000);
  let folder: string;
  let certificates: Certificates;
  let server: Server;
  let resumed: boolean[];
  let names: (string | false | null)[];
  let proxy: TestProxy | undefined;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'proxy-tls-'));
    certificates = await makeCertificates(folder, [host, 'localhost', '127.0.0.1']);
  });

  after(async () => rm(folder, { recursive: true, force: true }));

  beforeEach(async () => {
    resumed = [];
    names = [];
    server = createServer({ cert: certificates.cert, key: certificates.key }, (incoming, response) => {
      incoming
        .resume()
        .on('end', () =>
          response.end(`${incoming.headers.host ?? ''} ${incoming.headers.authorization ?? ''}`),
        );
    });
    server.on('secureConnection', (socket: TLSSocket) => {
      resumed.push(socket.isSessionReused());
      names.push(socket.servername);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
  });

  afterEach(async () => {
    await proxy?.dispose();
    proxy = undefined;
    await stop(server);
  });

  const port = (): number => (server.address() as AddressInfo).port;

  async function ask(options: TestProxyOptions): Promise<string> {
    proxy ??= await TestProxy.start(options);
    return proxy.get('/api/x');
  }

  /** An answer of our own that names the host, and never the secret; the sentence. */
  function sentence(answer: string, status: number): string {
    assert.deepEqual(statuses(answer), [status], answer);
    assert.doesNotMatch(answer, /retry-after/i);
    assert.doesNotMatch(answer, /canary/);
    const { message } = JSON.parse(answer.split('\r\n\r\n')[1] ?? '') as { message: string };
    return message;
  }

  describe('over TLS', () => {
    it('trusts the given certificates, and sends the server its own name', async () => {
      const answer = await ask({
        origin: `https://localhost:${port()}`,
        extraCertificates: [certificates.ca],
      });
      assert.match(answer, new RegExp(`localhost:${port()} Bearer canary-upstream-secret`));
      assert.deepEqual(names, ['localhost']);
    });

    it('reaches a server by its address', async () => {
      const answer = await ask({
        origin: `https://127.0.0.1:${port()}`,
        extraCertificates: [certificates.ca],
      });
      assert.deepEqual(statuses(answer), [200]);
    });

    it('is kept open, and resumes the session when it is made again', async () => {
      const options = { origin: `https://localhost:${port()}`, extraCertificates: [certificates.ca] };
      const rounds = 10;
      for (let round = 0; round < rounds; round += 1) assert.deepEqual(statuses(await ask(options)), [200]);
      assert.ok(resumed.length < rounds, `${resumed.length} connections`);
      assert.equal(resumed[0], false);
      server.closeAllConnections();
      assert.deepEqual(statuses(await ask(options)), [200]);
      assert.equal(resumed.at(-1), true);
    });

    it('sends nothing to an untrusted server, and says which setting helps', async () => {
      const answer = await ask({ origin: `https://localhost:${port()}` });
      assert.match(sentence(answer, 424), /localhost:\d+.*not trusted.*caFile/);
      const { message } = await proxy!.next('upstreamTrouble');
      assert.match(message ?? '', /not trusted/);
      proxy!.setUpstream(`https://localhost:${port()}`, { extraCertificates: [certificates.ca] });
      assert.deepEqual(statuses(await ask({})), [200]);
      await proxy!.next('upstreamTrouble', ({ message: sentence }) => sentence === undefined);
    });

    it('does not accept a certificate for another name', async () => {
      const other = await makeCertificates(await mkdtemp(join(folder, 'other-')), ['other.example']);
      server.setSecureContext({ cert: other.cert, key: other.key });
      const answer = await ask({ origin: `https://localhost:${port()}`, extraCertificates: [other.ca] });
      assert.match(sentence(answer, 424), /another host name/);
    });

    it('reports a server that does not support TLS', async () => {
      const plain = createHttpServer((_request, response) => response.end('plain'));
      plain.listen(0, '127.0.0.1');
      await once(plain, 'listening');
      try {
        const answer = await ask({ origin: `https://localhost:${(plain.address() as AddressInfo).port}` });
        assert.match(sentence(answer, 424), /TLS|https/);
      } finally {
        await stop(plain);
      }
    });

    it('reports an extra certificate that cannot be read', async () => {
      const answer = await ask({
        origin: `https://localhost:${port()}`,
        extraCertificates: ['-----BEGIN CERTIFICATE-----\nno\n-----END CERTIFICATE-----\n'],
      });
      assert.match(sentence(answer, 424), /caFile/);
    });

    it('carries 20 MiB up and down, whole', async () => {
      server.removeAllListeners('request');
      server.on('request', (incoming: IncomingMessage, response: ServerResponse) => incoming.pipe(response));
      proxy = await TestProxy.start({
        origin: `https://localhost:${port()}`,
        extraCertificates: [certificates.ca],
      });
      const size = 20 * 2 ** 20;
      const body = Buffer.alloc(size, 'abcdefghijklmnopqrstuvwxyz0');
      const sending = request({
        host: '127.0.0.1',
        port: proxy.port,
        method: 'PUT',
        agent: false,
        headers: { authorization: bearer.slice('Authorization: '.length), 'content-length': size },
      });
      sending.end(body);
      const [response] = (await once(sending, 'response')) as [IncomingMessage];
      const received = Buffer.concat((await response.toArray()) as Buffer[]);
      assert.ok(received.equals(body));
    });
  });

  describe('through a company’s HTTP proxy', () => {
    const throughProxy = async (
      options: { readonly signIn?: { user: string; password: string }; readonly userInfo?: string },
      use: (httpProxy: string, tunnels: ReadonlyMap<string, number>) => Promise<void>,
    ): Promise<void> => {
      const corporate = await startCorporateProxy({
        hosts: { [`${host}:443`]: port() },
        ...(options.signIn && { signIn: options.signIn }),
      });
      try {
        const url = `http://${options.userInfo ?? ''}127.0.0.1:${corporate.port}`;
        await use(url, corporate.tunnels);
      } finally {
        await proxy?.dispose();
        proxy = undefined;
        await corporate.stop();
      }
    };
    const upstreamOf = (httpProxy: string): TestProxyOptions => ({
      origin: `https://${host}`,
      httpProxy,
      extraCertificates: [certificates.ca],
    });

    it('has the name resolved there and TLS from end to end, and keeps the tunnel open', async () => {
      await throughProxy({}, async (httpProxy, tunnels) => {
        // Idle ones are closed after a while, which passes between two requests where a machine stalls.
        const rounds = 10;
        for (let round = 0; round < rounds; round += 1) {
          assert.match(await ask(upstreamOf(httpProxy)), new RegExp(`${host} Bearer canary-upstream-secret`));
        }
        assert.deepEqual([...tunnels.keys()], [`${host}:443`]);
        const opened = tunnels.get(`${host}:443`) ?? rounds;
        assert.ok(opened < rounds, `${opened} tunnels`);
        assert.deepEqual([...new Set(names)], [host]);
      });
    });

    it('signs in with user and password, whatever characters they hold', async () => {
      const signIn = { user: 'ö user', password: 'canary-p@ss:w%rd/' };
      const userInfo = `${encodeURIComponent(signIn.user)}:${encodeURIComponent(signIn.password)}@`;
      await throughProxy({ signIn, userInfo }, async (httpProxy) => {
        assert.deepEqual(statuses(await ask(upstreamOf(httpProxy))), [200]);
      });
    });

    it('reports that the HTTP proxy demands a sign-in, with the setting', async () => {
      const signIn = { user: 'u', password: 'canary-password' };
      for (const userInfo of ['', 'u:canary-wrong@']) {
        await throughProxy({ signIn, userInfo }, async (httpProxy) => {
          assert.match(sentence(await ask(upstreamOf(httpProxy)), 424), /sign-in.*http\.proxy/);
        });
      }
    });

    it('reports that the HTTP proxy denies the host', async () => {
      await throughProxy({}, async (httpProxy) => {
        const answer = await ask({ ...upstreamOf(httpProxy), origin: 'https://other.example' });
        assert.match(sentence(answer, 503), /other\.example.*HTTP proxy refused/);
      });
    });

    it('reports an HTTP proxy that is not running or does not support HTTP', async () => {
      const gone = await freePort();
      assert.match(
        sentence(await ask(upstreamOf(`http://ada:canary@127.0.0.1:${gone}`)), 503),
        new RegExp(`the HTTP proxy http://127\\.0\\.0\\.1:${gone} does not respond \\(ECONNREFUSED\\)`),
      );
      await proxy?.dispose();
      proxy = undefined;
      const garbled = createTcpServer((socket) =>
        socket
          .on('error', () => undefined)
          .resume()
          .end('220 smtp\r\n\r\n'),
      );
      garbled.listen(0, '127.0.0.1');
      await once(garbled, 'listening');
      try {
        const url = `http://127.0.0.1:${(garbled.address() as AddressInfo).port}`;
        assert.match(sentence(await ask(upstreamOf(url)), 503), /HTTP proxy/);
      } finally {
        await stop(garbled);
      }
    });
  });

  describe('in trouble', () => {
    it('means an immediate 503 where nothing listens, and is reported once when it begins and ends', async () => {
      const free = await freePort();
      proxy = await TestProxy.start({ origin: `http://127.0.0.1:${free}` });
      for (let round = 0; round < 3; round += 1) {
        assert.match(sentence(await ask({}), 503), new RegExp(`127\\.0\\.0\\.1:${free}.*refused`));
      }
      assert.equal(proxy.all('upstreamTrouble').length, 1);
      const back = createHttpServer((_request, response) => response.end('back'));
      back.listen(free, '127.0.0.1');
      await once(back, 'listening');
      try {
        assert.match(await ask({}), /back/);
        await proxy.next('upstreamTrouble', ({ message }) => message === undefined);
      } finally {
        await stop(back);
      }
    });

    it('means 503 when the name does not resolve', async () => {
      assert.match(
        sentence(await ask({ origin: 'http://no-such-host.invalid' }), 503),
        /no-such-host\.invalid.*DNS/,
      );
    });

    it('goes to another tracking server after a switch in the middle of a request', async () => {
      const [first, second] = [await RecordingUpstream.start(), await RecordingUpstream.start()];
      try {
        first.answer = () => undefined;
        proxy = await TestProxy.start({ origin: first.origin });
        const client = await proxy.connect(proxy.request('GET /api/x'));
        await first.has(() => first.requests[0], 'the first request');
        proxy.setUpstream(second.origin);
        proxy.setCredential({
          kind: 'unavailable',
          response: { status: 424, errorCode: 'INVALID_STATE', message: 'none yet' },
        });
        assert.deepEqual(statuses(await ask({})), [424]);
        assert.equal(second.requests.length, 0);
        client.destroy();
        await first.has(() => (first.open === 0 ? true : undefined), 'the end of the old connection');
      } finally {
        await first.stop();
        await second.stop();
      }
    });
  });
});

async function freePort(): Promise<number> {
  const server = createTcpServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await stop(server);
  return port;
}

async function stop(server: Server | TcpServer | ReturnType<typeof createHttpServer>): Promise<void> {
  if ('closeAllConnections' in server) server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
}
