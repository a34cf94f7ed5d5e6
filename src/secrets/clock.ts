import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from './source.ts';

export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: async (ms, signal) => {
    await sleep(ms, undefined, { signal, ref: false });
  },
};
