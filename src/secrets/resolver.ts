import { asProblem, Problem } from '../problem.ts';
import { BackOff } from './back-off.ts';
import type { Secret } from '../secret.ts';
import type { SecretRecord } from './secret-record.ts';
import type { Clock, FetchedSecret } from '../providers/source.ts';

/** A header's value and its times, wall-clock milliseconds. */
export interface ResolvedHeader {
  readonly value: Secret;
  /** Grows by one whenever the value changes. */
  readonly version: number;
  /** From here on it should be fetched again while it is in use. */
  readonly refreshAt: number;
  /** From here on it must not be used. */
  readonly expiresAt: number;
  readonly fetchedAt: number;
  readonly storeVersion: string | undefined;
  /** Why it could not be refreshed, while the last good one is served. */
  readonly problem: Problem | undefined;
}

export interface SecretResolverOptions {
  /** Rejects with a `Problem`, or with the signal's reason. */
  readonly fetch: (signal: AbortSignal) => Promise<FetchedSecret>;
  /** Parses and builds the header; throws a `Problem`. */
  readonly header: (text: Secret) => Secret;
  readonly keeper:
    | {
        load(): Promise<SecretRecord | undefined>;
        save(record: SecretRecord): Promise<void>;
        delete(): Promise<void>;
      }
    | undefined;
  readonly ttlMs: number;
  readonly maxStaleMs: number;
  /** How long one fetch may take, sign-in included. */
  readonly deadlineMs: number;
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
 * time only while the store fails and only within the bound, dropped at once when the store refuses it.
 */
export class CachingResolver {
  readonly #options: SecretResolverOptions;
  readonly #closing = new AbortController();
  readonly #storeBackOff: BackOff;
  readonly #rejectionBackOff: BackOff;
  #held: Held | undefined;
  #inFlight: Promise<void> | undefined;
  #recheck: Promise<void> | undefined;
  #loaded: Promise<void> | undefined;
  /** The last use of the keeper: they are made one after the other. */
  #kept: Promise<void> = Promise.resolve();
  /** Why the last fetch failed; `undefined` after one that did not. */
  #problem: Problem | undefined;

  constructor(options: SecretResolverOptions) {
    this.#options = options;
    this.#storeBackOff = new BackOff(options.random);
    this.#rejectionBackOff = new BackOff(options.random);
  }

  /** A value that may be used now. Rejects with the `Problem` when there is none. */
  async get(): Promise<ResolvedHeader> {
    await this.#load();
    const held = this.#usable();
    if (held && this.#problem === undefined && this.#now() < this.#refreshAt(held)) return this.#served(held);
    if (!this.#isBackingOff()) await this.#fetchOnce();
    return this.#servedOrProblem();
  }

  /** Fetches now, whatever is held. */
  async refresh(): Promise<ResolvedHeader> {
    await this.#load();
    await this.#fetchOnce();
    return this.#servedOrProblem();
  }

  /**
   * The tracking server refused this version. Fetches once for it; where the store goes on giving the same, the
   * next fetch waits longer and longer.
   */
  async rejected(version: number): Promise<ResolvedHeader> {
    const held = this.#usable();
    if (held === undefined) return this.get();
    if (held.version === version) await this.#recheckOnce(version);
    return this.#servedOrProblem();
  }

  /** Ends a fetch under way. With `forget`, what is kept over reloads goes, too. */
  async close(options: { readonly forget: boolean }): Promise<void> {
    this.#closing.abort(new Error('closed'));
    this.#held = undefined;
    if (options.forget) await this.#forgetKept();
  }

  #isBackingOff(): boolean {
    return this.#problem !== undefined && this.#storeBackOff.isWaiting(this.#now());
  }

  /** However many report the same version, it counts once. */
  async #recheckOnce(version: number): Promise<void> {
    if (this.#recheck === undefined) {
      if (this.#isBackingOff() || this.#rejectionBackOff.isWaiting(this.#now())) return;
      this.#recheck = this.#fetchOnce()
        .then(() => {
          if (this.#held?.version === version) this.#rejectionBackOff.failed(this.#now());
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

  #freshUntil({ record }: Held): number {
    return Math.min(record.fetchedAt + this.#options.ttlMs, record.expiresAt ?? Infinity);
  }

  #refreshAt(held: Held): number {
    const { fetchedAt } = held.record;
    return fetchedAt + ((this.#freshUntil(held) - fetchedAt) * 2) / 3;
  }

  /** How long the last good value may be served while the store fails. A lease of the store's own is never outlived. */
  #staleUntil({ record }: Held): number {
    const { ttlMs, maxStaleMs } = this.#options;
    return Math.min(record.fetchedAt + ttlMs + maxStaleMs, record.expiresAt ?? Infinity);
  }

  #expiresAt(held: Held): number {
    return this.#problem === undefined ? this.#freshUntil(held) : this.#staleUntil(held);
  }

  /** Checked by the clock at each use: a machine may have slept, and a clock may have been set back. */
  #usable(): Held | undefined {
    const held = this.#held;
    if (held === undefined) return undefined;
    const now = this.#now();
    if (now >= held.record.fetchedAt && now < this.#expiresAt(held)) return held;
    // Kept for as long as a failing store could still make it worth serving.
    if (now >= this.#staleUntil(held) || now < held.record.fetchedAt) this.#held = undefined;
    return undefined;
  }

  #served(held: Held): ResolvedHeader {
    const { record, value, version } = held;
    const refreshAt = this.#problem === undefined ? this.#refreshAt(held) : this.#storeBackOff.until;
    return {
      value,
      version,
      refreshAt,
      expiresAt: this.#expiresAt(held),
      fetchedAt: record.fetchedAt,
      storeVersion: record.version,
      problem: this.#problem,
    };
  }

  #servedOrProblem(): ResolvedHeader {
    const held = this.#usable();
    if (held) return this.#served(held);
    if (this.#problem === undefined || this.#closing.signal.aborted) throw closedProblem();
    // Whoever tries again by itself does so when the back-off is over, jitter and all.
    const left = this.#storeBackOff.until - this.#now();
    throw this.#isBackingOff() ? this.#problem.retriedAfter(left) : this.#problem;
  }

  /** One fetch at a time; whoever comes meanwhile shares it and its outcome. */
  async #fetchOnce(): Promise<void> {
    this.#inFlight ??= this.#fetch().finally(() => {
      this.#inFlight = undefined;
    });
    return this.#inFlight;
  }

  /** Never rejects: the outcome is in `#held` and `#problem`. */
  async #fetch(): Promise<void> {
    try {
      this.#closing.signal.throwIfAborted();
      const fetched = await this.#fetchWithinDeadline();
      this.#closing.signal.throwIfAborted();
      this.#take({ ...fetched, fetchedAt: this.#now() });
      this.#problem = undefined;
      this.#storeBackOff.succeeded();
    } catch (error) {
      if (this.#closing.signal.aborted) return;
      this.#failed(asProblem(error, 'secret.unexpected', 'automatic'));
    }
  }

  async #fetchWithinDeadline(): Promise<FetchedSecret> {
    const { fetch, clock, deadlineMs } = this.#options;
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
      return await Promise.race([fetch(signal), late]);
    } finally {
      settled.abort(new Error('settled'));
      late.catch(() => undefined);
    }
  }

  #take(record: SecretRecord): void {
    const value = this.#options.header(record.text);
    const before = this.#held;
    const version = before?.value.equals(value) ? before.version : this.#options.nextVersion();
    this.#held = { record, value, version };
    // Not waited for: a keychain that asks its user something must not hold up requests.
    void this.#keep('save', async () => this.#options.keeper?.save(record));
  }

  #failed(problem: Problem): void {
    this.#problem = problem;
    this.#storeBackOff.failed(this.#now(), problem.retryAfterMs);
    this.#options.log(`${problem.code}: ${problem.message} ${problem.remedy}`);
    if (problem.retry !== 'purge') return;
    // The store's refusal beats availability.
    this.#held = undefined;
    void this.#forgetKept();
  }

  async #forgetKept(): Promise<void> {
    await this.#keep('delete', async () => this.#options.keeper?.delete());
  }

  /** What was kept before a reload, if it may still be served. */
  async #load(): Promise<void> {
    this.#loaded ??= this.#keep('load', async () => {
      const record = await this.#options.keeper?.load();
      if (record === undefined || this.#closing.signal.aborted) return;
      const value = this.#options.header(record.text);
      const held = { record, value, version: this.#options.nextVersion() };
      const now = this.#now();
      if (now >= record.fetchedAt && now < this.#staleUntil(held)) this.#held = held;
      else await this.#options.keeper?.delete();
    });
    return this.#loaded;
  }

  /** Keeping over reloads is a comfort: where it fails, the secret in memory still serves. Never rejects. */
  async #keep(what: string, use: () => Promise<void>): Promise<void> {
    this.#kept = this.#kept.then(async () => this.#tryToKeep(what, use));
    return this.#kept;
  }

  async #tryToKeep(what: string, use: () => Promise<void>): Promise<void> {
    try {
      await use();
    } catch (error) {
      this.#options.log(
        `The kept secret: ${what} failed (${error instanceof Problem ? error.message : 'unexpected'}).`,
      );
    }
  }
}

function lateProblem(deadlineMs: number): Problem {
  return new Problem({
    code: 'secret.late',
    message: `The secret store gave no answer within ${deadlineMs / 1000} s.`,
    remedy: 'It is tried again by itself; check the network or ask whoever runs the store.',
    retry: 'automatic',
    action: { kind: 'retry' },
  });
}

function closedProblem(): Problem {
  return new Problem({
    code: 'secret.closed',
    message: 'The connection was ended.',
    remedy: 'Run "Connect MLflow" to connect again.',
    retry: 'afterFix',
  });
}
