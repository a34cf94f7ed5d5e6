import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { proxyInFrontOf } from './fixture.ts';
import { statuses } from './raw-client.ts';
import { RecordingUpstream } from './recording-upstream.ts';
import type { TestProxy } from './test-proxy.ts';
import { credential, sessionToken } from './test-proxy.ts';

/** A request of a program that was started while the tracking server of this name was connected. */
const requestFor = (
  proxy: TestProxy,
  id: string,
  line = 'POST /api/log-metric',
  ...fields: string[]
): string =>
  proxy.request(line, 'Content-Length: 5', ...fields).replace(sessionToken, `${sessionToken}.${id}`) +
  'hello';

function assertMisdirected(text: string): void {
  assert.deepEqual(statuses(text), [421], text);
  const body = JSON.parse(text.split('\r\n\r\n')[1] ?? '') as { error_code: string; message: string };
  assert.equal(body.error_code, 'INVALID_STATE');
  assert.match(body.message, /another tracking server.*[Rr]estart the kernel/);
  assert.ok(!text.includes(sessionToken));
}

describe('A program that was started for another tracking server', () => {
  const { proxy, upstream: first } = proxyInFrontOf(RecordingUpstream, { lifetime: 'test' });
  let second: RecordingUpstream;
  const connectTo = (server: RecordingUpstream, id: string, version: number): void => {
    proxy.setUpstream(server.origin, { id });
    proxy.setCredential(credential(version));
  };

  beforeEach(async () => {
    second = await RecordingUpstream.start();
    connectTo(first, 'first', 1);
  });
  afterEach(async () => second.stop());

  it('writes to that one while it is connected, and gets 421 once another one is', async () => {
    assert.deepEqual(
      statuses(await proxy.exchange(requestFor(proxy, 'first', undefined, 'Connection: close'))),
      [200],
    );
    connectTo(second, 'second', 2);
    assertMisdirected(await proxy.exchange(requestFor(proxy, 'first')));
    assert.deepEqual([first.requests.length, second.requests.length], [1, 0]);
    assert.deepEqual(
      statuses(await proxy.exchange(requestFor(proxy, 'second', undefined, 'Connection: close'))),
      [200],
    );
    const denied = await proxy.next('denied', ({ reason }) => reason === 'other-server');
    assert.equal(denied.count, 1);
  });

  it('gets it on a connection that was let in before, whose requests are the same bytes', async () => {
    const client = await proxy.connect(requestFor(proxy, 'first'));
    await client.has((text) => text.endsWith('ok'), 'the first response');
    connectTo(second, 'second', 2);
    await proxy.get('/version', 'X: the switch was taken');
    client.write(requestFor(proxy, 'first'));
    await client.ended();
    assert.deepEqual(statuses(client.text), [200, 421]);
    assert.equal(second.requests.filter(({ method }) => method === 'POST').length, 0);
  });

  it('gets it with a token that names no server, or any other', async () => {
    for (const suffix of ['', '.', '.First', '.firs', '.firstx', '.first.second', '.second']) {
      const request = requestFor(proxy, 'first').replace(`${sessionToken}.first`, `${sessionToken}${suffix}`);
      const text = await proxy.exchange(request);
      // Whatever stands before the last dot is the token.
      if (suffix === '.first.second') assert.deepEqual(statuses(text), [401]);
      else assertMisdirected(text);
    }
    assert.equal(first.requests.length, 0);
  });

  it('gets no word of it without the session token', async () => {
    connectTo(second, 'second', 2);
    for (const token of ['canary-wrong.first', 'canary-wrong.second', '.second', 'canary-wrong']) {
      const request = requestFor(proxy, 'first').replace(`${sessionToken}.first`, token);
      assert.deepEqual(statuses(await proxy.exchange(request)), [401], token);
    }
  });

  it('gets it for MLflow’s own Basic authentication, too', async () => {
    connectTo(second, 'second', 2);
    const basic = Buffer.from(`ada:${sessionToken}.first`).toString('base64');
    const request = requestFor(proxy, 'first').replace(/Bearer .*/, `Basic ${basic}`);
    assertMisdirected(await proxy.exchange(request));
  });

  it('gets it for a request that waited for a credential across the switch', async () => {
    proxy.setCredential({ kind: 'pending' });
    const waiting = await proxy.connect(requestFor(proxy, 'first'));
    await proxy.next('credentialNeeded');
    connectTo(second, 'second', 2);
    await waiting.ended();
    assertMisdirected(waiting.text);
    assert.deepEqual([first.requests.length, second.requests.length], [0, 0]);
  });

  it('gets it for a request that waited for what came of a rejection across the switch', async () => {
    first.answer = (_request, response) => response.writeHead(401).end('no');
    const waiting = await proxy.connect(requestFor(proxy, 'first'));
    await proxy.next('credentialNeeded', ({ reason }) => reason === 'rejected');
    connectTo(second, 'second', 2);
    await waiting.ended();
    assertMisdirected(waiting.text);
    assert.equal(second.requests.length, 0);
  });

  describe('whose request waited for a connection across the switch', () => {
    let slow: Server;
    const tunnels: Socket[] = [];

    beforeEach(async () => {
      slow = createServer((socket) => tunnels.push(socket.on('error', () => undefined)));
      slow.listen(0, '127.0.0.1');
      await once(slow, 'listening');
    });
    afterEach(() => {
      for (const socket of tunnels.splice(0)) socket.destroy();
      slow.close();
    });

    it('gets it, and its own server nothing', async () => {
      const { port } = slow.address() as AddressInfo;
      proxy.setUpstream('https://mlflow.company.example', {
        id: 'first',
        httpProxy: `http://127.0.0.1:${port}`,
      });
      proxy.setCredential(credential(1));
      const connected = once(slow, 'connection');
      const waiting = await proxy.connect(requestFor(proxy, 'first'));
      await connected;
      connectTo(second, 'second', 2);
      await proxy.exchange(requestFor(proxy, 'second', undefined, 'Connection: close'));
      tunnels[0]?.destroy();
      await waiting.ended();
      assert.notDeepEqual(statuses(waiting.text), [200]);
      assert.equal(second.requests.length, 1);
    });
  });
});

describe('The path of the tracking server is a wall', function () {
  const { proxy, upstream } = proxyInFrontOf(RecordingUpstream);
  before(() => {
    proxy.setUpstream(upstream.origin, { basePath: '/team/ml~flow' });
    proxy.setCredential(credential(1));
  });

  for (const target of [
    '/team/ml~flow',
    '/team/ml~flow/',
    '/team/ml~flow?a',
    '/team/ml~flow/api/x',
    '/team/ml~flow//x',
  ]) {
    it(`lets through ${target}`, async () => {
      assert.deepEqual(statuses(await proxy.get(target)), [200]);
      assert.deepEqual(
        upstream.requests.map((request) => request.target),
        [target],
      );
    });
  }

  for (const target of [
    '/',
    '/team',
    '/team/',
    '/team/ml~flowing/x',
    '/team/ml~flow-2/x',
    '/team/ml~flow;x/y',
    '/team/ml~flow%2Fx',
    '/team/ml~flow%3Fx',
    '/team/ML~flow/x',
    '/%74eam/ml~flow/x',
    '/other/team/ml~flow/x',
    '/?/team/ml~flow/x',
    '/team?/ml~flow/x',
    '/api/2.0/mlflow/runs/create',
    '/version',
  ]) {
    it(`keeps in ${target}`, async () => {
      const text = await proxy.get(target);
      assert.deepEqual(statuses(text), [403], text);
      assert.match(text, /"error_code":"PERMISSION_DENIED","message":"MLflow Secrets Auth: [^"]*path/);
      assert.deepEqual(upstream.requests, []);
    });
  }

  for (const target of [
    '/team/ml~flow/../x',
    '/team/ml~flow/%2e%2e/x',
    '/team/ml~flow/..%2fx',
    '/team/ml~flow/..;/x',
    '/team/ml~flow/\\..\\x',
  ]) {
    it(`takes no way around it: ${target}`, async () => {
      assert.deepEqual(statuses(await proxy.get(target)), [400]);
      assert.deepEqual(upstream.requests, []);
    });
  }

  it('holds for a request that waited while the path changed', async () => {
    proxy.setCredential({ kind: 'pending' });
    const waiting = proxy.get('/team/ml~flow/api/x');
    await proxy.next('credentialNeeded');
    proxy.setUpstream(upstream.origin, { basePath: '/elsewhere' });
    proxy.setCredential(credential(1));
    assert.deepEqual(statuses(await waiting), [403]);
    proxy.setUpstream(upstream.origin, { basePath: '/team/api/ml' });
  });

  it('is not taken for the API of MLflow: a version below it does not wait for the credential', async () => {
    proxy.setCredential({ kind: 'pending' });
    assert.deepEqual(statuses(await proxy.get('/team/api/ml/version')), [200]);
    assert.ok(!upstream.requests[0]?.fields.some((field) => /^authorization/i.test(field)));
  });
});
