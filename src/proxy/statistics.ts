import type { RequestFields, RequestLine } from './http/request-head.ts';
import type { DenialReason, ProxyStatistics } from './messages.ts';
import { ResponseTimes } from './response-times.ts';
import { Traffic } from './traffic.ts';

type Counts = { -readonly [key in keyof Omit<ProxyStatistics, 'traffic'>]: ProxyStatistics[key] };
type Counted = Pick<RequestFields, 'isOwn'>;

/** Of fewer, the longest is as good as any. */
const minForP95 = 20;

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
    since: Date.now(),
  };
  /** Of the user's programs. Wall-clock milliseconds; 0 before the first. */
  lastRequestAt = 0;
  readonly #times = new ResponseTimes();
  readonly #traffic = new Traffic();
  #posted: Counts = { ...this.counts };
  readonly #post: (statistics: ProxyStatistics) => void;

  constructor(post: (statistics: ProxyStatistics) => void) {
    this.#post = post;
  }

  /** `now`, here and below, in wall-clock milliseconds: whoever asks has it, as looking at the clock takes its time. */
  began({ isOwn }: Counted, now: number): void {
    if (isOwn) return;
    this.counts.requests += 1;
    this.lastRequestAt = now;
    this.#traffic.began(now);
  }

  /** The client got a response of this status, or, with 0, none or a part of one. */
  ended(
    { line, fields }: { readonly line: RequestLine; readonly fields: Counted },
    status: number,
    now: number,
  ): void {
    if (fields.isOwn) return;
    if (isFailure(status)) this.counts.failures += 1;
    this.#traffic.ended(line, status, now);
  }

  denied(reason: DenialReason): void {
    this.counts.denied += 1;
    this.#traffic.denied(reason, Date.now());
  }

  /** The head of a response came. `since`: undefined when its time says nothing of the server. */
  responded(now: number, since: number | undefined): void {
    this.counts.lastResponseAt = now;
    if (since !== undefined) this.#times.add(now - since);
  }

  postIfChanged(now = Date.now()): void {
    const before = this.#posted;
    const { counts } = this;
    this.#times.advance(now);
    counts.medianResponseMs = this.#times.quantile(0.5);
    counts.p95ResponseMs = this.#times.quantile(0.95, minForP95);
    const current = { ...counts };
    const isSame = (Object.keys(current) as (keyof Counts)[]).every((key) => current[key] === before[key]);
    if (isSame) return;
    this.#posted = current;
    this.#post({ ...current, traffic: this.#traffic.facts(now) });
  }
}

/**
 * No response, a server's fault, or whoever asked was not let in; other 4xx are answers: MLflow's client asks for what may
 * not be there (404, RESOURCE_DOES_NOT_EXIST).
 */
function isFailure(status: number): boolean {
  return status === 0 || status >= 500 || status === 401 || status === 403 || status === 424;
}
