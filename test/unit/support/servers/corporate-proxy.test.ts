import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, request } from 'node:http';
import type { IncomingMessage, Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { startCorporateProxy } from '../../../support/servers/corporate-proxy.ts';
import type { CorporateProxy } from '../../../support/servers/corporate-proxy.ts';

const signIn = { user: 'me', password: 'canary-proxy-password' };
const authorization = `Basic ${Buffer.from(`${signIn.user}:${signIn.password}`).toString('base64')}`;

describe("the stand-in for a company's proxy", () => {
  let upstream: Server;
  let proxy: CorporateProxy;
  const seen: IncomingMessage[] = [];
  before(async () => {
    upstream = createServer((incoming, response) => {
      seen.push(incoming);
      incoming.pipe(response);
    }).listen(0, '127.0.0.1');
    await once(upstream, 'listening');
    const { port } = upstream.address() as AddressInfo;
    proxy = await startCorporateProxy({
      hosts: { 'mlflow.company.example:80': port, 'mlflow.company.example:443': port },
      signIn,
    });
  });
  after(async () => {
    await proxy.stop();
    upstream.close();
  });

  const ask = async (path: string, headers = {}, body = ''): Promise<IncomingMessage> => {
    const sent = request({
      host: '127.0.0.1',
      port: proxy.port,
      method: 'POST',
      path,
      headers,
      agent: false,
    });
    sent.end(body);
    return ((await once(sent, 'response')) as [IncomingMessage])[0];
  };
  const tunnel = async (path: string, headers = {}): Promise<[IncomingMessage, Socket]> => {
    const sent = request({
      host: '127.0.0.1',
      port: proxy.port,
      method: 'CONNECT',
      path,
      headers,
      agent: false,
    });
    sent.end();
    return (await once(sent, 'connect')) as [IncomingMessage, Socket];
  };

  it('opens a tunnel for a name that it knows', async () => {
    const [answer, socket] = await tunnel('mlflow.company.example:443', {
      'proxy-authorization': authorization,
    });
    assert.equal(answer.statusCode, 200);
    socket.write('GET /tunnelled HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
    assert.match(await text(socket), /^HTTP\/1\.1 200/);
    assert.equal(seen.at(-1)?.url, '/tunnelled');
    assert.equal(proxy.tunnels.get('mlflow.company.example:443'), 1);
  });

  it('passes on a request in absolute form, without what is for the proxy alone', async () => {
    const headers = { 'proxy-authorization': authorization, host: 'mlflow.company.example' };
    const answer = await ask('http://mlflow.company.example/api?x=1', headers, 'hello');
    assert.equal(await text(answer), 'hello');
    assert.equal(seen.at(-1)?.url, '/api?x=1');
    assert.equal(seen.at(-1)?.headers.host, 'mlflow.company.example');
    assert.equal(seen.at(-1)?.headers['proxy-authorization'], undefined);
    assert.equal(proxy.forwarded.get('mlflow.company.example:80'), 1);
  });

  it('refuses everything else', async () => {
    const before = [seen.length, proxy.refused] as const;
    const signedIn = { 'proxy-authorization': authorization };
    assert.equal((await tunnel('other.example:443', signedIn))[0].statusCode, 403);
    assert.equal((await tunnel('mlflow.company.example:8443', signedIn))[0].statusCode, 403);
    assert.equal((await tunnel('mlflow.company.example:443'))[0].statusCode, 407);
    assert.equal((await ask('http://mlflow.company.example/')).statusCode, 407);
    for (const path of ['http://other.example/', '/api', 'https://mlflow.company.example/']) {
      assert.equal((await ask(path, signedIn)).statusCode, 403);
    }
    assert.deepEqual([seen.length, proxy.refused], [before[0], before[1] + 7]);
  });
});
