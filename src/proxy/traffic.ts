import type { RequestLine } from './http/request-head.ts';
import type { DenialReason, RecentDenial, RecentRequest, TrafficFacts } from './messages.ts';

/** What programs asked is told for the last five minutes, this interval included. */
export const intervalMs = 15_000;
const intervals = 20;
const maxRecent = 8;
const maxPathLength = 200;
const questionMark = 0x3f;

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

/**
 * What the user's programs asked lately, to be shown: how many requests there were in each interval, and the last
 * different ones. Requests that are the same but for their query count as one, so a request that repeats one of the last
 * costs a few comparisons, and any number of them the same memory.
 */
export class Traffic {
  readonly #counts = new Uint32Array(intervals);
  #interval = 0;
  /** In no order. */
  readonly #recent: Mutable<RecentRequest>[] = [];
  readonly #denials = new Map<DenialReason, Mutable<RecentDenial>>();

  began(now: number): void {
    this.#advance(now);
    const slot = this.#interval % intervals;
    this.#counts[slot] = (this.#counts[slot] ?? 0) + 1;
  }

  /** `status` 0: no whole response came. */
  ended({ method, target }: RequestLine, status: number, now: number): void {
    for (const known of this.#recent) {
      if (known.status !== status || known.method !== method || !isOfPath(target, known.path)) continue;
      known.count += 1;
      known.at = now;
      return;
    }
    const recent = { method, path: pathOf(target), status, count: 1, at: now };
    if (this.#recent.length < maxRecent) this.#recent.push(recent);
    else this.#recent[indexOfOldest(this.#recent)] = recent;
  }

  denied(reason: DenialReason, now: number): void {
    const count = (this.#denials.get(reason)?.count ?? 0) + 1;
    this.#denials.set(reason, { reason, count, at: now });
  }

  facts(now: number): TrafficFacts {
    this.#advance(now);
    const oldestFirst = Array.from(
      { length: intervals },
      (_, index) => this.#counts[(this.#interval + 1 + index) % intervals] ?? 0,
    );
    return {
      interval: this.#interval,
      perInterval: oldestFirst,
      recent: this.#recent.map((one) => ({ ...one })).sort((one, other) => other.at - one.at),
      denials: [...this.#denials.values()].sort((one, other) => other.at - one.at),
    };
  }

  #advance(now: number): void {
    const interval = Math.floor(now / intervalMs);
    if (interval === this.#interval) return;
    const passed = Math.min(Math.abs(interval - this.#interval), intervals);
    for (let back = 0; back < passed; back += 1) this.#counts[(interval - back) % intervals] = 0;
    this.#interval = interval;
  }
}

function isOfPath(target: string, path: string): boolean {
  return (
    target.startsWith(path) &&
    (target.length === path.length || target.charCodeAt(path.length) === questionMark)
  );
}

/** A copy: a part of a string keeps the whole, which is the head of the request with its session token. */
function pathOf(target: string): string {
  const end = target.indexOf('?');
  const path = target.slice(0, Math.min(end === -1 ? target.length : end, maxPathLength));
  return Buffer.from(path, 'latin1').toString('latin1');
}

function indexOfOldest(recent: readonly RecentRequest[]): number {
  let oldest = 0;
  for (const [index, { at }] of recent.entries()) if (at < (recent[oldest]?.at ?? 0)) oldest = index;
  return oldest;
}
