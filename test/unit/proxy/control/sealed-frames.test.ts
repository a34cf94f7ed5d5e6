import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { FrameSeal } from '../../../../src/proxy/control/frame-seal.ts';
import { FramedSocket } from '../../../../src/proxy/control/framed-socket.ts';
import type { Frame } from '../../../../src/proxy/control/framed-socket.ts';
import { Random } from '../../../support/random.ts';

interface TextFrame extends Frame {
  readonly text: string;
}

/** What somebody who stands between the two ends makes of the sealed lines of one of them. */
type Meddling = (lines: readonly string[], random: Random) => readonly string[];

const key = randomBytes(32);
const greetings = '{"window":"a"}{"process":"b"}';
const count = 5;

function at(random: Random, lines: readonly string[]): { index: number; line: string } {
  const index = random.below(lines.length);
  return { index, line: lines[index] ?? '' };
}

const sealedBy = (seal: FrameSeal): string => seal.seal(JSON.stringify({ type: 'said', text: 'forged' }));

const meddlings: Readonly<Record<string, Meddling>> = {
  'puts bytes of any kind between': (lines, random) => {
    const noise = Buffer.from(Array.from({ length: 1 + random.below(300) }, () => random.below(256)));
    return lines.toSpliced(random.below(lines.length + 1), 0, noise.toString('base64'));
  },
  'changes one bit': (lines, random) => {
    const { index, line } = at(random, lines);
    const bytes = Buffer.from(line, 'base64');
    const place = random.below(bytes.length);
    bytes[place] = (bytes[place] ?? 0) ^ (1 << random.below(8));
    return lines.with(index, bytes.toString('base64'));
  },
  'cuts a message short': (lines, random) => {
    const { index, line } = at(random, lines);
    return lines.with(index, line.slice(0, random.below(line.length - 4)));
  },
  'leaves a message out': (lines, random) => lines.toSpliced(random.below(lines.length), 1),
  'repeats a message': (lines, random) => {
    const { index, line } = at(random, lines);
    return lines.toSpliced(index + 1 + random.below(lines.length - index), 0, line);
  },
  'says messages in another order': (lines, random) => {
    const index = random.below(lines.length - 1);
    return lines.with(index, lines[index + 1] ?? '').with(index + 1, lines[index] ?? '');
  },
  'joins two messages': (lines, random) => {
    const index = random.below(lines.length - 1);
    return lines.toSpliced(index, 2, `${lines[index] ?? ''}${lines[index + 1] ?? ''}`);
  },
  'says one of another key': (lines, random) =>
    lines.with(random.below(lines.length), sealedBy(new FrameSeal(randomBytes(32), greetings, 'window'))),
  'says one of another channel': (lines, random) =>
    lines.with(random.below(lines.length), sealedBy(new FrameSeal(key, `${greetings} `, 'window'))),
  'sends back what the other end said': (lines, random) =>
    lines.with(random.below(lines.length), sealedBy(new FrameSeal(key, greetings, 'process'))),
  'says one that is not sealed': (lines, random) =>
    lines.with(random.below(lines.length), JSON.stringify({ type: 'said', text: 'forged' })),
};

describe('Sealed messages of the control channel, when somebody who stands between', () => {
  let server: Server;
  const sockets: Socket[] = [];

  beforeEach(async () => {
    server = createServer((socket) => sockets.push(socket)).listen(0, '127.0.0.1');
    await once(server, 'listening');
  });

  afterEach(() => {
    for (const socket of sockets.splice(0)) socket.destroy();
    server.close();
  });

  /** What an end that knows the other takes of these lines before it closes, or they end. */
  async function taken(lines: readonly string[]): Promise<readonly string[]> {
    const accepted = once(server, 'connection') as Promise<[Socket]>;
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
    sockets.push(socket);
    socket.on('error', () => undefined);
    const framed = new FramedSocket((await accepted)[0]);
    framed.seal(new FrameSeal(key, greetings, 'process'));
    const texts: string[] = [];
    const closed = new Promise<void>((resolve) => {
      framed.listen((frame) => texts.push((frame as TextFrame).text), resolve);
    });
    socket.end(lines.map((line) => `${line}\n`).join(''));
    await closed;
    return texts;
  }

  const said = Array.from({ length: count }, (_, index) => `message ${index} ä`);
  const sealed = (): readonly string[] => {
    const seal = new FrameSeal(key, greetings, 'window');
    return said.map((text) => seal.seal(JSON.stringify({ type: 'said', text })));
  };

  it('does nothing, arrive', async () => {
    assert.deepEqual(await taken(sealed()), said);
  });

  for (const [how, meddle] of Object.entries(meddlings)) {
    it(`${how}, end before that, and nothing that follows arrives`, async () => {
      for (let seed = 1; seed <= 25; seed += 1) {
        const lines = sealed();
        const texts = await taken([...meddle(lines.slice(0, -1), new Random(seed)), ...lines.slice(-1)]);
        assert.ok(texts.length < count, `seed ${seed}: the last one arrived`);
        assert.deepEqual(texts, said.slice(0, texts.length), `seed ${seed}`);
      }
    });
  }

  it('sends one that is too long, end at once', async () => {
    const long = new FrameSeal(key, greetings, 'window').seal(
      JSON.stringify({ type: 'said', text: 'x'.repeat(18_000_000) }),
    );
    assert.deepEqual(await taken([long]), []);
  });
});
