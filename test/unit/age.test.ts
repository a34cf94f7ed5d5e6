import assert from 'node:assert/strict';
import { ago, duration } from '../../src/age.ts';

describe('A length of time', () => {
  for (const [milliseconds, text] of [
    [-5, '0 s'],
    [0, '0 s'],
    [89_400, '89 s'],
    [90_000, '2 min'],
    [5_340_000, '89 min'],
    [5_400_000, '2 h'],
    [86_400_000, '24 h'],
  ] as const) {
    it(`of ${milliseconds} ms is shown as ${text}`, () => assert.equal(duration(milliseconds), text));
  }

  it('since a moment is shown as an age', () => assert.equal(ago(1000, 31_000), '30 s ago'));
});
