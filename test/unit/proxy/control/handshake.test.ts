import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { Server, Socket } from 'node:net';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FramedSocket } from '../../../../src/proxy/control/framed-socket.ts';
import type { Frame } from '../../../../src/proxy/control/framed-socket.ts';
import { greetProcess, greetWindow, newHello } from '../../../../src/proxy/control/handshake.ts';
import { Random } from '../../../support/random.ts';

describe('The control channel between windows and a proxy', () => {
  let folder: string;
  let server: Server;
  let path: string;
  const sockets: Socket[] = [];

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'control-'));
    path = join(folder, 'socket');
    server = createServer((socket) => sockets.push(socket)).listen(path);
    await once(server, 'listening');
  });

  afterEach(async () => {
    for (const socket of sockets.splice(0)) socket.destroy();
    server.close();
    await rm(folder, { recursive: true });
  });

  /** Both ends of a new connection: that of the window, and that of the process. */
  async function pair(): Promise<readonly [window: Socket, process: Socket]> {
    const accepted = once(server, 'connection') as Promise<[Socket]>;
    const socket = connect(path);
    sockets.push(socket);
    await once(socket, 'connect');
    return [socket, (await accepted)[0]];
  }

  const key = randomBytes(32);

  it('opens where both hold the key, and tells each what the other runs', async () => {
    const [window, process] = (await pair()).map((socket) => new FramedSocket(socket));
    const [seen, greeted] = await Promise.all([
      greetProcess(window!, key, newHello('one')),
      greetWindow(process!, key, newHello('two')),
    ]);
    assert.equal(seen.process.bundle, 'two');
    assert.equal(greeted.window.bundle, 'one');
  });

  it('says nothing but a greeting to a listener without the key, nor to one that has only the session token', async () => {
    for (const wrong of [randomBytes(32), Buffer.from('canary-session-token')]) {
      const [window, process] = await pair();
      const heard: Buffer[] = [];
      process.on('data', (bytes: Buffer) => heard.push(Buffer.from(bytes)));
      const greeting = greetProcess(new FramedSocket(window), key, newHello('one'));
      const answering = greetWindow(new FramedSocket(process), wrong, newHello('two'));
      await assert.rejects(greeting, /wrong proof/);
      window.destroy();
      await assert.rejects(answering);
      const frames = Buffer.concat(heard).toString().trim().split('\n');
      assert.deepEqual(
        frames.map((text) => (JSON.parse(text) as Frame).type),
        ['hello'],
      );
    }
  });

  it('lets no window in that repeats what another one said', async () => {
    const [window, process] = await pair();
    const said: Buffer[] = [];
    process.on('data', (bytes: Buffer) => said.push(Buffer.from(bytes)));
    await Promise.all([
      greetProcess(new FramedSocket(window), key, newHello('one')),
      greetWindow(new FramedSocket(process), key, newHello('two')),
    ]);
    const [thief, again] = await pair();
    const greeting = greetWindow(new FramedSocket(again), key, newHello('two'));
    thief.write(Buffer.concat(said));
    await assert.rejects(greeting, /wrong proof/);
  });

  it('lets no window in that sends the proof of the process back', async () => {
    const [window, process] = await pair();
    const greeting = greetWindow(new FramedSocket(process), key, newHello('two'));
    const framed = new FramedSocket(window);
    framed.send(newHello('one'));
    const hello = (await framed.next()) as Frame & { readonly proof: string };
    const proof: Frame & { readonly proof: string } = { type: 'proof', proof: hello.proof };
    framed.send(proof);
    await assert.rejects(greeting, /wrong proof/);
  });

  it('is closed by what is no message, by what is too long, and by silence that ends', async () => {
    const random = new Random(13);
    const noise = (): Buffer => Buffer.from(Array.from({ length: 200 }, () => random.below(256)));
    const attempts = [
      Buffer.from('{}\n'),
      Buffer.from('[]\n'),
      Buffer.from('null\n'),
      Buffer.from('{"type":1}\n'),
      Buffer.from('{"type":"hello"}\n'),
      Buffer.from('{"type":"proof","proof":""}\n'),
      Buffer.alloc(5000, 'a'),
      Buffer.from(`{"type":"listen","port":0,"sessionToken":"x"}\n`),
      ...Array.from({ length: 40 }, () => Buffer.concat([noise(), Buffer.from('\n')])),
    ];
    for (const bytes of attempts) {
      const [window, process] = await pair();
      const greeting = greetWindow(new FramedSocket(process), key, newHello('two'));
      window.end(bytes);
      await assert.rejects(greeting);
      process.destroy();
    }
  });

  it('takes messages in whatever pieces they come', async () => {
    const [window, process] = await pair();
    const framed = new FramedSocket(process);
    const received: Frame[] = [];
    framed.listen(
      (frame) => received.push(frame),
      () => undefined,
    );
    const text = '{"type":"a","text":"ä\\n"}\n{"type":"b"}\n';
    for (const byte of Buffer.from(text)) {
      window.write(Buffer.of(byte));
      await new Promise(setImmediate);
    }
    window.end();
    await once(process, 'close');
    assert.deepEqual(received, [{ type: 'a', text: 'ä\n' }, { type: 'b' }]);
  });
});
