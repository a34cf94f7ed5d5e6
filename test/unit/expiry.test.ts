import assert from 'node:assert/strict';
import { ExpiryTimer } from '../../src/expiry.ts';
import { ManualClock, settle } from '../support/manual-clock.ts';
import { CredentialGate, gateDefaults } from '../../src/proxy/credential-gate.ts';

describe('An expiry', () => {
  let clock: ManualClock;
  let timer: ExpiryTimer;
  let reached: number[];

  beforeEach(() => {
    clock = new ManualClock(0);
    timer = new ExpiryTimer(clock);
    reached = [];
  });

  const set = (at: number): void => timer.set(at, () => reached.push(at));

  it('comes once, at its time, however far that is', async () => {
    const month = 30 * 86_400_000;
    set(month);
    await clock.advance(month - 1);
    assert.deepEqual(reached, []);
    await clock.advance(1);
    await clock.advance(month);
    assert.deepEqual(reached, [month]);
  });

  it('that is over already comes at once', async () => {
    set(-1);
    await settle();
    assert.deepEqual(reached, [-1]);
  });

  it('takes the place of the one before, and does not come once it is cleared', async () => {
    set(1000);
    set(2000);
    await clock.advance(1000);
    assert.deepEqual(reached, []);
    timer.clear();
    await clock.advance(1000);
    assert.deepEqual(reached, []);
  });

  it('is not later because the clock was set back', async () => {
    const slept: number[] = [];
    let now = 100_000;
    const backwards = new ExpiryTimer({
      now: () => now,
      sleep: async (ms) => {
        slept.push(ms);
        now -= 50_000;
        return Promise.resolve();
      },
    });
    backwards.set(145_000, () => reached.push(now));
    await settle();
    assert.deepEqual(slept, [30_000, 15_000]);
    assert.equal(reached.length, 1);
  });

  it('drops what the gate of the proxy holds although no request comes', async () => {
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const now = Date.now();
    const gate = new CredentialGate({
      ...gateDefaults,
      post: () => undefined,
      now: Date.now,
      expired: () => resolve(true),
    });
    gate.set({
      kind: 'ready',
      headerName: 'Authorization',
      headerValue: 'Bearer canary',
      version: 1,
      refreshAt: now + 20,
      expiresAt: now + 20,
    });
    // The gate's own timer does not keep the process alive.
    const keepsAlive = setInterval(() => undefined, 1000);
    assert.equal(await promise, true);
    clearInterval(keepsAlive);
    assert.equal(gate.current(0), undefined);
  });
});
