import type { RequestFields } from './http/request-head.ts';
import type { ProxyStatistics } from './messages.ts';
import { ResponseTimes } from './response-times.ts';

type Counts = { -readonly [key in keyof ProxyStatistics]: ProxyStatistics[key] };

/** Counts what happens, and posts the counts when they changed. */
export class Statistics {
  readonly counts: Counts = {
    requests: 0,
    failures: 0,
    rejected: 0,
    denied: 0,
    openConnections: 0,
    lastResponseAt: 0,
    medianResponseMs: undefined,
    p95ResponseMs: undefined,
  };
  /** Of the user's programs. Wall-clock milliseconds; 0 before the first. */
  lastRequestAt = 0;
  readonly #times = new ResponseTimes();
  #posted: ProxyStatistics = { ...this.counts };
  readonly #post: (statistics: ProxyStatistics) => void;

  constructor(post: (statistics: ProxyStatistics) => void) {
    this.#post = post;
  }

  began({ isOwn }: Pick<RequestFields, 'isOwn'>): void {
    if (isOwn) return;
    this.counts.requests += 1;
    this.lastRequestAt = Date.now();
  }

  failed({ isOwn }: Pick<RequestFields, 'isOwn'>): void {
    if (!isOwn) this.counts.failures += 1;
  }

  /** The head of a response came at `now`, in wall-clock milliseconds. `since`: undefined when its time says nothing of the server. */
  responded(now: number, since: number | undefined): void {
    this.counts.lastResponseAt = now;
    if (since !== undefined) this.#times.add(now - since);
  }

  postIfChanged(now = Date.now()): void {
    const before = this.#posted;
    const { counts } = this;
    this.#times.advance(now);
    counts.medianResponseMs = this.#times.quantile(0.5);
    counts.p95ResponseMs = this.#times.quantile(0.95);
    const current = { ...counts };
    const isSame = (Object.keys(current) as (keyof Counts)[]).every((key) => current[key] === before[key]);
    if (isSame) return;
    this.#posted = current;
    this.#post(current);
  }
}
