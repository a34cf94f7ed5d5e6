import assert from 'node:assert/strict';
import fc from 'fast-check';
import { ResponseHeadReader } from '../../../../src/proxy/upstream/response-head-reader.ts';
import { cuts } from '../http/split.ts';

/** What a receiver is given, as text. */
class Recorder {
  readonly events: string[] = [];

  interimHead(rewritten: Buffer): void {
    this.events.push(`interim ${rewritten.toString('latin1', 9, 12)}`);
  }

  finalHead(
    { head, end }: { readonly head: { readonly status: number }; readonly end: number },
    bytes: Buffer,
  ): void {
    this.events.push(`final ${head.status} ${bytes.toString('latin1', end)}`);
  }

  unusableHead(): void {
    this.events.push('malformed');
  }
}

function reading(): { readonly recorder: Recorder; readonly receive: (text: string | Buffer) => void } {
  const recorder = new Recorder();
  const server = {
    address: { origin: 'https://mlflow.company.example' },
    cached: undefined,
    refusalBy: () => undefined,
  };
  const reader = new ResponseHeadReader(server);
  const receive = (text: string | Buffer): void => {
    // As from a socket: the memory is used again.
    const lent = Buffer.from(text);
    reader.receive(lent, 'GET', '127.0.0.1:5000', recorder);
    lent.fill(0xff);
  };
  return { recorder, receive };
}

const interim = 'HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n';
const final = 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n';

describe('The response heads of a connection', () => {
  it('are found in whatever pieces they come, and what follows them is left', () => {
    const stream = Buffer.from(interim + interim + final);
    fc.assert(
      fc.property(cuts(stream), (pieces) => {
        const { recorder, receive } = reading();
        for (const piece of pieces) receive(piece);
        assert.deepEqual(recorder.events, ['interim 103', 'interim 103', 'final 200 ']);
      }),
    );
    const { recorder, receive } = reading();
    receive(`${interim}${final}hello`);
    assert.deepEqual(recorder.events, ['interim 103', 'final 200 hello']);
  });

  it('are malformed when there is no end to 1xx responses, counted for each request', () => {
    const { recorder, receive } = reading();
    for (let response = 0; response < 3; response += 1) receive(interim.repeat(32) + final);
    assert.ok(!recorder.events.includes('malformed'));
    receive(interim.repeat(33));
    assert.deepEqual(recorder.events.slice(-2), ['interim 103', 'malformed']);
  });

  it('are malformed when there is no end to one of them', () => {
    const { recorder, receive } = reading();
    receive(final.slice(0, -2));
    for (let bytes = 0; bytes < 65_536; bytes += 8192) receive(`X: ${'y'.repeat(8187)}\r\n`);
    assert.deepEqual(recorder.events, ['malformed']);
  });

  it('are malformed when they switch to a protocol that was not asked for', () => {
    const { recorder, receive } = reading();
    receive('HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\n\r\n');
    assert.deepEqual(recorder.events, ['malformed']);
  });
});
