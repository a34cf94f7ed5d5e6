import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from './source.ts';

/** The longest wait that a timer can take; a longer one would end at once. */
const longestTimer = 2 ** 31 - 1;

export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: async (ms, signal) => {
    let left = ms;
    while (left > longestTimer) {
      await sleep(longestTimer, undefined, { signal, ref: false });
      left -= longestTimer;
    }
    await sleep(left, undefined, { signal, ref: false });
  },
};
