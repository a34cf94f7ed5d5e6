import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from '../providers/source.ts';

/** The longest wait that a timer can take; a longer one would end at once. */
const maxTimerMs = 2 ** 31 - 1;

export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: async (ms, signal) => {
    let left = ms;
    while (left > maxTimerMs) {
      await sleep(maxTimerMs, undefined, { signal, ref: false });
      left -= maxTimerMs;
    }
    await sleep(left, undefined, { signal, ref: false });
  },
};
