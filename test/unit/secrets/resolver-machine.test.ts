import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Problem } from '../../../src/problem.ts';
import type { ProblemRetry } from '../../../src/problem.ts';
import { CachingResolver } from '../../../src/secrets/resolver.ts';
import type { ResolvedHeader } from '../../../src/secrets/secret-resolver.ts';
import { sourceOf } from './source-of.ts';
import type { SecretRecord } from '../../../src/secrets/secret-record.ts';
import { Secret } from '../../../src/secret.ts';
import type { FetchedSecret } from '../../../src/providers/source.ts';
import { ManualClock, settle } from '../../support/manual-clock.ts';

const ttl = 300_000;
const stale = 600_000;
const deadline = 20_000;
/** The shortest wait after a failure: a second, shortened by half at most. */
const shortestWait = 500;

type Answer =
  | { readonly kind: 'secret'; readonly text: string; readonly leaseMs: number | undefined }
  | {
      readonly kind: 'refused';
      readonly retry: ProblemRetry;
      readonly retryAfterMs: number | undefined;
    };

type Step =
  | { readonly kind: 'ask'; readonly times: number }
  | { readonly kind: 'reject'; readonly back: number; readonly times: number }
  | { readonly kind: 'refresh' }
  | { readonly kind: 'answer'; readonly answer: Answer }
  | { readonly kind: 'advance'; readonly ms: number }
  | { readonly kind: 'setBack'; readonly ms: number }
  | { readonly kind: 'reopen'; readonly forget: boolean };

interface Pending {
  readonly resolve: (secret: FetchedSecret) => void;
  readonly reject: (reason: unknown) => void;
}

interface Good {
  readonly text: string;
  readonly at: number;
  readonly until: number;
}

/** A resolver over a store that answers when it is told to, and what must be true of the two at any time. */
class Machine {
  readonly #clock = new ManualClock();
  readonly #random: number;
  #resolver: CachingResolver;
  #kept: SecretRecord | undefined;
  #version = 0;
  /** The fetches under way of the resolver that is open. */
  #pending: Pending[] = [];
  #fetches = 0;
  /** What the store gave last; `undefined` before, and after it refused. */
  #good: Good | undefined;
  /** No request may make the store be asked before this; a person may. */
  #leftAloneUntil = 0;
  #lastVersion = 0;
  readonly #valueOf = new Map<number, string>();
  #unsettled = 0;

  constructor(random: number) {
    this.#random = random;
    this.#resolver = this.#open();
  }

  async run(step: Step): Promise<void> {
    const fetches = this.#fetches;
    const isLeftAlone = this.#clock.now() < this.#leftAloneUntil;
    const before = this.#pending.length;
    await this.#step(step);
    await settle();
    const started = this.#fetches - fetches;
    assert.ok(this.#pending.length <= 1, 'two fetches at once');
    if (this.#kept) assert.equal(this.#kept.text.reveal(), this.#good?.text, 'kept what was purged');
    if (before > 0) assert.equal(started, 0, 'fetched although a fetch was under way');
    switch (step.kind) {
      case 'ask':
      case 'reject':
        if (isLeftAlone) assert.equal(started, 0, 'asked a store that was to be left alone');
        break;
      case 'refresh':
        break;
      case 'answer':
      case 'advance':
      case 'setBack':
      case 'reopen':
        assert.equal(started, 0, `fetched though nobody asked (${step.kind})`);
    }
  }

  /** Whatever happened before, a store that answers is enough to be served again. */
  async recovers(): Promise<void> {
    await this.run({ kind: 'answer', answer: { kind: 'secret', text: 'canary-end', leaseMs: undefined } });
    await this.run({ kind: 'advance', ms: 2 * (ttl + stale) });
    const asked = this.#resolver.get();
    await settle();
    this.#answer({ kind: 'secret', text: 'canary-last', leaseMs: undefined });
    assert.equal((await asked).value.reveal(), 'Bearer canary-last');
    await this.#reopen(true);
    await settle();
    assert.equal(this.#unsettled, 0, 'somebody still waits');
    assert.equal(this.#kept, undefined);
  }

  async #step(step: Step): Promise<void> {
    switch (step.kind) {
      case 'ask':
        for (let time = 0; time < step.times; time += 1) this.#watch(this.#resolver.get());
        return;
      case 'reject':
        for (let time = 0; time < step.times; time += 1)
          this.#watch(this.#resolver.rejected(this.#lastVersion - step.back));
        return;
      case 'refresh':
        this.#watch(this.#resolver.refresh());
        return;
      case 'answer':
        this.#answer(step.answer);
        return;
      case 'advance': {
        const isLate = this.#pending.length > 0 && step.ms >= deadline;
        await this.#clock.advance(step.ms);
        if (isLate) this.#leftAloneUntil = this.#clock.now() + shortestWait;
        return;
      }
      case 'setBack':
        this.#clock.setBack(step.ms);
        // What was to be waited for is no longer known.
        this.#leftAloneUntil = 0;
        return;
      case 'reopen':
        await this.#reopen(step.forget);
    }
  }

  #open(): CachingResolver {
    const pending: Pending[] = [];
    this.#pending = pending;
    return new CachingResolver({
      source: sourceOf(async (signal) => {
        this.#fetches += 1;
        return new Promise((resolve, reject) => {
          const own: Pending = { resolve, reject };
          pending.push(own);
          const end = (): void => {
            if (pending.includes(own)) pending.splice(pending.indexOf(own), 1);
            reject(signal.reason instanceof Error ? signal.reason : new Error('aborted'));
          };
          if (signal.aborted) end();
          else signal.addEventListener('abort', end);
        });
      }),
      header: (text) => new Secret(`Bearer ${text.reveal()}`),
      storage: {
        load: async () => Promise.resolve(this.#kept),
        save: async (record) => {
          this.#kept = record;
          return Promise.resolve();
        },
        delete: async () => {
          this.#kept = undefined;
          return Promise.resolve();
        },
      },
      ttlMs: ttl,
      maxStaleMs: stale,
      deadlineMs: deadline,
      clock: this.#clock,
      random: () => this.#random,
      nextVersion: () => (this.#version += 1),
      log: () => undefined,
    });
  }

  async #reopen(forget: boolean): Promise<void> {
    const old = this.#resolver;
    const ended = old.close({ revoke: forget });
    this.#resolver = this.#open();
    // The back-off is the resolver's own and is gone with it.
    this.#leftAloneUntil = 0;
    await ended;
    await assert.rejects(old.get(), /connection was closed/);
    if (!forget) return;
    assert.equal(this.#kept, undefined, 'kept although it was to be forgotten');
    this.#good = undefined;
  }

  #answer(answer: Answer): void {
    const pending = this.#pending.shift();
    if (pending === undefined) return;
    const now = this.#clock.now();
    if (answer.kind === 'secret') {
      const { text, leaseMs } = answer;
      const expiresAt = leaseMs === undefined ? undefined : now + leaseMs;
      this.#good = { text, at: now, until: Math.min(now + ttl + stale, expiresAt ?? Infinity) };
      this.#leftAloneUntil = 0;
      pending.resolve({ text: new Secret(text), version: text, expiresAt });
      return;
    }
    const { retry, retryAfterMs } = answer;
    if (retry === 'purge') this.#good = undefined;
    this.#leftAloneUntil = now + Math.max(shortestWait, retryAfterMs ?? 0);
    const details = { code: 'vault.noAnswer', message: 'It failed.', remedy: 'Mend it.', retry } as const;
    pending.reject(new Problem({ ...details, ...(retryAfterMs !== undefined && { retryAfterMs }) }));
  }

  #watch(asked: Promise<ResolvedHeader>): void {
    this.#unsettled += 1;
    asked
      .then(
        (served) => this.#check(served),
        (error: unknown) => assert.ok(error instanceof Problem, String(error)),
      )
      .finally(() => (this.#unsettled -= 1))
      .catch((error: unknown) => {
        this.#broken ??= error instanceof Error ? error : new Error(String(error));
      });
  }

  #broken: Error | undefined;

  /** What was found wrong in an answer to a request. */
  throwIfBroken(): void {
    if (this.#broken !== undefined) throw this.#broken;
  }

  #check({ value, version, expiresAt, fetchedAt, problem }: ResolvedHeader): void {
    const now = this.#clock.now();
    const good = this.#good;
    assert.ok(good !== undefined, 'a purged secret was served');
    assert.equal(value.reveal(), `Bearer ${good.text}`, 'an older secret was served');
    assert.equal(fetchedAt, good.at);
    assert.ok(now >= fetchedAt, 'a secret of the future was served');
    assert.ok(now < good.until && expiresAt <= good.until, 'served past its bound');
    assert.ok(now < expiresAt, 'an expired value was served');
    if (problem === undefined) assert.ok(now < good.at + ttl, 'a stale secret was served as a fresh one');
    assert.ok(version >= this.#lastVersion, 'versions went back');
    assert.equal(this.#valueOf.get(version) ?? good.text, good.text, 'one version of two values');
    this.#valueOf.set(version, good.text);
    this.#lastVersion = version;
  }
}

const answer: fc.Arbitrary<Answer> = fc.oneof(
  fc.record({
    kind: fc.constant('secret' as const),
    text: fc.constantFrom('canary-1', 'canary-2', 'canary-3'),
    leaseMs: fc.option(fc.integer({ min: 1, max: 2 * ttl }), { nil: undefined }),
  }),
  fc.record({
    kind: fc.constant('refused' as const),
    retry: fc.constantFrom<ProblemRetry>('automatic', 'afterFix', 'purge'),
    retryAfterMs: fc.option(fc.integer({ min: 1, max: 120_000 }), { nil: undefined }),
  }),
);

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    arbitrary: fc.record({ kind: fc.constant('ask' as const), times: fc.integer({ min: 1, max: 4 }) }),
    weight: 5,
  },
  { arbitrary: fc.record({ kind: fc.constant('answer' as const), answer }), weight: 5 },
  {
    arbitrary: fc.record({
      kind: fc.constant('advance' as const),
      // Often about the points where something changes.
      ms: fc.oneof(
        fc.integer({ min: 0, max: 2000 }),
        fc.constantFrom(deadline, (ttl * 2) / 3, ttl / 3, ttl, stale, ttl + stale - 1),
        fc.integer({ min: 0, max: ttl + stale }),
      ),
    }),
    weight: 4,
  },
  {
    arbitrary: fc.record({
      kind: fc.constant('reject' as const),
      back: fc.integer({ min: 0, max: 2 }),
      times: fc.integer({ min: 1, max: 4 }),
    }),
    weight: 3,
  },
  { arbitrary: fc.record({ kind: fc.constant('refresh' as const) }), weight: 1 },
  {
    arbitrary: fc.record({ kind: fc.constant('setBack' as const), ms: fc.integer({ min: 1, max: ttl }) }),
    weight: 1,
  },
  { arbitrary: fc.record({ kind: fc.constant('reopen' as const), forget: fc.boolean() }), weight: 1 },
);

describe('the resolver, whatever happens in whatever order', function () {
  this.timeout(60_000);

  it('fetches one at a time, and serves nothing past its bound, purged, older or of the future', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { maxLength: 60, size: 'max' }),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        async (steps, random) => {
          const machine = new Machine(random);
          for (const one of steps) {
            await machine.run(one);
            machine.throwIfBroken();
          }
          await machine.recovers();
          machine.throwIfBroken();
        },
      ),
      { numRuns: 1000 },
    );
  });
});
