import assert from 'node:assert/strict';
import { Problem } from '../../../src/problem.ts';
import { Secret } from '../../../src/secret.ts';
import { CachingResolver } from '../../../src/secrets/resolver.ts';
import { findingOf, noResponse } from '../../../src/connection/upstream-problems.ts';
import { Announcer } from '../../../src/vscode/status/announcer.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { storedConfiguration as configuration } from '../configuration/stored-configuration.ts';
import { sourceOf } from '../secrets/source-of.ts';
import { Bench, lasting, sealed } from './bench.ts';

const signInNeeded = new Problem({
  code: 'vault.signInNeeded',
  message: 'The sign-in has ended.',
  remedy: 'Sign in again.',
  retry: 'afterFix',
  action: { kind: 'signIn' },
});
const down = { kind: 'unavailable', problem: noResponse(configuration, 20) } as const;
const rejected = findingOf({ kind: 'rejected', status: 401 }, configuration);

/** A connected window, and a job that goes on asking. */
class Night {
  readonly bench = new Bench();
  readonly clock = new ManualClock(Date.now());
  /** Pages that were opened in the browser. */
  tabs = 0;
  readonly shown: string[] = [];
  /** What the store says to whoever asks; `undefined`: the secret. */
  store: Problem | undefined;
  /** What the job's requests bring up, each minute. */
  job: () => void = () =>
    this.bench.worker.listener.onMessage({ type: 'credentialNeeded', reason: 'expired' });
  readonly #announcer = new Announcer({
    attention: this.bench.attention,
    show: async ({ kind }) => {
      this.shown.push(kind);
      return Promise.resolve();
    },
    hide: async () => Promise.resolve(),
  });

  async begin(): Promise<void> {
    const { bench, clock } = this;
    bench.clock = clock;
    let version = 0;
    bench.resolver = () =>
      new CachingResolver({
        source: sourceOf(async (_signal, options) => {
          const served = { text: new Secret('canary'), version: undefined, expiresAt: undefined };
          if (this.store === undefined) return Promise.resolve(served);
          if (this.store === signInNeeded && options?.isAttended === true) this.tabs += 1;
          return Promise.reject(this.store);
        }),
        header: (text) => text,
        storage: undefined,
        ...{ ttlMs: 300_000, maxStaleMs: 0, deadlineMs: 20_000 },
        ...{ clock, random: () => 0.5 },
        nextVersion: () => (version += 1),
        log: (line) => bench.log.push(line),
      });
    bench.onChange = () => this.#announcer.stateChanged(bench.connection.state);
    await bench.approve();
    await bench.connection.connect();
    assert.equal(bench.connection.state.kind, 'connected');
  }

  async pass(hours: number): Promise<void> {
    for (let seconds = 0; seconds < hours * 3600; seconds += 10) {
      await this.clock.advance(10_000);
      if (seconds % 60 === 0) this.job();
    }
  }

  async end(): Promise<void> {
    this.#announcer.dispose();
    await this.bench.connection.disconnect({ revoke: false });
  }
}

const rows: readonly (readonly [trouble: string, plant: (night: Night) => void, kind: string])[] = [
  ['whose sign-in needs the browser', (night) => (night.store = signInNeeded), 'failed'],
  ['whose store is sealed', (night) => (night.store = sealed), 'failed'],
  ['whose secret is denied', (night) => (night.store = lasting), 'failed'],
  [
    'whose server is away',
    (night) => {
      const { bench } = night;
      bench.server = async () => Promise.resolve(down);
      const message = 'mlflow.company.com: the connection was refused. (upstream.refused)';
      night.job = () => bench.worker.listener.onMessage({ type: 'upstreamTrouble', message });
    },
    'unavailable',
  ],
  [
    'whose credential is rejected',
    (night) => {
      const { bench } = night;
      bench.server = async () => Promise.resolve(rejected);
      night.job = () => {
        if (bench.credential?.kind !== 'ready') return;
        const { version } = bench.credential;
        const detail = { status: 401 } as const;
        const { listener } = bench.worker;
        listener.onMessage({ type: 'credentialNeeded', reason: 'rejected', version, wasAccepted: true });
        listener.onMessage({ type: 'credentialOutcome', version, outcome: 'rejected', detail });
      };
    },
    'rejected',
  ],
  [
    'with a kernel that has an old session token',
    (night) => {
      const detail = 'from python3 (process 4711)';
      let count = 0;
      night.job = () => {
        count = (count % 6) + 1;
        night.bench.worker.listener.onMessage({ type: 'denied', reason: 'wrong-token', count, detail });
      };
    },
    'connected',
  ],
];

describe('A night in a window', () => {
  for (const [trouble, plant, kind] of rows) {
    for (const isThere of [false, true]) {
      it(`${trouble} opens nothing, repeats no line, and notifies at most once${isThere ? ' while it has the focus' : ''}`, async () => {
        const night = new Night();
        await night.begin();
        const { bench } = night;
        bench.attention.set(isThere);
        const before = bench.log.length;
        plant(night);
        await night.pass(12);
        assert.equal(bench.connection.state.kind, kind);
        assert.equal(night.tabs, 0);
        assert.ok(night.shown.length <= (isThere ? 1 : 0), night.shown.join());
        const lines = bench.log.slice(before);
        assert.deepEqual([...new Set(lines)], lines);
        bench.attention.set(true);
        assert.ok(night.shown.length <= 1, night.shown.join());
        await night.end();
      });
    }
  }
});
