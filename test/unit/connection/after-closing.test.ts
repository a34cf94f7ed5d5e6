import assert from 'node:assert/strict';
import { destinationOf } from '../../../src/configuration/destination.ts';
import { AfterClosing } from '../../../src/connection/after-closing.ts';
import { Approvals } from '../../../src/connection/approvals.ts';
import type { AfterClose, KeptState, WentOn } from '../../../src/proxy/control/control-messages.ts';
import { storedConfiguration } from '../configuration/stored-configuration.ts';
import { settle } from '../../support/manual-clock.ts';

const plan = { secret: 'canary' };
const kept = (keepHours: number) => ({
  ...storedConfiguration,
  afterClose: { kind: 'whileInUse' as const, keepHours },
});

class Bench {
  readonly told: AfterClose[] = [];
  readonly lines: string[] = [];
  readonly states: KeptState[] = [];
  text: string | undefined;
  wentOn: WentOn | undefined;
  plan: () => Promise<typeof plan> = async () => Promise.resolve(plan);
  readonly #memory = new Map<string, unknown>();
  readonly approvals = new Approvals({
    get: (key) => this.#memory.get(key),
    update: async (key, value) => {
      this.#memory.set(key, value);
      return Promise.resolve();
    },
  });
  readonly afterClosing = new AfterClosing(
    {
      approvals: this.approvals,
      keeping: {
        language: 'en',
        plan: async () => this.plan(),
        takeOver: async (state) => {
          this.states.push(state);
          return Promise.resolve();
        },
      },
      log: (_level, line) => this.lines.push(line),
    },
    {
      setAfterClose: (afterClose) => this.told.push(afterClose),
      takeWentOn: () => this.wentOn,
    },
    { wasKept: (text) => (this.text = text) },
  );

  async connectedTo(
    configuration: Parameters<AfterClosing['connectedTo']>[0],
  ): Promise<AfterClose | undefined> {
    this.afterClosing.connectedTo(configuration);
    await settle();
    return this.told.at(-1);
  }
}

describe('What the proxy is told of the time after the last window', () => {
  it('is what the user has chosen, with a plan only where that was approved for these hours', async () => {
    const bench = new Bench();
    assert.deepEqual(await bench.connectedTo({ ...storedConfiguration, afterClose: { kind: 'end' } }), {
      kind: 'end',
    });
    await bench.approvals.approve(destinationOf(storedConfiguration));
    assert.ok(bench.approvals.isApproved(destinationOf(kept(12))), 'connecting goes on');
    assert.deepEqual(await bench.connectedTo(kept(12)), { kind: 'shortly' });
    await bench.approvals.approve(destinationOf(kept(12)));
    assert.deepEqual(await bench.connectedTo(kept(12)), { kind: 'whileInUse', hours: 12, plan });
    assert.deepEqual(await bench.connectedTo(kept(13)), { kind: 'shortly' });
    assert.deepEqual(await bench.connectedTo(storedConfiguration), { kind: 'shortly' });
  });

  it('is another plan with each credential, and none any more at the end of the connection', async () => {
    const bench = new Bench();
    await bench.approvals.approve(destinationOf(kept(12)));
    const target = bench.afterClosing.following(kept(12), {
      served: () => undefined,
      failed: () => undefined,
      found: () => undefined,
    });
    await settle();
    target.served({ version: '1', fetchedAt: 0, nextRefreshAt: 0 }, undefined);
    await settle();
    assert.equal(bench.told.filter(({ kind }) => kind === 'whileInUse').length, 2);
    const { promise, resolve } = Promise.withResolvers<typeof plan>();
    bench.plan = async () => promise;
    target.served({ version: '2', fetchedAt: 0, nextRefreshAt: 0 }, undefined);
    assert.deepEqual(await bench.connectedTo(undefined), { kind: 'shortly' });
    resolve(plan);
    await settle();
    assert.deepEqual(bench.told.at(-1), { kind: 'shortly' }, 'a late plan is not handed over');
  });

  it('is to serve the last credential where a plan cannot be made', async () => {
    const bench = new Bench();
    await bench.approvals.approve(destinationOf(kept(12)));
    bench.plan = async () => Promise.reject(new Error('no keychain'));
    assert.deepEqual(await bench.connectedTo(kept(12)), { kind: 'whileInUse', hours: 12, plan: undefined });
  });
});

describe('A window that comes back', () => {
  it('goes on with what the process has, and says in short what it did if it was kept', async () => {
    const bench = new Bench();
    await bench.afterClosing.takeOver();
    const wentOn: WentOn = {
      ...{ type: 'wentOn', forMs: 11_550_000, requests: 1204, refreshes: 2, wasKept: true },
      ...{ state: { record: 'one' }, log: ['Fetched.'] },
    };
    bench.wentOn = { ...wentOn, wasKept: false };
    await bench.afterClosing.takeOver();
    assert.equal(bench.text, undefined);
    bench.wentOn = wentOn;
    await bench.afterClosing.takeOver();
    assert.equal(bench.text, 'kept 3 h 12 min, 1,204 requests, 2 refreshes');
    assert.deepEqual(bench.states, [{ record: 'one' }, { record: 'one' }]);
    assert.equal(
      bench.lines.at(-1),
      'While no window was open, the local proxy went on: kept 3 h 12 min, 1,204 requests, 2 refreshes.',
    );
  });
});
