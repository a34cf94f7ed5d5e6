import assert from 'node:assert/strict';
import { ago, ahead, duration, timeOfDay } from '../../src/age.ts';

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

  it('of an hour or more, from now or to now, is shown as the local time', () => {
    const [minute, now] = [60_000, 1_800_000_000_000];
    assert.equal(ago(now - 59 * minute, now), '59 min ago');
    assert.equal(ago(now - 61 * minute, now), `at ${timeOfDay(now - 61 * minute)}`);
    assert.equal(ahead(now + 59 * minute, now), 'in 59 min');
    assert.equal(ahead(now + 61 * minute, now), `at ${timeOfDay(now + 61 * minute)}`);
  });

  it('since a moment is shown as an age', () => assert.equal(ago(1000, 31_000), '30 s ago'));
});
