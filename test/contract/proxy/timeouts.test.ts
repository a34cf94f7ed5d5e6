import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { bearer, statuses, TestProxy } from './fixture.ts';
import type { TestProxyOptions, RawClient } from './fixture.ts';
import { RecordingUpstream } from './recording-upstream.ts';

describe('Timeouts and limits', function () {
  this.timeout(60_000);
  let upstream: RecordingUpstream;
  let proxy: TestProxy;
  const clients: RawClient[] = [];

  beforeEach(async () => (upstream = await RecordingUpstream.start()));

  afterEach(async () => {
    for (const client of clients.splice(0)) client.destroy();
    await proxy.close();
    await upstream.stop();
  });

  const start = async (limits: TestProxyOptions['limits']): Promise<void> => {
    proxy = await TestProxy.start({ origin: upstream.origin, ...(limits && { limits }) });
  };
  const open = async (bytes = ''): Promise<RawClient> => {
    const client = await proxy.connect();
    clients.push(client);
    client.write(bytes);
    return client;
  };
  const get = (target: string, ...lines: string[]): string =>
    [`GET ${target} HTTP/1.1`, `Host: 127.0.0.1:${proxy.port}`, bearer, ...lines, '', ''].join('\r\n');

  it('a head that does not come to its end is answered 408', async () => {
    await start({ timeouts: { headMs: 100, idleMs: 100 } });
    const client = await open('GET /slow HTTP/1.1\r\nHost: x\r\n');
    await client.ended();
    assert.deepEqual(statuses(client.text), [408]);
  });

  it('a head that comes byte by byte has no more time than one that stops', async () => {
    await start({ timeouts: { headMs: 300, idleMs: 300 } });
    const client = await open('GET / HTTP/1.1\r\nX: ');
    const dripping = setInterval(() => client.write('y'), 20);
    try {
      await client.ended();
    } finally {
      clearInterval(dripping);
    }
    assert.deepEqual(statuses(client.text), [408]);
  });

  it('a connection without requests ends after its idle time, without a word', async () => {
    await start({ timeouts: { idleMs: 100 } });
    const client = await open();
    await client.ended();
    assert.equal(client.text, '');
    const used = await open(get('/x'));
    await used.has((text) => text.endsWith('ok'), 'the answer');
    await used.ended();
    assert.deepEqual(statuses(used.text), [200]);
  });

  it('an exchange in which no byte moves ends, one in which some do goes on', async () => {
    await start({ timeouts: { stallMs: 400 } });
    const silent = await open(get('/silent'));
    upstream.answer = ({ target }, response) => {
      if (target !== '/dripping') return;
      response.writeHead(200, { 'content-length': 40 });
      let left = 40;
      const dripping = setInterval(() => {
        response.write('.');
        left -= 1;
        if (left === 0) clearInterval(dripping);
      }, 50);
    };
    const dripping = await open(get('/dripping', 'Connection: close'));
    await Promise.all([silent.ended(), dripping.ended()]);
    assert.equal(silent.text, '');
    assert.match(dripping.text, /\r\n\r\n\.{40}$/);
  });

  it('a client that does not take our answer away does not stay', async () => {
    await start({ timeouts: { lingerMs: 100 } });
    const socket = connect({ port: proxy.port, host: '127.0.0.1', allowHalfOpen: true });
    socket.on('error', () => undefined);
    socket.write('GET / HTTP/1.1\r\n\r\n');
    await once(socket.resume(), 'end');
    // It never ends its own side; nothing but the proxy can close the connection.
    const writing = setInterval(() => socket.write('x'), 30);
    try {
      await new Promise((resolve) => socket.on('close', resolve));
    } finally {
      clearInterval(writing);
    }
  });

  it('strangers who hold every connection keep no honest client out', async () => {
    await start({ maxConnections: 20 });
    const strangers = await Promise.all(
      Array.from({ length: 20 }, async (_, index) => open(index % 2 === 0 ? '' : 'GET /x HTTP/1.1\r\nX: ')),
    );
    const honest = await Promise.all(Array.from({ length: 10 }, async (_, index) => open(get(`/${index}`))));
    for (const client of honest) await client.has((text) => text.endsWith('ok'), 'the answer');
    assert.ok(strangers.filter(({ isEnded }) => isEnded).length >= 10);
  });

  it('a slow-loris attack of a thousand connections does not stop an honest client', async () => {
    await start(undefined);
    for (let from = 0; from < 1000; from += 100) {
      await Promise.all(Array.from({ length: 100 }, async () => open('GET /x HTTP/1.1\r\nX-Slow: y')));
    }
    for (let round = 0; round < 200; round += 1) {
      const answer = await proxy.exchange(get(`/${round}`, 'Connection: close'));
      assert.deepEqual(statuses(answer), [200]);
    }
  });

  it('more honest clients at work than there is room for are told so, and the log, too', async () => {
    await start({ maxConnections: 5 });
    upstream.answer = () => undefined;
    const working = await Promise.all(Array.from({ length: 5 }, async (_, index) => open(get(`/${index}`))));
    await upstream.has(() => (upstream.requests.length === 5 ? true : undefined), 'five requests');
    const answer = await proxy.exchange(get('/one-more'));
    assert.deepEqual(statuses(answer), [503]);
    assert.doesNotMatch(answer, /retry-after/i);
    await proxy.next('denied', ({ reason: refusal }) => refusal === 'limit');
    assert.ok(working.every(({ isEnded }) => !isEnded));
  });

  it('idle connections of clients that have shown a token are kept, a thousand of them at little cost', async () => {
    await start(undefined);
    const idle: RawClient[] = [];
    for (let from = 0; from < 1000; from += 50) {
      const some = await Promise.all(
        Array.from({ length: 50 }, async (_, index) => open(get(`/${from + index}`))),
      );
      for (const client of some) await client.has((text) => text.endsWith('ok'), 'the answer');
      idle.push(...some);
    }
    assert.ok(idle.every(({ isEnded }) => !isEnded));
    const { statistics } = await proxy.next(
      'statistics',
      (message) => message.statistics.openConnections === 1000,
    );
    assert.equal(statistics.requests, 1000);
    assert.equal(statistics.failures, 0);
    // They do not each hold a connection upstream.
    assert.ok(upstream.open <= 60, `${upstream.open} connections upstream`);
    for (const client of idle.slice(0, 10)) {
      client.write(get('/again', 'Connection: close'));
      await client.ended();
      assert.deepEqual(statuses(client.text), [200, 200]);
    }
  });

  it('an idle upstream connection is given up before the server would close it', async () => {
    await start(undefined);
    await proxy.exchange(get('/x', 'Connection: close'));
    assert.equal(upstream.open, 1);
    await upstream.has(() => (upstream.open === 0 ? true : undefined), 'the end of the idle connection');
  });

  it('a client that closes its side is gone: its request is ended upstream', async () => {
    await start(undefined);
    upstream.answer = () => undefined;
    const client = await open(get('/x'));
    await upstream.has(() => upstream.requests[0], 'the request');
    client.socket.end();
    await upstream.has(() => (upstream.open === 0 ? true : undefined), 'its end upstream');
  });

  it('a taken port is told; the worker listens where it is told next', async () => {
    await start(undefined);
    const second = await TestProxy.start({ origin: upstream.origin });
    try {
      second.post({ type: 'listen', port: proxy.port, sessionToken: 'canary-x' });
      const { code, port } = await second.next('listenFailed');
      assert.deepEqual([code, port], ['EADDRINUSE', proxy.port]);
      assert.deepEqual(statuses(await proxy.exchange(get('/x', 'Connection: close'))), [200]);
      second.post({ type: 'listen', port: 0, sessionToken: 'canary-x' });
      await second.next('listening', (message) => message.port !== second.port);
    } finally {
      await second.close();
    }
  });

  it('listens on 127.0.0.1 and nowhere else', async function () {
    await start(undefined);
    const others = ['127.0.0.2', '::1'];
    for (const host of others) {
      const error = await new Promise<NodeJS.ErrnoException | undefined>((resolve) => {
        const socket = connect({ host, port: proxy.port });
        socket.on('connect', () => {
          socket.destroy();
          resolve(undefined);
        });
        socket.on('error', resolve);
      });
      assert.ok(error !== undefined, host);
    }
  });

  it('the same port can be had again at once after the end', async () => {
    await start(undefined);
    const client = await open(get('/x'));
    await client.has((text) => text.endsWith('ok'), 'the answer');
    const { port } = proxy;
    await proxy.close();
    await client.ended();
    proxy = await TestProxy.start({ origin: upstream.origin });
    proxy.post({ type: 'listen', port, sessionToken: 'canary-session-token' });
    await proxy.next('listening', (message) => message.port === port);
  });
});
