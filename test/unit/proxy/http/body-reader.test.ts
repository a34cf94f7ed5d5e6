import assert from 'node:assert/strict';
import fc from 'fast-check';
import { bodyReader } from '../../../../src/proxy/http/body-reader.ts';
import type { BodyReader } from '../../../../src/proxy/http/body-reader.ts';
import { cuts } from './split.ts';

const chunked = { kind: 'chunked' } as const;

interface Reading {
  /** What was handed on. */
  readonly passed: string;
  /** Where the body ended in the whole stream; -1: malformed, -2: not yet. */
  readonly end: number;
}

/** Reads a stream in pieces, as the network gave them. */
function read(reader: BodyReader, pieces: readonly Buffer[]): Reading {
  const passed: Buffer[] = [];
  let offset = 0;
  for (const piece of pieces) {
    const end = reader.read(piece, 0, (part) => passed.push(Buffer.from(part)));
    if (end === -1) return { passed: text(passed), end: -1 };
    if (reader.isDone) return { passed: text(passed), end: offset + end };
    assert.equal(end, piece.length, 'all of a piece is taken before the end');
    offset += piece.length;
  }
  return { passed: text(passed), end: -2 };
}

const text = (parts: readonly Buffer[]): string => Buffer.concat(parts).toString('latin1');
const bytes = (value: string): Buffer => Buffer.from(value, 'latin1');
const whole = (value: string, trailers: 'refuse' | 'drop' = 'refuse'): Reading =>
  read(bodyReader(chunked, trailers), [bytes(value)]);

/** A well-formed chunked body: its bytes, and what they say. */
const bodies = fc
  .array(
    fc.record({
      data: fc
        .uint8Array({ minLength: 1, maxLength: 40 })
        .map((data) => Buffer.from(data).toString('latin1')),
      zeros: fc.nat(3),
      upper: fc.boolean(),
    }),
    { maxLength: 6 },
  )
  .map((chunks) => {
    const coded = chunks.map(({ data, zeros, upper }) => {
      const size = '0'.repeat(zeros) + data.length.toString(16);
      return `${upper ? size.toUpperCase() : size}\r\n${data}\r\n`;
    });
    return `${coded.join('')}0\r\n\r\n`;
  });

const trailerLines = fc.array(fc.constantFrom('X: y', 'X-Checksum: abc', 'Y:', 'Z: a b\tc'), {
  maxLength: 3,
});

describe('The end of a body', () => {
  it('with a length is after that many bytes, however they come', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 1, maxLength: 200 }).chain((all) => {
          const stream = Buffer.from(all);
          return fc.tuple(fc.constant(stream), cuts(stream), fc.integer({ min: 1, max: stream.length }));
        }),
        ([stream, pieces, length]) => {
          const reading = read(bodyReader({ kind: 'length', length }, 'refuse'), pieces);
          assert.deepEqual(reading, { passed: stream.toString('latin1', 0, length), end: length });
        },
      ),
    );
  });

  it('in chunks is the same however they come, and what follows is left alone', () => {
    fc.assert(
      fc.property(
        fc
          .tuple(bodies, fc.constantFrom('', 'GET / HTTP/1.1\r\n', '\r\n', '0\r\n\r\n'))
          .chain(([body, after]) => fc.tuple(fc.constant(body), cuts(bytes(body + after)))),
        ([body, pieces]) => {
          for (const trailers of ['refuse', 'drop'] as const) {
            const reading = read(bodyReader(chunked, trailers), pieces);
            assert.deepEqual(reading, { passed: body, end: body.length });
          }
        },
      ),
    );
  });

  it('is never where a body was cut off', () => {
    fc.assert(
      fc.property(
        bodies.chain((body) => fc.tuple(fc.constant(body), fc.nat(body.length - 1))),
        ([body, at]) => {
          assert.equal(whole(body.slice(0, at)).end, -2);
        },
      ),
    );
  });

  it('leaves out trailers of a response and refuses those of a request, however they come', () => {
    fc.assert(
      fc.property(
        fc.tuple(bodies, trailerLines).chain(([body, lines]) => {
          const end = `${lines.map((line) => `${line}\r\n`).join('')}\r\n`;
          const stream = body.slice(0, -2) + end;
          return fc.tuple(fc.constant(body), fc.constant(lines), cuts(bytes(stream)));
        }),
        ([body, lines, pieces]) => {
          const length = pieces.reduce((sum, piece) => sum + piece.length, 0);
          assert.deepEqual(read(bodyReader(chunked, 'drop'), pieces), { passed: body, end: length });
          const refused = read(bodyReader(chunked, 'refuse'), pieces);
          assert.equal(refused.end, lines.length === 0 ? length : -1);
        },
      ),
    );
  });

  it('with one byte changed in its frame, is refused, not reached, or still agrees with what was handed on', () => {
    fc.assert(
      fc.property(
        bodies.chain((body) =>
          fc.tuple(fc.constant(body), fc.nat(body.length - 1), fc.integer({ min: 0, max: 255 })),
        ),
        ([body, at, byte]) => {
          const changed = body.slice(0, at) + String.fromCharCode(byte) + body.slice(at + 1);
          const { passed, end } = whole(changed);
          if (end < 0) return;
          assert.equal(passed, changed.slice(0, end));
          // Read by the plainest decoder there is, it ends at the same place.
          assert.equal(plainEnd(changed), end);
        },
      ),
      { numRuns: 2000 },
    );
  });

  it('is not looked for after a size that other readers read differently', () => {
    for (const size of [
      '',
      ' 5',
      '5 ',
      '+5',
      '-5',
      '0x5',
      '5;a=b',
      '5,',
      'g',
      '5\t',
      '1'.repeat(17),
      '5\0',
    ]) {
      assert.equal(whole(`${size}\r\nhello\r\n0\r\n\r\n`).end, -1, JSON.stringify(size));
    }
  });

  it('comes after extensions and trailers of bounded length', () => {
    assert.equal(whole(`5;${'a'.repeat(100_000)}\r\nhello\r\n0\r\n\r\n`, 'drop').end, -1);
    assert.equal(whole(`0\r\nX: ${'y'.repeat(100_000)}\r\n\r\n`, 'drop').end, -1);
    assert.equal(whole(`0\r\n${'X: y\r\n'.repeat(10_000)}\r\n`, 'drop').end, -1);
  });

  it('is not decided by a trailer', () => {
    for (const line of [
      'Content-Length: 5',
      'Transfer-Encoding: chunked',
      'no field',
      ' X: y',
      'X : y',
      'X: \0',
    ]) {
      assert.equal(whole(`0\r\n${line}\r\n\r\n`, 'drop').end, -1, line);
    }
  });
});

/** Where a chunked body without extensions and trailers ends. */
function plainEnd(stream: string): number {
  let at = 0;
  for (;;) {
    const lineEnd = stream.indexOf('\r\n', at);
    const size = Number.parseInt(stream.slice(at, lineEnd), 16);
    at = lineEnd + 2 + size + 2;
    assert.equal(stream.slice(at - 2, at), '\r\n');
    if (size === 0) return at;
  }
}
