import { intervalMs } from '../../proxy/traffic.ts';
import type { TrafficFacts } from '../../proxy/messages.ts';

const bars = '▁▂▃▄▅▆▇█';
const none = '·';

/** How many requests there were in each interval until now, the oldest first: nothing is posted while nobody asks. */
export function countsUntil(
  { interval, perInterval }: Pick<TrafficFacts, 'interval' | 'perInterval'>,
  now: number,
): readonly number[] {
  const passed = Math.max(0, Math.floor(now / intervalMs) - interval);
  const since = Array.from({ length: Math.min(passed, perInterval.length) }, () => 0);
  return [...perInterval, ...since].slice(-perInterval.length);
}

/** A bar for each count, the highest for the largest; a dot where there was nothing. */
export function sparkline(counts: readonly number[]): string {
  const most = Math.max(...counts, 1);
  const last = bars.length - 1;
  return counts
    .map((count) => (count === 0 ? none : bars.charAt(Math.round((count / most) * last))))
    .join('');
}
