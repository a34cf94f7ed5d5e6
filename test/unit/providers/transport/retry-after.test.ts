import assert from 'node:assert/strict';
import { retryAfterMs } from '../../../../src/providers/transport/retry-after.ts';

describe('Retry-After', () => {
  const now = Date.parse('2026-01-01T00:00:00Z');
  const rows: readonly [string | undefined, number | undefined][] = [
    ['7', 7000],
    ['Thu, 01 Jan 2026 00:01:00 GMT', 60_000],
    ['Wed, 31 Dec 2025 23:59:00 GMT', undefined],
    // Longer is taken for a mistake, and a timer could not hold it.
    ['99999999', 86_400_000],
    ['Fri, 01 Jan 2100 00:00:00 GMT', 86_400_000],
    ['0', undefined],
    ['soon', undefined],
    ['-1', undefined],
    [undefined, undefined],
  ];
  for (const [header, expected] of rows) {
    it(`${header ?? 'none'} is ${expected ?? 'nothing'}`, () =>
      assert.equal(retryAfterMs(header, now), expected));
  }
});
