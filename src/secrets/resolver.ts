import { asProblem, inOneText } from '../problem.ts';
import type { Problem } from '../problem.ts';
import { unattended } from '../providers/source.ts';
import type { Clock, CloseOptions, FetchedSecret, FetchOptions, SecretSource } from '../providers/source.ts';
import { ExpiryTimer, isWithin } from '../expiry.ts';
import type { Secret } from '../secret.ts';
import { BackOff, maxWaitMs } from './back-off.ts';
import { freshUntil, refreshAt, staleUntil } from './freshness.ts';
import type { CacheTimes } from './freshness.ts';
import { closedProblem, lateProblem } from './resolver-problems.ts';
import { RecordQueue } from './record-queue.ts';
import type { RecordStorage } from './record-queue.ts';
import type { SecretRecord } from './secret-record.ts';
import type { BeforeRejection, ResolvedHeader, SecretResolver } from './secret-resolver.ts';
import { SharedFetch } from './shared-fetch.ts';

export interface CachingResolverOptions extends CacheTimes {
  readonly source: SecretSource;
  /** Parses and builds the header; throws a `Problem`. */
  readonly header: (text: Secret) => Secret;
  /** Where the last good secret survives a reload; `undefined`: nowhere. */
  readonly storage: RecordStorage | undefined;
  /** How long one fetch may take, sign-in included. */
  readonly deadlineMs: number;
  /** The same where the sign-in waits for a person. */
  readonly attendedDeadlineMs?: number;
  readonly clock: Clock;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  /** Numbers for changed values, growing over all connections of the window. */
  readonly nextVersion: () => number;
  readonly log: (line: string) => void;
}

interface Held {
  readonly record: SecretRecord;
  readonly value: Secret;
  readonly version: number;
}

/**
 * Serves one secret: fetched once however many ask, refreshed from two thirds of its time on, served beyond its
 * time only while the store fails and only within the bound, dropped at once when the store denies it.
 */
export class CachingResolver implements SecretResolver {
  readonly #options: CachingResolverOptions;
  readonly #closing = new AbortController();
  readonly #storeBackOff: BackOff;
  readonly #rejectionBackOff: BackOff;
  #held: Held | undefined;
  #recheck: Promise<void> | undefined;
  #loaded: Promise<void> | undefined;
  readonly #records: RecordQueue;
  readonly #expiry: ExpiryTimer;
  readonly #fetches = new SharedFetch(
    async (options) => this.#fetch(options),
    () => this.#problem !== undefined,
  );
  /** Why the last fetch failed; `undefined` after one that did not. */
  #problem: Problem | undefined;
  /** What was logged last, until a fetch succeeds: trouble that lasts is not repeated. */
  #logged: string | undefined;

  constructor(options: CachingResolverOptions) {
    this.#options = options;
    this.#records = new RecordQueue(options.storage, options.log);
    this.#expiry = new ExpiryTimer(options.clock);
    this.#storeBackOff = new BackOff(options.random);
    this.#rejectionBackOff = new BackOff(options.random);
  }

  async get(options = unattended): Promise<ResolvedHeader> {
    await this.#load();
    const held = this.#usable();
    if (held && this.#problem === undefined && this.#now() < refreshAt(held.record, this.#options))
      return this.#served(held);
    if (options.isAttended || !this.#isBackingOff()) await this.#fetches.run(options);
    return this.#servedOrProblem();
  }

  async refresh(options = unattended): Promise<ResolvedHeader> {
    await this.#load();
    await this.#fetches.run(options);
    return this.#servedOrProblem();
  }

  /** Where the store goes on giving what is rejected, the same version or always another, the next fetch waits longer and longer. */
  async rejected(version: number, before = { wasAccepted: false }): Promise<ResolvedHeader> {
    const held = this.#usable();
    if (held === undefined) return this.get();
    if (held.version === version) await this.#recheckOnce(held, before);
    return this.#servedOrProblem();
  }

  async close(options: CloseOptions): Promise<void> {
    this.#closing.abort(new Error('closed'));
    this.#expiry.clear();
    this.#held = undefined;
    if (options.revoke) await this.#records.delete();
    await this.#options.source.close(options);
  }

  #isBackingOff(): boolean {
    return this.#problem !== undefined && this.#storeBackOff.isWaiting(this.#now());
  }

  /** However many report the same version, it counts once. */
  async #recheckOnce({ version, record }: Held, { wasAccepted }: BeforeRejection): Promise<void> {
    if (this.#recheck === undefined) {
      if (this.#isBackingOff() || this.#rejectionBackOff.isWaiting(this.#now())) return;
      const hasServed = wasAccepted || !isWithin(maxWaitMs, record.fetchedAt, this.#now());
      this.#recheck = this.#fetches
        .run(unattended)
        .then(() => {
          if (this.#held?.version === version || !hasServed) this.#rejectionBackOff.failed(this.#now());
          else this.#rejectionBackOff.succeeded();
        })
        .finally(() => {
          this.#recheck = undefined;
        });
    }
    await this.#recheck;
  }

  #now(): number {
    return this.#options.clock.now();
  }

  #expiresAt(held: Held): number {
    const until = this.#problem === undefined ? freshUntil : staleUntil;
    return until(held.record, this.#options);
  }

  /** Checked by the clock at each use: a machine may have slept, and a clock may have been set back. */
  #usable(): Held | undefined {
    const held = this.#held;
    if (held === undefined) return undefined;
    const now = this.#now();
    if (now >= held.record.fetchedAt && now < this.#expiresAt(held)) return held;
    // Held for as long as a failing store could still make it worth serving.
    if (now >= staleUntil(held.record, this.#options) || now < held.record.fetchedAt) this.#drop();
    return undefined;
  }

  #served(held: Held): ResolvedHeader {
    const { record, value, version } = held;
    return {
      value,
      version,
      refreshAt: this.#problem === undefined ? refreshAt(record, this.#options) : this.#storeBackOff.until,
      expiresAt: this.#expiresAt(held),
      fetchedAt: record.fetchedAt,
      enteredAt: record.enteredAt,
      storeVersion: record.version,
      problem: this.#problem,
    };
  }

  #servedOrProblem(): ResolvedHeader {
    const held = this.#usable();
    if (held) return this.#served(held);
    if (this.#problem === undefined || this.#closing.signal.aborted) throw closedProblem();
    // Whoever retries automatically does so when the back-off is over, jitter and all.
    const left = this.#storeBackOff.until - this.#now();
    throw this.#isBackingOff() ? this.#problem.retriedAfter(left) : this.#problem;
  }

  /** Never rejects: the outcome is in `#held` and `#problem`. */
  async #fetch(options: FetchOptions): Promise<void> {
    try {
      this.#closing.signal.throwIfAborted();
      const fetched = await this.#fetchWithinDeadline(options);
      this.#closing.signal.throwIfAborted();
      this.#take({ ...fetched, fetchedAt: this.#now() });
      this.#problem = undefined;
      this.#logged = undefined;
      this.#storeBackOff.succeeded();
    } catch (error) {
      if (this.#closing.signal.aborted) return;
      this.#failed(asProblem(error, 'secret.unexpected', 'automatic'));
    }
  }

  async #fetchWithinDeadline(options: FetchOptions): Promise<FetchedSecret> {
    const { source, clock, deadlineMs: unattendedMs, attendedDeadlineMs } = this.#options;
    const deadlineMs = options.isAttended ? (attendedDeadlineMs ?? unattendedMs) : unattendedMs;
    const limit = new AbortController();
    const signal = AbortSignal.any([this.#closing.signal, limit.signal]);
    const settled = new AbortController();
    const late = clock.sleep(deadlineMs, AbortSignal.any([settled.signal, this.#closing.signal])).then(() => {
      const problem = lateProblem(deadlineMs);
      limit.abort(problem);
      throw problem;
    });
    try {
      // A source that does not listen to its signal must not hold anybody up.
      return await Promise.race([source.fetch(signal, options), late]);
    } finally {
      settled.abort(new Error('settled'));
      late.catch(() => undefined);
    }
  }

  #take(record: SecretRecord): void {
    const value = this.#options.header(record.text);
    const before = this.#held;
    const version = before?.value.equals(value) ? before.version : this.#options.nextVersion();
    this.#hold({ record, value, version });
    // Not waited for: a keychain that asks its user something must not hold up requests.
    void this.#records.save(record);
  }

  #failed(problem: Problem): void {
    this.#problem = problem;
    this.#storeBackOff.failed(this.#now(), problem.retryAfterMs);
    const line = inOneText(problem);
    if (line !== this.#logged) this.#options.log(line);
    this.#logged = line;
    if (problem.retry !== 'purge') return;
    // The store's denial beats availability.
    this.#drop();
  }

  /** Until nothing could make it worth serving, whether or not anybody asks for it by then. */
  #hold(held: Held): void {
    this.#held = held;
    this.#expiry.set(staleUntil(held.record, this.#options), () => this.#drop());
  }

  #drop(): void {
    this.#expiry.clear();
    this.#held = undefined;
    void this.#records.delete();
  }

  /** What survived a reload, if it may still be served. */
  async #load(): Promise<void> {
    this.#loaded ??= this.#records.load((record) => {
      if (this.#closing.signal.aborted) return true;
      const value = this.#options.header(record.text);
      const now = this.#now();
      const isUsable = now >= record.fetchedAt && now < staleUntil(record, this.#options);
      if (isUsable) this.#hold({ record, value, version: this.#options.nextVersion() });
      return isUsable;
    });
    return this.#loaded;
  }
}
