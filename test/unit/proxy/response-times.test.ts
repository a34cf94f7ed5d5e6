import assert from 'node:assert/strict';
import { ResponseTimes } from '../../../src/proxy/response-times.ts';

const minuteMs = 60_000;
const start = 1_764_000_000_000;

describe('Response times', () => {
  it('are unknown without a response, and after one that an earlier clock began', () => {
    const times = new ResponseTimes();
    times.advance(start);
    times.add(-5);
    assert.equal(times.quantile(0.5), undefined);
    times.add(5);
    assert.deepEqual([times.quantile(0.5), times.quantile(0.95, 2)], [5, undefined]);
  });

  it('give the median and the 95th percentile to an eighth, from no time to many minutes', () => {
    for (const scale of [1, 10, 100, 1000, 3000]) {
      const times = new ResponseTimes();
      times.advance(start);
      for (let one = 1; one <= 100; one += 1) times.add(one * scale);
      const isClose = (found: number | undefined, exact: number): boolean =>
        found !== undefined && Math.abs(found - exact) <= exact / 8;
      assert.ok(isClose(times.quantile(0.5), 50 * scale), `median of ${scale}: ${times.quantile(0.5)}`);
      assert.ok(isClose(times.quantile(0.95), 95 * scale), `95th of ${scale}: ${times.quantile(0.95)}`);
    }
    const fast = new ResponseTimes();
    fast.add(0);
    assert.equal(fast.quantile(0.95), 0);
  });

  it('count longer ones than there are buckets for as the longest', () => {
    const times = new ResponseTimes();
    times.add(2 ** 31 - 1);
    assert.ok((times.quantile(0.5) ?? 0) > 10 * minuteMs);
  });

  it('forget what is older than five minutes, whatever the clock does', () => {
    const times = new ResponseTimes();
    times.advance(start);
    times.add(1000);
    times.advance(start + 4 * minuteMs);
    times.add(10);
    assert.ok((times.quantile(0.95) ?? 0) > 900);
    times.advance(start + 5 * minuteMs);
    assert.equal(times.quantile(0.95), 10);
    times.advance(start + 500 * minuteMs);
    assert.equal(times.quantile(0.95), undefined);
    times.add(3);
    times.advance(start);
    assert.equal(times.quantile(0.95), undefined);
  });
});
