import assert from 'node:assert/strict';
import { Problem } from '../../../src/problem.ts';
import type { ProblemRetry } from '../../../src/problem.ts';
import { CachingResolver } from '../../../src/secrets/resolver.ts';
import type { SecretRecord } from '../../../src/secrets/secret-record.ts';
import { Secret } from '../../../src/secret.ts';
import type { FetchedSecret } from '../../../src/providers/source.ts';
import { ManualClock, settle } from '../../support/manual-clock.ts';
import { sourceOf } from './source-of.ts';

const ttl = 300_000;
const stale = 600_000;
const deadline = 20_000;

function problem(retry: ProblemRetry, retryAfterMs?: number): Problem {
  return new Problem({
    code: 'vault.noAnswer',
    message: 'It failed.',
    remedy: 'Mend it.',
    retry,
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  });
}

const hang = Symbol('hang');
type Outcome = string | Problem | typeof hang;

class Bench {
  readonly clock = new ManualClock();
  outcome: Outcome = 'canary-1';
  leaseMs: number | undefined;
  fetches = 0;
  running = 0;
  mostAtOnce = 0;
  aborted = 0;
  kept: SecretRecord | undefined;
  /** How long saving takes. */
  keeping = Promise.resolve();
  #version = 0;
  readonly resolver: CachingResolver;

  constructor(kept?: SecretRecord) {
    this.kept = kept;
    this.resolver = this.open();
  }

  open(): CachingResolver {
    return new CachingResolver({
      source: sourceOf(async (signal) => this.#fetch(signal)),
      header: (text) => new Secret(`Bearer ${text.reveal()}`),
      storage: {
        load: async () => Promise.resolve(this.kept),
        save: async (record) => {
          await this.keeping;
          this.kept = record;
        },
        delete: async () => {
          this.kept = undefined;
          return Promise.resolve();
        },
      },
      ttlMs: ttl,
      maxStaleMs: stale,
      deadlineMs: deadline,
      clock: this.clock,
      random: () => 0.5,
      nextVersion: () => (this.#version += 1),
      log: () => undefined,
    });
  }

  async #fetch(signal: AbortSignal): Promise<FetchedSecret> {
    this.fetches += 1;
    this.running += 1;
    this.mostAtOnce = Math.max(this.mostAtOnce, this.running);
    try {
      await Promise.resolve();
      const { outcome } = this;
      if (outcome === hang) {
        return await new Promise<never>((_resolve, reject) =>
          signal.addEventListener('abort', () => {
            this.aborted += 1;
            reject(new Error('aborted'));
          }),
        );
      }
      if (outcome instanceof Problem) throw outcome;
      const expiresAt = this.leaseMs === undefined ? undefined : this.clock.now() + this.leaseMs;
      return { text: new Secret(outcome), version: outcome, expiresAt };
    } finally {
      this.running -= 1;
    }
  }
}

describe('the resolver', () => {
  it('fetches once for a thousand requests at once', async () => {
    const bench = new Bench();
    const all = await Promise.all(Array.from({ length: 1000 }, async () => bench.resolver.get()));
    assert.equal(bench.fetches, 1);
    assert.deepEqual(new Set(all.map(({ value }) => value.reveal())), new Set(['Bearer canary-1']));
  });

  it('shares a failure among those who waited, and tries again after the back-off only', async () => {
    const bench = new Bench();
    bench.outcome = problem('automatic');
    const all = await Promise.allSettled(Array.from({ length: 100 }, async () => bench.resolver.get()));
    assert.ok(all.every(({ status }) => status === 'rejected'));
    await assert.rejects(bench.resolver.get());
    assert.equal(bench.fetches, 1);
    bench.outcome = 'canary-1';
    await bench.clock.advance(1000);
    await bench.resolver.get();
    assert.equal(bench.fetches, 2);
  });

  it('says with a failure when it may be tried again, jitter and all', async () => {
    const bench = new Bench();
    bench.outcome = problem('automatic', 20);
    const wait = async (): Promise<number | undefined> =>
      bench.resolver.get().then(
        () => undefined,
        (error: unknown) => (error as Problem).retryAfterMs,
      );
    assert.equal(await wait(), 750);
    await bench.clock.advance(700);
    assert.equal(await wait(), 50);
    assert.equal(bench.fetches, 1);
  });

  it('waits longer after each failure, at most 30 s, and at least as long as the store asks', async () => {
    const bench = new Bench();
    bench.outcome = problem('automatic');
    const waits: number[] = [];
    for (let round = 0; round < 8; round += 1) {
      const before = bench.fetches;
      let waited = 0;
      for (;;) {
        await bench.resolver.get().catch(() => undefined);
        if (bench.fetches > before) break;
        await bench.clock.advance(250);
        waited += 250;
      }
      waits.push(waited);
    }
    assert.deepEqual(waits, [0, 750, 1500, 3000, 6000, 12_000, 22_500, 22_500]);
    bench.outcome = problem('automatic', 60_000);
    await bench.clock.advance(30_000);
    await bench.resolver.get().catch(() => undefined);
    const before = bench.fetches;
    await bench.clock.advance(59_000);
    await bench.resolver.get().catch(() => undefined);
    assert.equal(bench.fetches, before);
  });

  it('fetches again from two thirds of the time on, and not before', async () => {
    const bench = new Bench();
    const first = await bench.resolver.get();
    assert.equal(first.refreshAt - first.fetchedAt, (ttl * 2) / 3);
    assert.equal(first.expiresAt - first.fetchedAt, ttl);
    await bench.clock.advance((ttl * 2) / 3 - 1);
    await bench.resolver.get();
    assert.equal(bench.fetches, 1);
    await bench.clock.advance(1);
    await bench.resolver.get();
    assert.equal(bench.fetches, 2);
  });

  it('does nothing when nobody asks', async () => {
    const bench = new Bench();
    await bench.resolver.get();
    await bench.clock.advance(ttl * 10);
    assert.equal(bench.fetches, 1);
  });

  it('is right at once after the machine slept', async () => {
    const bench = new Bench();
    await bench.resolver.get();
    bench.outcome = 'canary-2';
    await bench.clock.advance(8 * 3_600_000);
    assert.equal((await bench.resolver.get()).value.reveal(), 'Bearer canary-2');
  });

  it('does not wait longer after a failure because the clock was set back', async () => {
    const bench = new Bench();
    bench.outcome = problem('automatic');
    await assert.rejects(bench.resolver.get());
    bench.outcome = 'canary-1';
    bench.clock.setBack(3_600_000);
    await bench.resolver.get();
    assert.equal(bench.fetches, 2);
  });

  it('serves although what keeps it over a reload hangs', async () => {
    const bench = new Bench();
    bench.keeping = new Promise(() => undefined);
    assert.equal((await bench.resolver.get()).value.reveal(), 'Bearer canary-1');
    bench.outcome = problem('purge');
    await bench.clock.advance(ttl);
    await assert.rejects(bench.resolver.get(), /It failed/);
  });

  it('keeps nothing when it is closed for good while it keeps a secret', async () => {
    const bench = new Bench();
    let saved = (): void => undefined;
    bench.keeping = new Promise((resolve) => {
      saved = resolve;
    });
    await bench.resolver.get();
    const closed = bench.resolver.close({ revoke: true });
    saved();
    await closed;
    assert.equal(bench.kept, undefined);
  });

  it('serves nothing when it is closed while it looks for what was kept', async () => {
    const bench = new Bench();
    await bench.resolver.get();
    const resolver = bench.open();
    const asked = assert.rejects(resolver.get(), /connection was closed/);
    await resolver.close({ revoke: false });
    await asked;
    await assert.rejects(resolver.get(), /connection was closed/);
    await assert.rejects(resolver.refresh(), /connection was closed/);
  });

  it('fetches again when the clock was set back', async () => {
    const bench = new Bench();
    await bench.resolver.get();
    bench.clock.setBack(3_600_000);
    await bench.resolver.get();
    assert.equal(bench.fetches, 2);
  });

  for (const retry of ['automatic', 'afterFix'] as const) {
    it(`serves the last good secret within the bound while the store has ${retry} trouble, and says so`, async () => {
      const bench = new Bench();
      await bench.resolver.get();
      bench.outcome = problem(retry);
      await bench.clock.advance(ttl + stale - 1);
      const served = await bench.resolver.get();
      assert.equal(served.value.reveal(), 'Bearer canary-1');
      assert.equal(served.problem?.message, 'It failed.');
      await bench.clock.advance(1);
      await assert.rejects(bench.resolver.get(), /It failed/);
    });
  }

  it('drops the secret at once when the store refuses it, also what is kept', async () => {
    const bench = new Bench();
    await bench.resolver.get();
    await settle();
    assert.ok(bench.kept);
    bench.outcome = problem('purge');
    await bench.clock.advance(ttl);
    await assert.rejects(bench.resolver.get());
    await settle();
    assert.equal(bench.kept, undefined);
    bench.outcome = problem('automatic');
    await bench.clock.advance(60_000);
    await assert.rejects(bench.resolver.get());
  });

  it('never outlives the lease of the store', async () => {
    const bench = new Bench();
    bench.leaseMs = 60_000;
    const served = await bench.resolver.get();
    assert.equal(served.expiresAt - served.fetchedAt, 60_000);
    bench.outcome = problem('automatic');
    await bench.clock.advance(60_000);
    await assert.rejects(bench.resolver.get());
  });

  describe('when the tracking server refuses the credential', () => {
    it('fetches once for one version, however many say so', async () => {
      const bench = new Bench();
      const { version } = await bench.resolver.get();
      bench.outcome = 'canary-2';
      const all = await Promise.all(Array.from({ length: 50 }, async () => bench.resolver.rejected(version)));
      assert.equal(bench.fetches, 2);
      assert.ok(
        all.every((served) => served.version === version + 1 && served.value.reveal() === 'Bearer canary-2'),
      );
      await bench.resolver.rejected(version);
      assert.equal(bench.fetches, 2, 'a late report of the old version asks nobody');
    });

    it('keeps the version when the store has the same secret, and does not hammer it', async () => {
      const bench = new Bench();
      const { version } = await bench.resolver.get();
      for (let second = 0; second < 120; second += 1) {
        assert.equal((await bench.resolver.rejected(version)).version, version);
        await bench.clock.advance(1000);
      }
      assert.ok(bench.fetches <= 11, `${bench.fetches} fetches in two minutes`);
    });

    it('does not hammer a store that has another secret at each read, none of which is accepted', async () => {
      const bench = new Bench();
      let { version } = await bench.resolver.get();
      for (let second = 0; second < 120; second += 1) {
        for (let call = 0; call < 5; call += 1) {
          bench.outcome = `canary-${second}-${call}`;
          ({ version } = await bench.resolver.rejected(version));
        }
        await bench.clock.advance(1000);
      }
      assert.ok(bench.fetches <= 12, `${bench.fetches} fetches in two minutes`);
    });

    it('asks at once where the secret that came in place of a rejected one has served for a while', async () => {
      const bench = new Bench();
      let { version } = await bench.resolver.get();
      for (let time = 0; time < 8; time += 1) {
        bench.outcome = `canary-${time}`;
        const served = await bench.resolver.rejected(version);
        assert.equal(served.value.reveal(), `Bearer canary-${time}`);
        ({ version } = served);
        await bench.clock.advance(60_000);
      }
    });

    it('asks at once where the rejected secret was accepted before, however often it changes', async () => {
      const bench = new Bench();
      let { version } = await bench.resolver.get();
      for (let second = 0; second < 60; second += 1) {
        bench.outcome = `canary-${second}`;
        const served = await bench.resolver.rejected(version, { wasAccepted: true });
        assert.equal(served.value.reveal(), `Bearer canary-${second}`);
        ({ version } = served);
        await bench.clock.advance(1000);
      }
    });

    it('counts reports of the same version at once as one', async () => {
      const bench = new Bench();
      const { version } = await bench.resolver.get();
      await Promise.all(Array.from({ length: 50 }, async () => bench.resolver.rejected(version)));
      assert.equal(bench.fetches, 2);
      await bench.clock.advance(1000);
      await bench.resolver.rejected(version);
      assert.equal(bench.fetches, 3, 'the next is a second away, not thirty');
    });

    it('does not ask a store that wants to be left alone', async () => {
      const bench = new Bench();
      const { version } = await bench.resolver.get();
      bench.outcome = problem('automatic', 60_000);
      await bench.clock.advance((ttl * 2) / 3);
      await bench.resolver.get();
      assert.equal(bench.fetches, 2);
      await bench.resolver.rejected(version);
      await bench.clock.advance(59_999);
      await bench.resolver.rejected(version);
      assert.equal(bench.fetches, 2);
      await bench.clock.advance(1);
      await bench.resolver.rejected(version);
      assert.equal(bench.fetches, 3);
    });

    it('keeps serving when the store cannot be asked', async () => {
      const bench = new Bench();
      const { version } = await bench.resolver.get();
      bench.outcome = problem('automatic');
      assert.equal((await bench.resolver.rejected(version)).version, version);
    });
  });

  it('does not wait for a store that hangs longer than its deadline, and tells it to stop', async () => {
    const bench = new Bench();
    bench.outcome = hang;
    const asked = assert.rejects(bench.resolver.get(), /did not respond within 20 s/);
    await settle();
    await bench.clock.advance(deadline);
    await asked;
    assert.equal(bench.aborted, 1);
  });

  it('deletes what is kept at the bound although nobody asks', async () => {
    const bench = new Bench();
    await bench.resolver.get();
    await settle();
    await bench.clock.advance(ttl + stale - 1);
    assert.ok(bench.kept);
    await bench.clock.advance(1);
    assert.equal(bench.kept, undefined);
  });

  it('ends a fetch under way when it is closed, and serves nothing afterwards', async () => {
    const bench = new Bench();
    bench.outcome = hang;
    const asked = assert.rejects(bench.resolver.get(), /connection was closed/);
    await settle();
    await bench.resolver.close({ revoke: true });
    await asked;
    assert.equal(bench.aborted, 1);
  });

  describe('after a reload', () => {
    it('serves what was kept without asking, with a version of its own', async () => {
      const bench = new Bench();
      const before = await bench.resolver.get();
      bench.outcome = problem('automatic');
      const after = await bench.open().get();
      assert.equal(after.value.reveal(), 'Bearer canary-1');
      assert.ok(after.version > before.version);
      assert.equal(bench.fetches, 1);
    });

    it('serves it beyond its time while the store is down, and forgets it at the bound', async () => {
      const bench = new Bench();
      await bench.resolver.get();
      bench.outcome = problem('automatic');
      await bench.clock.advance(ttl + 1);
      assert.ok((await bench.open().get()).problem);
      await bench.clock.advance(stale);
      await assert.rejects(bench.open().get());
      assert.equal(bench.kept, undefined);
    });
  });
});
