import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { proxyInFrontOf } from './fixture.ts';
import { statuses } from './raw-client.ts';
import type { RawClient } from './raw-client.ts';
import { RecordingUpstream } from './recording-upstream.ts';
import { sessionToken, TestProxy } from './test-proxy.ts';

describe('Timeouts and limits', function () {
  this.timeout(60_000);
  const { proxy, upstream, restart } = proxyInFrontOf(RecordingUpstream, { lifetime: 'test' });

  /** Many connections, some at a time, each for these bytes. */
  const connectMany = async (count: number, bytes: (index: number) => string): Promise<RawClient[]> => {
    const clients: RawClient[] = [];
    while (clients.length < count) {
      const some = Array.from(
        { length: Math.min(50, count - clients.length) },
        (_, at) => clients.length + at,
      );
      clients.push(...(await Promise.all(some.map(async (index) => proxy.connect(bytes(index))))));
    }
    return clients;
  };
  const isOk = (text: string): boolean => text.endsWith('ok');

  it('a head that is not completed is answered 408', async () => {
    await restart({ limits: { timeouts: { headMs: 100 } } });
    const client = await proxy.connect('GET /slow HTTP/1.1\r\nHost: x\r\n');
    await client.ended();
    assert.deepEqual(statuses(client.text), [408]);
  });

  it('a head that arrives byte by byte has no more time than one that stops', async () => {
    await restart({ limits: { timeouts: { headMs: 300 } } });
    const client = await proxy.connect('GET / HTTP/1.1\r\nX: ');
    const dripping = setInterval(() => client.write('y'), 20);
    try {
      await client.ended();
    } finally {
      clearInterval(dripping);
    }
    assert.deepEqual(statuses(client.text), [408]);
  });

  it('a connection without requests is closed after its idle time, without a response', async () => {
    await restart({ limits: {} });
    const used = await proxy.connect(proxy.request('GET /x'));
    await used.has(isOk, 'the response');
    // Only now, so that nothing has to be quick.
    proxy.changeTimeouts({ idleMs: 100 });
    await used.ended();
    assert.deepEqual(statuses(used.text), [200]);
    const unused = await proxy.connect();
    await unused.ended();
    assert.equal(unused.text, '');
  });

  it('an exchange in which no byte moves is ended, one in which some do goes on', async () => {
    await restart({ limits: { timeouts: { stallMs: 400 } } });
    let silentIsEnded = false;
    upstream.answer = ({ target }, response) => {
      if (target === '/silent') return;
      const drip = (): void => {
        if (silentIsEnded) response.end('the end');
        else {
          response.write('.');
          setTimeout(drip, 10);
        }
      };
      drip();
    };
    const silent = await proxy.connect(proxy.request('GET /silent'));
    const dripping = await proxy.connect(proxy.request('GET /dripping', 'Connection: close'));
    await dripping.has((text) => text.includes('.'), 'the first byte');
    await silent.ended();
    silentIsEnded = true;
    await dripping.ended();
    assert.equal(silent.text, '');
    assert.deepEqual(statuses(dripping.text), [200]);
    assert.match(dripping.text, /the end\r\n0\r\n\r\n$/);
  });

  it('a client that does not close after the last response is disconnected', async () => {
    await restart({ limits: { timeouts: { lingerMs: 100 } } });
    const socket = connect({ port: proxy.port, host: '127.0.0.1', allowHalfOpen: true });
    const closed = new Promise((resolve) => socket.on('close', resolve));
    socket.on('error', () => undefined).resume();
    socket.write('GET / HTTP/1.1\r\n\r\n');
    // It never ends its own side; nothing but the proxy can close the connection.
    const writing = setInterval(() => socket.write('x'), 30);
    try {
      await closed;
    } finally {
      clearInterval(writing);
    }
  });

  it('clients without a token that hold every connection keep no other client out', async () => {
    await restart({ limits: { maxConnections: 20 } });
    const strangers = await connectMany(20, (index) => (index % 2 === 0 ? '' : 'GET /x HTTP/1.1\r\nX: '));
    const honest = await connectMany(10, (index) => proxy.request(`GET /${index}`));
    for (const client of honest) await client.has(isOk, 'the response');
    assert.ok(strangers.filter(({ isEnded }) => isEnded).length >= 10);
  });

  it('a slow-loris attack of a thousand connections does not stop other clients', async () => {
    await connectMany(1000, () => 'GET /x HTTP/1.1\r\nX-Slow: y');
    for (let round = 0; round < 200; round += 1) {
      assert.deepEqual(statuses(await proxy.get(`/${round}`)), [200]);
    }
  });

  it('a client beyond the limit of connections at work is answered so, and it is logged', async () => {
    await restart({ limits: { maxConnections: 5 } });
    upstream.answer = () => undefined;
    const working = await connectMany(5, (index) => proxy.request(`GET /${index}`));
    await upstream.has(() => (upstream.requests.length === 5 ? true : undefined), 'five requests');
    const answer = await proxy.get('/one-more');
    assert.deepEqual(statuses(answer), [503]);
    assert.doesNotMatch(answer, /retry-after/i);
    await proxy.next('denied', ({ reason }) => reason === 'limit');
    assert.ok(working.every(({ isEnded }) => !isEnded));
  });

  it('a thousand idle connections of clients with a token are kept open at little cost', async () => {
    const idle: RawClient[] = [];
    while (idle.length < 1000) {
      const some = await connectMany(50, (index) => proxy.request(`GET /${idle.length + index}`));
      for (const client of some) await client.has(isOk, 'the response');
      idle.push(...some);
    }
    assert.ok(idle.every(({ isEnded }) => !isEnded));
    const { statistics } = await proxy.next(
      'statistics',
      ({ statistics: { openConnections, requests } }) => openConnections === 1000 && requests === 1000,
    );
    assert.equal(statistics.failures, 0);
    // They do not each hold a connection upstream.
    assert.ok(upstream.open <= 60, `${upstream.open} connections upstream`);
    for (const client of idle.slice(0, 10)) {
      client.write(proxy.request('GET /again', 'Connection: close'));
      await client.ended();
      assert.deepEqual(statuses(client.text), [200, 200]);
    }
  });

  it('an idle upstream connection is closed before the server would close it', async () => {
    const client = await proxy.connect(proxy.request('GET /x') + proxy.request('GET /y'));
    await client.has((text) => statuses(text).length === 2, 'both responses');
    assert.equal(upstream.connections, 1, 'it was kept for the second');
    await upstream.has(() => (upstream.open === 0 ? true : undefined), 'the end of the idle connection');
  });

  it('a client that closes its side has its request ended upstream', async () => {
    upstream.answer = () => undefined;
    const client = await proxy.connect(proxy.request('GET /x'));
    await upstream.has(() => upstream.requests[0], 'the request');
    client.socket.end();
    await upstream.has(() => (upstream.open === 0 ? true : undefined), 'its end upstream');
  });

  it('a port that is in use is reported, and the worker listens on the next that it is given', async () => {
    const second = await TestProxy.start({ origin: upstream.origin });
    try {
      second.post({ type: 'listen', port: proxy.port, sessionToken: 'canary-x' });
      const { code, port } = await second.next('listenFailed');
      assert.deepEqual([code, port], ['EADDRINUSE', proxy.port]);
      assert.deepEqual(statuses(await proxy.get('/x')), [200]);
      second.post({ type: 'listen', port: 0, sessionToken: 'canary-x' });
      await second.next('listening', (message) => message.port !== second.port);
    } finally {
      await second.dispose();
    }
  });

  it('only 127.0.0.1 is listened on', async () => {
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

  it('the same port can be used again at once after the end', async () => {
    const client = await proxy.connect(proxy.request('GET /x'));
    await client.has(isOk, 'the response');
    const { port } = proxy;
    await proxy.close();
    await client.ended();
    await restart({});
    proxy.post({ type: 'listen', port, sessionToken });
    await proxy.next('listening', (message) => message.port === port);
  });
});
