import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { PassThrough } from 'node:stream';
import {
  acceptPlain,
  connectPlain,
  eventSocket,
  smallPieceBytes,
} from '../../../../src/proxy/sockets/read-buffer.ts';
import type { SocketReader } from '../../../../src/proxy/sockets/read-buffer.ts';

/** What a listener was given: as it was then, and the memory that it was in. */
interface Heard {
  readonly copy: Buffer;
  readonly lent: Buffer;
}

/** The one reads as the proxy does, the other is written to. */
type Pair = readonly [SocketReader, Socket];

describe('Reading into memory that is used again', () => {
  let server: Server;
  let port: number;
  const sockets: Socket[] = [];

  beforeEach(async () => {
    server = createServer({ pauseOnConnect: true });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    ({ port } = server.address() as AddressInfo);
  });

  afterEach(async () => {
    for (const socket of sockets.splice(0)) socket.destroy();
    server.close();
    await once(server, 'close');
  });

  const pairs = {
    'a connection that was accepted': async (): Promise<Pair> => {
      const other = connect(port, '127.0.0.1');
      const [accepted] = (await once(server, 'connection')) as [Socket];
      return [acceptPlain(accepted), other];
    },
    'a connection that was made': async (): Promise<Pair> => {
      const made = connectPlain({ host: '127.0.0.1', port });
      const [other] = (await once(server, 'connection')) as [Socket];
      return [made, other.resume()];
    },
    'a socket that was not made for it': async (): Promise<Pair> => {
      const other = connect(port, '127.0.0.1');
      const [accepted] = (await once(server, 'connection')) as [Socket];
      return [eventSocket(accepted), other];
    },
  };

  async function hearing(pair: keyof typeof pairs): Promise<{
    readonly heard: Heard[];
    readonly socket: Socket;
    readonly other: Socket;
    readonly until: (length: number) => Promise<void>;
  }> {
    const [{ socket, listen }, other] = await pairs[pair]();
    sockets.push(socket, other);
    const heard: Heard[] = [];
    const length = (): number => heard.reduce((sum, { copy }) => sum + copy.length, 0);
    listen((bytes) => {
      heard.push({ copy: Buffer.from(bytes), lent: bytes });
      socket.emit('heard');
    });
    const until = async (enough: number): Promise<void> => {
      while (length() < enough) await once(socket, 'heard');
    };
    return { heard, socket, other, until };
  }

  for (const pair of Object.keys(pairs) as (keyof typeof pairs)[]) {
    it(`${pair} gives every byte in its order, and its end`, async () => {
      const { heard, socket, other, until } = await hearing(pair);
      const bytes = Buffer.from(Array.from({ length: 700_001 }, (_, at) => at % 251));
      const ended = once(socket, 'end');
      other.write(bytes.subarray(0, 5));
      await until(5);
      other.end(bytes.subarray(5));
      await until(bytes.length);
      assert.ok(Buffer.concat(heard.map(({ copy }) => copy)).equals(bytes));
      await ended;
    });

    it(`${pair} gives nothing while it is paused`, async () => {
      const { heard, socket, other, until } = await hearing(pair);
      other.write('a');
      await until(1);
      socket.pause();
      await new Promise((resolve) => other.write('b', resolve));
      // The answer of another connection comes after what is in the kernel for this one.
      const second = await hearing(pair);
      second.other.write('c');
      await second.until(1);
      assert.equal(heard.length, 1);
      socket.resume();
      await until(2);
    });
  }

  it('small pieces of all connections are in the same memory', async () => {
    const first = await hearing('a connection that was accepted');
    const second = await hearing('a connection that was made');
    first.other.write('first');
    await first.until(5);
    second.other.write('other');
    await second.until(5);
    assert.equal(first.heard[0]?.lent.buffer, second.heard[0]?.lent.buffer);
    assert.equal(String(first.heard[0]?.lent), 'other');
  });

  it('a piece that may be lent is in nobody else’s memory', async () => {
    const small = await hearing('a connection that was accepted');
    small.other.write('small');
    await small.until(5);
    const shared = small.heard[0]?.lent.buffer;
    const first = await hearing('a connection that was accepted');
    const second = await hearing('a connection that was made');
    for (const { other } of [first, second]) other.write(Buffer.alloc(500_000));
    await Promise.all([first.until(500_000), second.until(500_000)]);
    const [ofFirst, ofSecond] = [first, second].map(
      ({ heard }) =>
        new Set(heard.filter(({ lent }) => lent.length > smallPieceBytes).map(({ lent }) => lent.buffer)),
    );
    assert.ok(ofFirst !== undefined && ofSecond !== undefined);
    assert.ok(ofFirst.size > 0 && ofSecond.size > 0);
    assert.ok(ofFirst.isDisjointFrom(ofSecond));
    assert.ok(shared !== undefined && !ofFirst.has(shared) && !ofSecond.has(shared));
  });

  it('an accepted connection whose handle cannot be had is read nevertheless', async () => {
    const accepted = new PassThrough();
    // As the server accepts.
    accepted.pause();
    const heard = new Promise<string>((resolve) =>
      acceptPlain(accepted as unknown as Socket).listen((bytes) => resolve(bytes.toString())),
    );
    accepted.write('bytes');
    assert.equal(await heard, 'bytes');
  });
});
