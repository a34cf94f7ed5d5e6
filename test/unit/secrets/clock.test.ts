import assert from 'node:assert/strict';
import { once } from 'node:events';
import { systemClock } from '../../../src/secrets/clock.ts';

describe('the clock of the machine', () => {
  it('sleeps for as long as the token of a year asks for, though a timer holds 24 days', async () => {
    const warnings: Error[] = [];
    const onWarning = (warning: Error): void => void warnings.push(warning);
    process.on('warning', onWarning);
    try {
      const stop = new AbortController();
      const sleep = systemClock.sleep(365 * 24 * 3_600_000, stop.signal);
      // A timer that is asked for too much says so at once, and ends.
      await new Promise((resolve) => setImmediate(resolve));
      assert.deepEqual(warnings, []);
      stop.abort(new Error('stopped by the test'));
      await assert.rejects(sleep);
    } finally {
      process.off('warning', onWarning);
    }
  });

  it('rejects when it is told to stop', async () => {
    const stop = new AbortController();
    const sleep = systemClock.sleep(60_000, stop.signal);
    const aborted = once(stop.signal, 'abort');
    stop.abort(new Error('stopped by the test'));
    await aborted;
    await assert.rejects(sleep);
  });
});
