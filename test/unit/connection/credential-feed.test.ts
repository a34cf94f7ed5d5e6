import assert from 'node:assert/strict';
import { Secret } from '../../../src/secret.ts';
import { CredentialBench, graceMs, problemWith } from './credential-bench.ts';

const minute = 60_000;
const unattended = { isAttended: false } as const;
const attended = { isAttended: true } as const;

describe('What was fetched before', () => {
  /** A bench with the record of a credential that the tracking server rejected a moment ago. */
  function benchWithRecord(): CredentialBench {
    const text = new Secret('canary-wrong');
    const bench: CredentialBench = new CredentialBench([], {
      load: async () => {
        const fetchedAt = bench.clock.now();
        return Promise.resolve({ text, version: undefined, expiresAt: undefined, fetchedAt });
      },
      save: async () => Promise.resolve(),
      delete: async () => Promise.resolve(),
    });
    return bench;
  }

  const sent = (bench: CredentialBench): unknown =>
    bench.posted.flatMap((credential) => (credential.kind === 'ready' ? [credential.headerValue] : []));

  it('is not sent for somebody who has entered another credential since', async () => {
    const bench = benchWithRecord();
    bench.outcome = 'canary-right';
    await bench.feed.start(attended);
    assert.deepEqual(sent(bench), ['canary-right']);
    await bench.feed.close({ revoke: false });
  });

  it('serves after a reload, without asking the store', async () => {
    const bench = benchWithRecord();
    await bench.feed.start(unattended);
    assert.deepEqual(sent(bench), ['canary-wrong']);
    assert.equal(bench.fetches, 0);
    await bench.feed.close({ revoke: false });
  });
});

describe('A request while there is no credential', () => {
  let bench: CredentialBench;

  beforeEach(() => (bench = new CredentialBench()));
  afterEach(async () => bench.feed.close({ revoke: false }));

  it('asks the store again, one for a burst, and waits for what comes of it', async () => {
    bench.outcome = problemWith('vault.denied', 'purge');
    await bench.feed.start(unattended);
    await bench.clock.advance(2000);
    const { promise, resolve } = Promise.withResolvers<string>();
    bench.outcome = promise;
    const burst = Array.from({ length: 50 }, async () => bench.request());
    resolve('canary-mended');
    assert.deepEqual([...new Set(await Promise.all(burst))], ['ready']);
    assert.equal(bench.fetches, 2);
  });

  it('asks less and less often, and at least every 30 seconds', async () => {
    bench.outcome = problemWith('vault.denied', 'purge');
    await bench.feed.start(unattended);
    const asked: number[] = [];
    for (let second = 0; second < 300; second += 1) {
      const before = bench.fetches;
      await bench.request();
      if (bench.fetches > before) asked.push(second);
      await bench.clock.advance(1000);
    }
    assert.deepEqual(asked, [1, 3, 7, 15, 31, 61, 91, 121, 151, 181, 211, 241, 271]);
  });

  it('asks again where the clock was wrong and was set back', async () => {
    bench.outcome = problemWith('aws.clockSkew');
    await bench.feed.start(unattended);
    bench.clock.setBack(3_600_000);
    bench.outcome = 'canary-mended';
    assert.equal(await bench.request(), 'ready');
  });
});

describe('A store that fails while the last good secret is in use', () => {
  it('is asked again within half a minute, also where nothing is requested', async () => {
    const bench = new CredentialBench();
    await bench.feed.start(attended);
    bench.outcome = problemWith('vault.sealed', 'automatic');
    await bench.feed.refresh(unattended);
    assert.ok(bench.isReady, 'the last good one');
    for (let passed = 0; passed < minute; passed += 1000) await bench.clock.advance(1000);
    const asked = bench.fetches;
    bench.outcome = 'canary-mended';
    for (let passed = 0; passed < minute / 2; passed += 1000) await bench.clock.advance(1000);
    assert.equal(bench.fetches, asked + 1);
    await bench.feed.close({ revoke: false });
  });
});

describe('A run whose credential can no longer be fetched', () => {
  let bench: CredentialBench;

  beforeEach(() => (bench = new CredentialBench()));
  afterEach(async () => bench.feed.close({ revoke: false }));

  async function servedThenFailed(code: Parameters<typeof problemWith>[0]): Promise<void> {
    await bench.feed.start(attended);
    assert.equal(await bench.request(), 'ready');
    bench.outcome = problemWith(code, 'purge');
    await bench.feed.refresh(unattended);
  }

  it('waits for somebody who may be on the way back, and then learns why', async () => {
    await servedThenFailed('aws.ssoExpired');
    const statuses = new Set<unknown>();
    for (let passed = 0; passed < graceMs; passed += minute) {
      statuses.add(await bench.request());
      await bench.clock.advance(minute);
    }
    assert.deepEqual([...statuses], [503]);
    assert.equal(await bench.request(), 424);
  });

  it('waits no longer, and no shorter, where the clock is set back meanwhile', async () => {
    await servedThenFailed('aws.ssoExpired');
    await bench.clock.advance(graceMs / 2);
    bench.clock.setBack(2 * graceMs);
    assert.equal(await bench.request(), 503);
    for (let passed = 0; passed < graceMs; passed += minute) await bench.clock.advance(minute);
    assert.equal(await bench.request(), 424);
  });

  it('learns why without a request of its own asking again', async () => {
    await servedThenFailed('vault.signInNeeded');
    assert.equal(await bench.request(), 503);
    for (let passed = 0; passed < graceMs; passed += minute) await bench.clock.advance(minute);
    assert.equal(await bench.request(), 424);
    assert.equal(bench.fetches, 2);
  });

  it('does not wait for what only a change of settings mends', async () => {
    await servedThenFailed('vault.malformedSetting');
    assert.equal(await bench.request(), 424);
  });

  it('waits anew when there was a credential in between', async () => {
    await servedThenFailed('aws.ssoExpired');
    await bench.clock.advance(graceMs);
    assert.equal(await bench.request(), 424);
    bench.outcome = 'canary-2';
    await bench.clock.advance(minute);
    assert.equal(await bench.request(), 'ready');
    bench.outcome = problemWith('aws.ssoExpired');
    await bench.feed.refresh(unattended);
    await bench.clock.advance(300_000);
    assert.equal(await bench.request(), 503);
  });

  it('may be at work since before the window was opened again', async () => {
    bench.outcome = problemWith('aws.ssoExpired');
    await bench.feed.start(unattended);
    assert.equal(await bench.request(), 503);
  });

  it('is not there yet when somebody connects for the first time', async () => {
    bench.outcome = problemWith('aws.ssoExpired');
    await bench.feed.start(attended);
    assert.equal(await bench.request(), 424);
  });
});

describe('A sign-in that needs a person', () => {
  it('is not started in a night of requests and looks, and is noted once', async () => {
    const bench = new CredentialBench();
    await bench.feed.start(attended);
    bench.unattendedOutcome = problemWith('vault.signInNeeded');
    for (let passed = 0; passed < 12 * 60; passed += 1) {
      await bench.clock.advance(minute);
      await bench.request();
      await bench.feed.lookAgain();
    }
    assert.equal(bench.attendedFetches, 1);
    assert.deepEqual(bench.log, ['It failed. Mend it. (vault.signInNeeded)']);
    await bench.feed.refresh(attended);
    assert.equal(await bench.request(), 'ready');
    await bench.feed.close({ revoke: false });
  });

  it('is started for a person although a request has just found it missing', async () => {
    const bench = new CredentialBench();
    bench.unattendedOutcome = problemWith('vault.signInNeeded');
    const ofRequest = bench.feed.start(unattended);
    const ofPerson = bench.feed.refresh(attended);
    await Promise.all([ofRequest, ofPerson]);
    assert.equal(bench.attendedFetches, 1);
    assert.equal(await bench.request(), 'ready');
    await bench.feed.close({ revoke: false });
  });

  it('is shared by the requests that come meanwhile', async () => {
    const bench = new CredentialBench();
    const { promise, resolve } = Promise.withResolvers<string>();
    bench.outcome = promise;
    const ofPerson = bench.feed.start(attended);
    const requests = [bench.request(), bench.request()];
    resolve('canary-signed-in');
    await ofPerson;
    assert.deepEqual(await Promise.all(requests), ['ready', 'ready']);
    assert.equal(bench.fetches, 1);
    await bench.feed.close({ revoke: false });
  });
});

describe('Trouble that lasts', () => {
  it('is logged once, and again when it changes or comes back', async () => {
    const bench = new CredentialBench();
    bench.outcome = problemWith('vault.sealed', 'automatic');
    await bench.feed.start(unattended);
    for (let passed = 0; passed < 60; passed += 1) await bench.clock.advance(minute);
    assert.ok(bench.fetches > 50, String(bench.fetches));
    assert.equal(bench.log.length, 1);
    bench.outcome = problemWith('vault.dns', 'automatic');
    await bench.feed.refresh(unattended);
    bench.outcome = 'canary-1';
    await bench.feed.refresh(unattended);
    bench.outcome = problemWith('vault.dns', 'automatic');
    await bench.feed.refresh(unattended);
    assert.deepEqual(
      bench.log.map((line) => /\(([^)]+)\)$/.exec(line)?.[1]),
      ['vault.sealed', 'vault.dns', 'vault.dns'],
    );
    await bench.feed.close({ revoke: false });
  });
});
