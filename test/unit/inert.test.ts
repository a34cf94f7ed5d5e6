import assert from 'node:assert/strict';
import fc from 'fast-check';
import { inertLine } from '../../src/inert.ts';
import { cpuMs } from '../support/cpu-time.ts';

/** What no line may hold, by code point. */
const forbidden: readonly (readonly [first: number, last: number])[] = [
  [0x00, 0x1f],
  [0x7f, 0x9f],
  [0xad, 0xad],
  [0x34f, 0x34f],
  [0x61c, 0x61c],
  [0x115f, 0x1160],
  [0x17b4, 0x17b5],
  [0x180b, 0x180f],
  [0x200b, 0x200f],
  [0x2028, 0x202e],
  [0x2060, 0x206f],
  [0x2800, 0x2800],
  [0x3164, 0x3164],
  [0xd800, 0xdfff],
  [0xe000, 0xf8ff],
  [0xfe00, 0xfe0f],
  [0xfeff, 0xfeff],
  [0xffa0, 0xffa0],
  [0xfff0, 0xfffb],
  [0xfffe, 0xffff],
  [0x1bca0, 0x1bca3],
  [0xe0000, 0xe0fff],
];

const isForbidden = (character: string): boolean => {
  const point = character.codePointAt(0) ?? 0;
  return forbidden.some(([first, last]) => point >= first && point <= last);
};

const hostile = fc
  .array(
    fc.oneof(
      fc.constantFrom(...forbidden.flat()).map((point) => String.fromCodePoint(point)),
      fc.string({ unit: 'binary' }),
      fc.string({ unit: 'grapheme' }),
      fc.constantFrom('\r\n', '\u2028', '\u202e', '   ', '\u00a0\u3000', 'e\u0301', '\ud83d'),
    ),
  )
  .map((parts) => parts.join(''));
const maxLengths = fc.integer({ min: 0, max: 60 });

describe('a line of somebody else’s text', () => {
  it('has no character that breaks, reorders or hides a line', () => {
    fc.assert(
      fc.property(hostile, maxLengths, (text, maxLength) => {
        assert.deepEqual(Array.from(inertLine(text, maxLength)).filter(isForbidden), []);
      }),
    );
  });

  it('is never longer than it may be, in whole characters', () => {
    fc.assert(
      fc.property(hostile, maxLengths, (text, maxLength) => {
        const line = inertLine(text, maxLength);
        assert.ok(Array.from(line).length <= maxLength);
        assert.ok(line.isWellFormed());
      }),
    );
  });

  it('is the same when it is made inert again', () => {
    fc.assert(
      fc.property(hostile, maxLengths, (text, maxLength) => {
        const line = inertLine(text, maxLength);
        assert.equal(inertLine(line, maxLength), line);
      }),
    );
  });

  it('leaves plain text alone', () => {
    const texts = ['https://mlflow.company.com/ml', 'Zürich, Ελλάδα, 東京', 'naïve 👍', 'a [b](c) $(d)'];
    for (const text of texts) assert.equal(inertLine(text, 100), text);
  });

  it('shows that something was there', () => {
    assert.equal(inertLine('ml\r\nTracking server: https://a', 100), 'ml\uFFFDTracking server: https://a');
    assert.equal(inertLine('user\u202Etxt', 100), 'user\uFFFDtxt');
    assert.equal(inertLine('pay\u200Bpal', 100), 'pay\uFFFDpal');
  });

  it('cannot push text to the next line by blanks', () => {
    assert.equal(inertLine(`a${' '.repeat(500)}\u3000b`, 100), 'a b');
  });

  it('has no tower of marks that is drawn over other lines', () => {
    assert.equal(inertLine(`e${'\u0301'.repeat(200)}`, 100), `e${'\u0301'.repeat(4)}\uFFFD`);
  });

  it('keeps beginning and end when it is cut', () => {
    assert.equal(inertLine('0123456789', 5), '01…89');
    assert.equal(inertLine('👍👍👍👍', 3), '👍…👍');
    assert.equal(inertLine('abc', 1), '…');
    assert.equal(inertLine('abc', 0), '');
  });

  it('takes time in proportion to the text', () => {
    const spent = cpuMs(() => {
      for (const unit of ['\u0301', ' ', '\u200b', 'a\u0301', '\ud83d']) inertLine(unit.repeat(300_000), 100);
    });
    assert.ok(spent < 3000, `${spent} ms`);
  });
});
