import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { request } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { proxyInFrontOf } from './fixture.ts';
import { statuses } from './raw-client.ts';
import { RespondingUpstream } from './responding-upstream.ts';
import { sessionToken } from './test-proxy.ts';

const mebibyte = 2 ** 20;
const size = 200 * mebibyte;
/** The kernel's own buffers of two connections take up to 75 MiB, as Linux usually limits them (`tcp_rmem`, `tcp_wmem`). */
const mostHeldBack = 100 * mebibyte;
/** Its length is no multiple of anything that buffers are cut at, so that a piece out of place shows. */
const pattern = randomBytes(mebibyte - 7);

function* pieces(total: number): Generator<Buffer> {
  for (let left = total; left > 0; left -= pattern.length) {
    yield left < pattern.length ? pattern.subarray(0, left) : pattern;
  }
}

function digestOf(total: number): string {
  const hash = createHash('sha256');
  for (const piece of pieces(total)) hash.update(piece);
  return hash.digest('hex');
}

async function digest(stream: Readable): Promise<{ readonly digest: string; readonly length: number }> {
  const hash = createHash('sha256');
  let length = 0;
  for await (const piece of stream as AsyncIterable<Buffer>) {
    hash.update(piece);
    length += piece.length;
  }
  return { digest: hash.digest('hex'), length };
}

describe('Streamed bodies', function () {
  this.timeout(300_000);
  const { proxy, upstream } = proxyInFrontOf(RespondingUpstream);

  afterEach(() => assert.deepEqual(upstream.failures.splice(0), []));

  function call(
    method: string,
    headers: Readonly<Record<string, string | number>> = {},
  ): ReturnType<typeof request> {
    const authorization = `Bearer ${sessionToken}`;
    return request({
      host: '127.0.0.1',
      port: proxy.port,
      method,
      path: '/a',
      agent: false,
      headers: { authorization, ...headers },
    });
  }

  /** The response to a GET, which must be the server's. */
  async function get(headers: Readonly<Record<string, number>> = {}): Promise<IncomingMessage> {
    const [response] = (await once(call('GET', headers).end(), 'response')) as [IncomingMessage];
    assert.equal(response.statusCode, 200);
    return response;
  }

  /**
   * Waits until a count stands still while the server responds to others: whoever takes part has then had the time to move
   * it, if it can still move.
   */
  async function standsStill(read: () => number): Promise<void> {
    let before = 0;
    for (let unchanged = 0; unchanged < 50;) {
      assert.deepEqual(statuses(await proxy.get('/of-others')), [200]);
      const now = read();
      unchanged = now === before && now > 0 ? unchanged + 1 : 0;
      before = now;
    }
  }

  /** Mebibytes by which the process, with client, proxy and server in it, grew at most while `work` ran. */
  async function growth(work: () => Promise<void>): Promise<number> {
    const before = process.memoryUsage.rss();
    let most = before;
    const sampler = setInterval(() => (most = Math.max(most, process.memoryUsage.rss())), 20);
    try {
      await work();
    } finally {
      clearInterval(sampler);
    }
    return (most - before) / mebibyte;
  }

  for (const [name, headers] of Object.entries({
    'with a length': { 'content-length': size },
    'in chunks': { 'transfer-encoding': 'chunked' },
  })) {
    it(`upload 200 MiB ${name}, every byte in its place and none of them held`, async () => {
      upstream.respond = async (incoming, response) =>
        void response.end(JSON.stringify(await digest(incoming)));
      const grown = await growth(async () => {
        const sending = call('PUT', headers);
        const answered = once(sending, 'response') as Promise<[IncomingMessage]>;
        await pipeline(Readable.from(pieces(size)), sending);
        const [response] = await answered;
        const text = (await response.toArray()).join('');
        assert.deepEqual(JSON.parse(text), { digest: digestOf(size), length: size });
      });
      assert.ok(grown < 130, `grew by ${Math.round(grown)} MiB`);
    });

    it(`download 200 MiB ${name}, every byte in its place and none of them held`, async () => {
      upstream.respond = async (_incoming, response) => {
        response.writeHead(200, headers);
        await pipeline(Readable.from(pieces(size)), response);
      };
      const grown = await growth(async () => {
        const response = await get();
        assert.deepEqual(await digest(response), { digest: digestOf(size), length: size });
      });
      assert.ok(grown < 130, `grew by ${Math.round(grown)} MiB`);
    });
  }

  it('may be empty: an empty file is uploaded as MLflow’s client sends it, and downloaded', async () => {
    upstream.respond = async (incoming, response) => {
      const { length } = await digest(incoming);
      response.writeHead(200, { 'content-length': 0, 'x-length': length }).end();
    };
    for (const headers of [{ 'transfer-encoding': 'chunked' }, { 'content-length': 0 }]) {
      const [response] = (await once(call('PUT', headers).end(), 'response')) as [IncomingMessage];
      assert.equal(response.headers['x-length'], '0');
      assert.equal((await digest(response)).length, 0);
    }
  });

  it('hold the server back when the client does not read', async () => {
    let taken = 0;
    upstream.respond = async (_incoming, response) => {
      response.writeHead(200, { 'content-length': size });
      const counted = function* (): Generator<Buffer> {
        for (const piece of pieces(size)) {
          taken += piece.length;
          yield piece;
        }
      };
      await pipeline(Readable.from(counted()), response).catch(() => undefined);
    };
    const client = await proxy.connect();
    client.socket.pause();
    client.write(proxy.request('GET /a'));
    await standsStill(() => taken);
    assert.ok(taken < mostHeldBack, `${taken / mebibyte} MiB were taken`);
    client.destroy();
  });

  it('hold the client back when the server does not read', async () => {
    upstream.respond = async (incoming) => {
      await once(incoming, 'close');
    };
    const sending = call('PUT', { 'content-length': size });
    sending.on('error', () => undefined);
    let sent = 0;
    const counted = function* (): Generator<Buffer> {
      for (const piece of pieces(size)) {
        sent += piece.length;
        yield piece;
      }
    };
    const done = pipeline(Readable.from(counted()), sending).catch(() => undefined);
    await standsStill(() => sent);
    assert.ok(sent < mostHeldBack, `${sent / mebibyte} MiB were sent`);
    sending.destroy();
    await done;
  });

  it('reach slow readers from slow writers whole, in pieces of any size', async () => {
    const total = 6 * mebibyte;
    upstream.respond = async (incoming, response) => {
      response.writeHead(200, { 'transfer-encoding': 'chunked' });
      // Back as it comes, so that both directions run at once.
      await pipeline(incoming, response);
    };
    const one = async (step: number): Promise<void> => {
      const sending = call('POST', { 'transfer-encoding': 'chunked' });
      const answered = once(sending, 'response') as Promise<[IncomingMessage]>;
      const source = function* (): Generator<Buffer> {
        for (const piece of pieces(total)) {
          for (let at = 0; at < piece.length; at += step) yield piece.subarray(at, at + step);
        }
      };
      const sent = pipeline(Readable.from(source()), sending);
      const [response] = await answered;
      const hash = createHash('sha256');
      let length = 0;
      const slow = new Writable({
        highWaterMark: 16_384,
        write: (piece: Buffer, _encoding, done) => {
          hash.update(piece);
          length += piece.length;
          setImmediate(done);
        },
      });
      await Promise.all([sent, pipeline(response, slow)]);
      assert.deepEqual([hash.digest('hex'), length], [digestOf(total), total]);
    };
    await Promise.all([1013, 16_384, 65_536, 65_537, 300_007].map(one));
  });

  it('that a slow client has yet to read are not touched by the requests of others', async () => {
    const total = 12 * mebibyte;
    const other = Buffer.alloc(400_000, 'B');
    upstream.respond = async (incoming, response) => {
      incoming.resume();
      if (incoming.headers['x-slow'] === undefined) {
        response.writeHead(200, { 'content-length': other.length }).end(other);
        return;
      }
      response.writeHead(200, { 'content-length': total });
      await pipeline(Readable.from(pieces(total)), response);
    };
    const response = await get({ 'x-slow': 1 });
    let isDone = false;
    const others = Promise.all(
      Array.from({ length: 4 }, async () => {
        while (!isDone) {
          for await (const piece of (await get()) as AsyncIterable<Buffer>) {
            assert.ok(piece.equals(other.subarray(0, piece.length)));
          }
        }
      }),
    );
    const hash = createHash('sha256');
    const slow = new Writable({
      highWaterMark: 16_384,
      write: (piece: Buffer, _encoding, done) => {
        hash.update(piece);
        setTimeout(done, 3);
      },
    });
    try {
      await pipeline(response, slow);
    } finally {
      isDone = true;
    }
    await others;
    assert.equal(hash.digest('hex'), digestOf(total));
  });

  it('that a client has yet to read the end of are not touched by the next on that connection', async () => {
    upstream.respond = async (incoming, response) => {
      incoming.resume();
      const slow = Number(incoming.headers['x-slow'] ?? 0);
      const length = slow || 200_000;
      response.writeHead(200, { 'content-length': length }).end(Buffer.alloc(length, slow > 0 ? 'A' : 'B'));
      await once(response, 'close');
    };
    const other = async (): Promise<void> => {
      for await (const piece of (await get()) as AsyncIterable<Buffer>) {
        assert.ok(piece.equals(Buffer.alloc(piece.length, 'B')));
      }
    };
    const slow = async (total: number): Promise<void> => {
      const response = await get({ 'x-slow': total });
      for (let received = 0; received < total;) {
        const piece = response.read() as Buffer | null;
        if (piece === null) {
          await once(response, 'readable');
          continue;
        }
        assert.ok(
          piece.equals(Buffer.alloc(piece.length, 'A')),
          `other bytes from ${received} of ${total} on`,
        );
        received += piece.length;
        await other();
      }
      response.destroy();
    };
    // The kernel takes a megabyte or more at a time: with some of these lengths just the last piece has to wait.
    for (let from = 0; from < 24; from += 8) {
      await Promise.all(
        Array.from({ length: 8 }, async (_, at) => slow(4 * mebibyte + (from + at) * 90_000)),
      );
    }
  });

  it('are not mixed up in a hundred transfers at once', async () => {
    upstream.respond = async (incoming, response) => {
      response.writeHead(200, { 'content-length': Number(incoming.headers['content-length']) });
      await pipeline(incoming, response);
    };
    await Promise.all(
      Array.from({ length: 100 }, async (_, index) => {
        const body = Buffer.alloc(50_000 + index * 1009, `${index},`);
        const sending = call('POST', { 'content-length': body.length });
        sending.end(body);
        const [response] = (await once(sending, 'response')) as [IncomingMessage];
        const received = Buffer.concat((await (response as Readable).toArray()) as Buffer[]);
        assert.ok(received.equals(body), `transfer ${index}`);
      }),
    );
  });
});
