import assert from 'node:assert/strict';
import { proxyInFrontOf } from './fixture.ts';
import { statuses } from './raw-client.ts';
import { okAnswer, ScriptedUpstream } from './scripted-upstream.ts';

/** Answers whose end, or whose meaning, could be read in two ways. */
const malformed: Readonly<Record<string, string>> = {
  'two lengths': 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nok',
  'the same length twice': 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\nok',
  'a list of lengths': 'HTTP/1.1 200 OK\r\nContent-Length: 2, 2\r\n\r\nok',
  'length and chunked':
    'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n',
  'a negative length': 'HTTP/1.1 200 OK\r\nContent-Length: -2\r\n\r\nok',
  'a length with a sign': 'HTTP/1.1 200 OK\r\nContent-Length: +2\r\n\r\nok',
  'another coding': 'HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n',
  'chunked twice':
    'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
  'chunked in HTTP/1.0': 'HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
  'bare LF': 'HTTP/1.1 200 OK\nContent-Length: 2\n\nok',
  'a bare LF in a value': 'HTTP/1.1 200 OK\r\nX: y\nZ: z\r\nContent-Length: 2\r\n\r\nok',
  'a bare CR in a value': 'HTTP/1.1 200 OK\r\nX: y\rZ: z\r\nContent-Length: 2\r\n\r\nok',
  'a folded field': 'HTTP/1.1 200 OK\r\nX: y\r\n z\r\nContent-Length: 2\r\n\r\nok',
  'a space before the colon': 'HTTP/1.1 200 OK\r\nContent-Length : 2\r\n\r\nok',
  NUL: 'HTTP/1.1 200 OK\r\nX: \0\r\nContent-Length: 2\r\n\r\nok',
  'two digits': 'HTTP/1.1 20 OK\r\nContent-Length: 2\r\n\r\nok',
  'four digits': 'HTTP/1.1 2000 OK\r\nContent-Length: 2\r\n\r\nok',
  'HTTP/2': 'HTTP/2 200 OK\r\nContent-Length: 2\r\n\r\nok',
  'no HTTP': 'ICY 200 OK\r\nContent-Length: 2\r\n\r\nok',
  'an empty line first': '\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok',
  'a switch of protocols':
    'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n',
  'interim answers without end': 'HTTP/1.1 100 Continue\r\n\r\n'.repeat(1000),
  'a head without end': `HTTP/1.1 200 OK\r\nX: ${'y'.repeat(300_000)}`,
  '10,000 fields': `HTTP/1.1 200 OK\r\n${'X: y\r\n'.repeat(10_000)}Content-Length: 2\r\n\r\nok`,
};

describe('Responses of a tracking server', function () {
  this.timeout(60_000);
  const { proxy, upstream } = proxyInFrontOf(ScriptedUpstream);

  for (const [name, bytes] of Object.entries(malformed)) {
    it(`does not pass on ${name}`, async () => {
      upstream.answerAll(bytes);
      const answer = await proxy.get('/case');
      assert.deepEqual(statuses(answer), [502], answer.slice(0, 300));
      assert.match(answer, /"error_code":"\w+","message":"[^"]+"/);
      await upstream.sides[0]?.closed();
      upstream.answerAll(okAnswer);
      assert.match(await proxy.get('/case'), /^HTTP\/1\.1 200 [^]*ok$/);
      assert.equal(upstream.sides.length, 2, 'the connection was not used again');
    });
  }

  it('passes interim answers on, and the final one after them', async () => {
    upstream.answerAll(
      `HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n${okAnswer}`,
    );
    const answer = await proxy.get('/case');
    assert.match(answer, /^HTTP\/1\.1 103 [^]*HTTP\/1\.1 100 [^]*HTTP\/1\.1 200 [^]*ok$/);
  });

  it('hands on that a client waits before it sends its body', async () => {
    upstream.script = async (side) => {
      await side.heads();
      assert.match(side.received, /expect: 100-continue/i);
      side.write('HTTP/1.1 100 Continue\r\n\r\n');
      await side.has('hello');
      side.write(okAnswer);
    };
    const client = await proxy.connect(
      proxy.request('POST /case', 'Expect: 100-continue', 'Content-Length: 5', 'Connection: close'),
    );
    await client.has((text) => text.includes(' 100 '), 'the interim answer');
    client.write('hello');
    await client.ended();
    assert.deepEqual(statuses(client.text), [200]);
  });

  it('hands on a refusal to a client that waits before it sends its body, and reads no body as a request', async () => {
    upstream.answerAll('HTTP/1.1 413 Content Too Large\r\nContent-Length: 0\r\n\r\n');
    const client = await proxy.connect(
      proxy.request('POST /case', 'Expect: 100-continue', 'Content-Length: 500'),
    );
    await client.has((text) => statuses(text).length === 1, 'the final response');
    client.write(proxy.request('GET /hidden'));
    await client.ended();
    assert.deepEqual(statuses(client.text), [413]);
    assert.match(client.text, /connection: close/i);
    assert.ok(
      !upstream.sides.some(
        ({ received }) => received.includes('/hidden HTTP') && !received.startsWith('POST'),
      ),
    );
  });

  it('gives an early answer to a client that is still sending', async () => {
    upstream.script = async (side) => {
      await side.heads();
      side.write('HTTP/1.1 507 Insufficient Storage\r\nContent-Length: 4\r\nConnection: close\r\n\r\nfull');
      side.socket.pause();
    };
    const client = await proxy.connect(proxy.request('PUT /big', `Content-Length: ${100 * 2 ** 20}`));
    client.write(Buffer.alloc(4 * 2 ** 20));
    await client.has((text) => text.endsWith('full'), 'the early answer');
    assert.deepEqual(statuses(client.text), [507]);
    client.destroy();
    upstream.sides[0]?.socket.resume();
    await upstream.sides[0]?.closed();
  });

  it('relays a body that ends with the connection', async () => {
    upstream.script = async (side) => {
      await side.heads();
      side.write('HTTP/1.1 200 OK\r\n\r\nto the ');
      side.socket.end('end');
    };
    const answer = await proxy.exchange(proxy.request('GET /case'));
    assert.match(answer, /connection: close\r\n\r\nto the end$/i);
  });

  it('relays what HTTP/1.0 servers say', async () => {
    upstream.script = async (side) => {
      await side.heads();
      side.socket.end('HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\n\r\nold');
    };
    const answer = await proxy.exchange(proxy.request('GET /case'));
    assert.match(answer, /^HTTP\/1\.1 200 OK\r\n[^]*\r\n\r\nold$/);
  });

  for (const [name, head] of Object.entries({
    'a length': 'HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf',
    chunks: 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n',
    'half a chunk': 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nff\r\nhalf',
    'a malformed chunk': 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\nZZ\r\n',
  })) {
    it(`does not make a cut-off answer look whole: ${name}`, async () => {
      upstream.script = async (side) => {
        await side.heads();
        side.write(head);
        await new Promise((resolve) => setImmediate(resolve));
        side.socket.end();
      };
      const client = await proxy.connect(proxy.request('GET /case'));
      await client.ended();
      assert.deepEqual(statuses(client.text).slice(1), []);
      assert.ok(!client.text.includes('\r\n0\r\n\r\n'), client.text);
    });
  }

  for (const [method, head] of [
    ['HEAD', 'HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n'],
    ['GET', 'HTTP/1.1 204 No Content\r\n\r\n'],
    ['GET', 'HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\n'],
    ['GET', 'HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n'],
    ['HEAD', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n'],
    ['HEAD', 'HTTP/1.1 404 Not Found\r\n\r\n'],
  ] as const) {
    it(`waits for no body after ${method} and ${JSON.stringify(head)}`, async () => {
      upstream.answerAll(head);
      const client = await proxy.connect(proxy.request(`${method} /case`));
      await client.has((text) => text.includes('\r\n\r\n'), 'the first answer');
      client.write(proxy.request(`${method} /case`));
      await client.has((text) => statuses(text).length === 2, 'the second answer');
      client.destroy();
      assert.equal(upstream.sides.length, 1, 'one connection served both');
    });
  }

  it('gives a surplus of one answer to nobody', async () => {
    upstream.answerAll(`${okAnswer}HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nhidden`);
    for (let round = 0; round < 3; round += 1) {
      const answer = await proxy.get('/case');
      assert.match(answer, /\r\n\r\nok$/);
    }
    assert.equal(upstream.sides.length, 3);
  });

  it('hears nothing of what a server says unasked on a kept connection', async () => {
    upstream.answerAll(okAnswer);
    assert.match(await proxy.get('/case'), /ok$/);
    const first = upstream.sides[0];
    first?.write('HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nhidden');
    await first?.closed();
    assert.match(await proxy.get('/case'), /\r\n\r\nok$/);
  });

  it('keeps fields of one connection to that connection', async () => {
    upstream.answerAll(
      'HTTP/1.1 200 OK\r\nConnection: keep-alive, X-Private\r\nX-Private: 1\r\nKeep-Alive: timeout=5\r\n' +
        'Proxy-Authenticate: Basic\r\nUpgrade: h2c\r\nX-Kept: 1\r\nX-Twice: a=b\r\nX-Twice: c=d\r\nContent-Length: 2\r\n\r\nok',
    );
    const answer = await proxy.get('/case');
    assert.doesNotMatch(answer, /x-private|keep-alive|proxy-authenticate|upgrade/i);
    assert.match(answer, /X-Kept: 1\r\n[^]*X-Twice: a=b\r\n[^]*X-Twice: c=d\r\n/);
  });

  it('brings redirects to the tracking server back to the local address, and leaves others', async () => {
    const { origin: local } = proxy;
    const { origin } = upstream;
    const table: Readonly<Record<string, string>> = {
      [`${origin}/a?b#c`]: `${local}/a?b#c`,
      [origin]: local,
      [`//127.0.0.1:${upstream.port}/a`]: `${local}/a`,
      '/a': '/a',
      'a/b': 'a/b',
      'https://login.company.example/x': 'https://login.company.example/x',
      [`https://127.0.0.1:${upstream.port}/a`]: `https://127.0.0.1:${upstream.port}/a`,
      [`${origin}.evil.example/a`]: `${origin}.evil.example/a`,
      [`${origin}@evil.example/a`]: `${origin}@evil.example/a`,
    };
    for (const [given, expected] of Object.entries(table)) {
      upstream.forget();
      upstream.answerAll(
        `HTTP/1.1 302 Found\r\nLocation: ${given}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`,
      );
      const answer = await proxy.get('/case');
      assert.equal(/\r\nlocation: ([^\r]*)\r\n/i.exec(answer)?.[1], expected);
    }
  });

  for (const [method, ...rest] of [
    ['GET'],
    ['HEAD'],
    ['OPTIONS'],
    ['DELETE'],
    ['POST', 'Content-Length: 5', '', 'hello'],
  ] as const) {
    it(`never sends a ${method} again of which a server may have read a byte`, async () => {
      upstream.script = async (side) => {
        await side.heads();
        side.write(okAnswer);
        await side.heads(2);
        side.socket.destroy();
      };
      const client = await proxy.connect(proxy.request('GET /case'));
      await client.has((text) => text.endsWith('ok'), 'the first answer');
      const [field, , body = ''] = rest;
      client.write(proxy.request(`${method} /again`, ...(field === undefined ? [] : [field])) + body);
      await client.ended();
      assert.deepEqual(statuses(client.text), [200, 503]);
      assert.doesNotMatch(client.text, /retry-after/i);
      const all = upstream.sides.map(({ received }) => received).join('');
      assert.equal(all.split('/again').length - 1, 1);
    });
  }

  it('sends a request of which nothing was sent on a connection that was closed over another', async () => {
    upstream.script = async (side, index) => {
      await side.heads();
      side.write(okAnswer);
      if (index === 0) await side.closed();
    };
    const client = await proxy.connect(proxy.request('GET /case'));
    await client.has((text) => text.endsWith('ok'), 'the first answer');
    // The head waits here for its small body; meanwhile the server gives up the connection that is kept for it.
    client.write(proxy.request('POST /log', 'Content-Length: 5', 'Connection: close'));
    const first = await upstream.side(0);
    first.socket.end();
    await first.closed();
    client.write('hello');
    await client.ended();
    assert.deepEqual(statuses(client.text), [200, 200]);
    assert.match(upstream.sides[1]?.received ?? '', /^POST \/log [^]*hello$/);
    assert.doesNotMatch(first.received, /POST/);
  });

  it('takes nothing that a server says before it was asked for an answer', async () => {
    upstream.script = async (side, index) => {
      await side.heads();
      side.write(okAnswer);
      if (index === 0) await side.closed();
    };
    const client = await proxy.connect(proxy.request('GET /case'));
    await client.has((text) => text.endsWith('ok'), 'the first answer');
    client.write(proxy.request('POST /log', 'Content-Length: 5', 'Connection: close'));
    const first = await upstream.side(0);
    first.write('HTTP/1.1 408 Request Timeout\r\nContent-Length: 6\r\n\r\nhidden');
    await first.closed();
    client.write('hello');
    await client.ended();
    assert.deepEqual(statuses(client.text), [200, 200]);
    assert.doesNotMatch(client.text, /hidden/);
  });

  it('asks for the version over a connection of its own, which no server is about to close', async () => {
    upstream.script = async (side, index) => {
      await side.heads();
      side.write(okAnswer);
      // It closes the moment that anything more comes.
      if (index === 0) side.socket.once('data', () => side.socket.destroy());
    };
    assert.match(await proxy.get('/case'), /ok$/);
    // MLflow's client asks once, and remembers a failure for its whole life.
    assert.match(await proxy.get('/version'), /ok$/);
    assert.equal(upstream.sides.length, 2);
  });

  it('answers 503 when a new connection is closed before the answer', async () => {
    upstream.script = async (side) => {
      await side.heads();
      side.socket.destroy();
    };
    for (const method of ['GET', 'DELETE']) {
      upstream.forget();
      const answer = await proxy.exchange(proxy.request(`${method} /case`, 'Connection: close'));
      assert.deepEqual(statuses(answer), [503]);
      assert.doesNotMatch(answer, /retry-after/i);
      assert.equal(upstream.sides.length, 1);
    }
  });

  for (const method of ['GET', 'HEAD', 'DELETE', 'OPTIONS']) {
    it(`uses no connection again after a ${method} with a body, which some servers take for the next request`, async () => {
      const body = 'GET /hidden HTTP/1.1\r\nHost: x\r\n\r\n';
      // Its answer to the hidden one comes when it likes: at best after the next request.
      upstream.script = async (side) => {
        await side.heads();
        side.write('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n');
      };
      const client = await proxy.connect(
        proxy.request(`${method} /case`, `Content-Length: ${body.length}`) + body,
      );
      await client.has((text) => statuses(text).length === 1, 'the first answer');
      client.write(proxy.request('GET /case', 'Connection: close'));
      await client.ended();
      assert.deepEqual(statuses(client.text), [200, 200]);
      assert.equal(upstream.sides.length, 2);
    });
  }

  it('keeps its own words out of an answer that has begun when the body turns out to be malformed', async () => {
    upstream.script = async (side) => {
      await side.heads();
      side.write('HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nbegun');
    };
    const client = await proxy.connect(
      `${proxy.request('POST /case', 'Transfer-Encoding: chunked')}5\r\nhello\r\n`,
    );
    await client.has((text) => text.endsWith('begun'), 'the beginning of the answer');
    client.write('Z\r\n');
    await client.ended();
    assert.match(client.text, /begun$/);
  });

  it('tells a client at once that the server went away in the middle of its upload', async () => {
    upstream.script = async (side) => {
      await side.has('xxxx');
      side.socket.destroy();
    };
    const client = await proxy.connect(proxy.request('PUT /big', `Content-Length: ${2 ** 30}`));
    client.write(Buffer.alloc(2 ** 20, 'x'));
    // It need not send the rest to hear of it.
    await client.has((text) => statuses(text).length === 1, 'the answer');
    assert.deepEqual(statuses(client.text), [503]);
    assert.equal(upstream.sides.length, 1);
    client.destroy();
  });

  it('lets the client have each piece of an answer as it comes', async () => {
    let side: Parameters<typeof upstream.script>[0] | undefined;
    upstream.script = async (it) => {
      side = it;
      await it.heads();
      it.write('HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n');
    };
    const client = await proxy.connect(proxy.request('GET /case'));
    await client.has((text) => text.includes('\r\n\r\n'), 'the head');
    for (const event of ['one', 'two', 'three']) {
      side?.write(`${event.length.toString(16)}\r\n${event}\r\n`);
      await client.has((text) => text.includes(event), event);
    }
    client.destroy();
    await side?.closed();
  });

  it('ends the request upstream when the client goes away', async () => {
    upstream.script = async (side) => side.heads();
    const client = await proxy.connect(`${proxy.request('POST /slow', 'Content-Length: 100000')}half`);
    const side = await upstream.side(0);
    await side.has('half');
    client.destroy();
    await side.closed();
  });
});
