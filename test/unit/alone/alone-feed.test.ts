import assert from 'node:assert/strict';
import { loneProcesses, times } from '../../contract/alone/lone-process.ts';
import { ManualClock } from '../../support/manual-clock.ts';

describe('Without a window, a secret that was entered', () => {
  const { start } = loneProcesses();
  const source = { provider: 'stored' } as const;

  it('serves for as long as nobody comes', async () => {
    const clock = new ManualClock(Date.now());
    const alone = await start({ source, bootstrap: { 'stored.credential': 'canary-entered' }, clock });
    await alone.using('Bearer canary-entered');
    for (let time = 0; time < 4; time += 1) {
      const posted = alone.next();
      await clock.advance(times.ttlMs * 0.67);
      await posted;
      const { expiresAt, version } = await alone.using('Bearer canary-entered');
      assert.ok(expiresAt > clock.now());
      const [first] = alone.posts;
      assert.ok(first?.kind === 'ready' && first.version === version, 'it is the same');
    }
  });

  it('that is missing is asked for in a window, after the grace that a run has', async () => {
    const clock = new ManualClock(Date.now());
    const alone = await start({ source, signInGraceMinutes: 10, clock });
    const { response } = await alone.unavailable(503);
    assert.match(response.message, /Open VS Code with this folder again\./);
    await clock.advance(600_000);
    await alone.unavailable(424);
  });

  it('has the environment of the plan while it is fetched, and the process its own again', async () => {
    const before = { ...process.env };
    const bootstrap = { 'stored.credential': 'canary-entered' };
    const alone = await start({ source, bootstrap, environment: { ONLY: 'this' } });
    assert.deepEqual({ ...process.env, LONE_PROCESS: undefined }, { ONLY: 'this', LONE_PROCESS: undefined });
    await alone.using('Bearer canary-entered');
    alone.attach();
    for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
    assert.deepEqual({ ...process.env }, before);
  });
});
