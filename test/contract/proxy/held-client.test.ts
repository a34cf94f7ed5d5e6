import assert from 'node:assert/strict';
import { proxyDefaults } from '../../../src/proxy/server.ts';
import { HeldClient } from './held-client.ts';
import { statuses } from './raw-client.ts';
import { okAnswer, ScriptedUpstream } from './scripted-upstream.ts';
import { bearer, credential } from './test-proxy.ts';

const { headMs: head, idleMs: idle, lingerMs: linger, stallMs: stall } = proxyDefaults.timeouts;
const second = 1000;

describe('A client that does not read its responses', () => {
  let upstream: ScriptedUpstream;
  let client: HeldClient;

  beforeEach(async () => {
    upstream = await ScriptedUpstream.start();
    client = new HeldClient(upstream.origin);
  });

  afterEach(async () => {
    client.close();
    await upstream.stop();
  });

  const request = (line: string, ...lines: string[]): string =>
    [`${line} HTTP/1.1`, 'Host: 127.0.0.1:5000', bearer, ...lines, '', ''].join('\r\n');
  const send = (text: string): boolean => client.socket.push(Buffer.from(text, 'latin1'));
  const sized = (length: number): string =>
    `HTTP/1.1 200 OK\r\nContent-Length: ${length}\r\n\r\n${'a'.repeat(length)}`;
  /** The exchange is over, and nothing of its answer has been taken. */
  const answered = async (length: number): Promise<void> => {
    await client.until(() => client.socket.writableLength > length);
  };

  it('has no more of its pipelined requests started, and the rest as soon as it reads the responses', async () => {
    upstream.answerAll(sized(15_000));
    send(request('GET /a').repeat(100));
    await client.until(() => client.socket.isPaused());
    assert.ok(client.socket.writableLength < 100_000, `${client.socket.writableLength} bytes are held`);
    assert.ok((upstream.sides[0]?.received.split('GET /a').length ?? 0) <= 7);
    client.socket.takeAll();
    await client.until(() => statuses(client.socket.taken).length === 100);
    assert.equal(client.socket.taken, sized(15_000).repeat(100));
  });

  it('and has further requests waiting is not answered that their head is late', async () => {
    upstream.answerAll(sized(15_000));
    send(request('GET /a').repeat(100));
    await client.until(() => client.socket.isPaused());
    client.sweepIn(second);
    client.sweepIn(stall + 2 * second);
    assert.ok(client.socket.destroyed);
    assert.deepEqual(client.denials, []);
  });

  it('and sent a part of a head is answered that it is late', async () => {
    send('GET /a HTTP/1.1\r\n');
    client.socket.takeAll();
    await client.until(() => client.socket.readableLength === 0);
    client.sweepIn(head + second);
    assert.deepEqual(client.denials, ['limit']);
    await client.until(() => client.socket.taken !== '');
    assert.deepEqual(statuses(client.socket.taken), [408]);
  });

  it('keeps the end of a response for as long as an exchange may stall, then ends as an idle one', async () => {
    upstream.answerAll(sized(15_000));
    send(request('GET /a'));
    await answered(15_000);
    client.sweepIn(second);
    client.sweepIn(idle + 2 * second);
    assert.ok(!client.socket.destroyed);
    client.socket.takeAll();
    await client.until(() => client.socket.taken === sized(15_000));
    client.sweepIn(second);
    client.sweepIn(stall + 2 * second);
    assert.ok(client.socket.destroyed);
  });

  it('keeps the end of the last response as long, and then has the time to close', async () => {
    upstream.answerAll(sized(15_000));
    send(request('GET /a', 'Connection: close'));
    await answered(15_000);
    client.sweepIn(linger + second);
    assert.ok(!client.socket.destroyed);
    client.socket.takeAll();
    await client.until(() => client.socket.writableFinished);
    assert.ok(client.socket.taken.endsWith('a'.repeat(15_000)));
    client.sweepIn(linger + second);
    assert.ok(client.socket.destroyed);
  });

  it('gets one response when its body turns out to be malformed after the server rejected the credential', async () => {
    client.socket.takeAll();
    send(request('POST /a', 'Transfer-Encoding: chunked') + '1\r\na\r\n');
    const side = await upstream.side(0);
    await side.has('1\r\na\r\n');
    let isAsked = false;
    const { gate } = client;
    const reject = gate.reject.bind(gate);
    gate.reject = (version, settle) => {
      isAsked = true;
      return reject(version, settle);
    };
    side.write('HTTP/1.1 401 Unauthorized\r\nContent-Length: 2\r\n\r\nno');
    await client.until(() => isAsked);
    send('no size\r\n');
    await client.until(() => client.socket.readableLength === 0 && client.socket.isPaused());
    gate.set(credential(1));
    await client.until(() => client.socket.writableFinished || client.socket.destroyed);
    assert.ok(client.socket.writableFinished, 'the end is orderly');
    assert.deepEqual(statuses(client.socket.taken), [400]);
  });

  it('gets its response like any other once it reads', async () => {
    upstream.answerAll(okAnswer);
    send(request('GET /a'));
    await answered(1);
    client.socket.takeAll();
    await client.until(() => client.socket.taken === okAnswer);
  });
});
