import type { ProxyStatistics } from './messages.ts';

type Counts = { -readonly [key in keyof ProxyStatistics]: number };

/** Counts what happens, and posts the counts when they changed. */
export class Statistics {
  readonly counts: Counts = {
    requests: 0,
    failures: 0,
    rejected: 0,
    denied: 0,
    openConnections: 0,
    lastRequestAt: 0,
  };
  #posted: ProxyStatistics = { ...this.counts };
  readonly #post: (statistics: ProxyStatistics) => void;

  constructor(post: (statistics: ProxyStatistics) => void) {
    this.#post = post;
  }

  postIfChanged(): void {
    const before = this.#posted;
    if (this.counts.requests !== before.requests) this.counts.lastRequestAt = Date.now();
    const now = { ...this.counts };
    const isSame = (Object.keys(now) as (keyof Counts)[]).every((key) => now[key] === before[key]);
    if (isSame) return;
    this.#posted = now;
    this.#post(now);
  }
}
