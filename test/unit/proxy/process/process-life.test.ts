import assert from 'node:assert/strict';
import { ProcessLife } from '../../../../src/proxy/process/process-life.ts';
import { ManualClock, settle } from '../../../support/manual-clock.ts';

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;

/** A process whose clients are as they are set. */
class Bench {
  readonly clock = new ManualClock();
  readonly ends: string[] = [];
  connections = 0;
  lastRequestAt = 0;
  isInstalled = true;
  readonly life = new ProcessLife({
    clock: this.clock,
    aloneMs: 2 * minute,
    use: () => ({ connections: this.connections, lastRequestAt: this.lastRequestAt }),
    isInstalled: async () => Promise.resolve(this.isInstalled),
    changed: () => undefined,
    end: (how) => this.ends.push(how),
  });

  /** Its last window leaves. */
  static async left(
    afterClose: Parameters<ProcessLife['prepared']>[0],
    { isOrderly = true, connections = 0 } = {},
  ): Promise<Bench> {
    const bench = new Bench();
    bench.connections = connections;
    bench.life.started();
    bench.life.alone(false, { isOrderly: true });
    bench.life.prepared(afterClose);
    await bench.clock.advance(hour);
    assert.equal(bench.life.state.kind, 'attached');
    bench.life.alone(true, { isOrderly });
    await settle();
    return bench;
  }

  /** In steps, as its timers look at the wall clock. */
  async pass(ms: number): Promise<void> {
    for (let left = ms; left > 0 && this.ends.length === 0; left -= 10 * second) {
      await this.clock.advance(Math.min(left, 10 * second));
    }
  }
}

const kept = (hours: number): Parameters<ProcessLife['prepared']>[0] => ({
  ...{ kind: 'whileInUse', hours, plan: undefined },
});

describe('How long the process of the proxy goes on', () => {
  it('ends where no window attaches after its start', async () => {
    const bench = new Bench();
    bench.life.started();
    await bench.pass(14 * second);
    assert.deepEqual(bench.ends, []);
    await bench.pass(second);
    assert.deepEqual(bench.ends, ['now']);
  });

  it('ends two minutes after the last window, whoever uses it, unless a window comes', async () => {
    const bench = await Bench.left({ kind: 'shortly' }, { connections: 3 });
    await bench.pass(2 * minute - second);
    bench.life.alone(false, { isOrderly: true });
    await bench.pass(hour);
    assert.deepEqual(bench.ends, []);
    bench.life.alone(true, { isOrderly: true });
    await bench.pass(2 * minute);
    assert.deepEqual(bench.ends, ['now']);
  });

  it('ends within three seconds where nothing is to go on, a little later when the extension host died', async () => {
    const orderly = await Bench.left({ kind: 'end' }, { connections: 3 });
    await orderly.clock.advance(2 * second);
    assert.deepEqual(orderly.ends, ['now']);
    const lost = await Bench.left({ kind: 'end' }, { isOrderly: false });
    await lost.clock.advance(14 * second);
    assert.deepEqual(lost.ends, []);
    await lost.clock.advance(second);
    assert.deepEqual(lost.ends, ['now']);
  });

  it('is kept as long as a client is connected, at most for the hours that were approved', async () => {
    const bench = await Bench.left(kept(3), { connections: 1 });
    await bench.pass(3 * hour - second);
    assert.equal(bench.life.state.kind, 'keeping');
    assert.deepEqual(bench.ends, []);
    await bench.pass(second);
    assert.deepEqual(bench.ends, ['finish']);
  });

  it('ends at once after the machine slept beyond its time', async () => {
    const asleep = await Bench.left(kept(1), { connections: 1 });
    await asleep.pass(30 * minute);
    await asleep.clock.advance(8 * hour);
    assert.deepEqual(asleep.ends, ['finish']);
  });

  it('ends half an hour after the last request where no client is connected', async () => {
    const bench = await Bench.left(kept(12), { connections: 1 });
    await bench.pass(hour);
    bench.connections = 0;
    bench.lastRequestAt = bench.clock.now();
    await bench.pass(30 * minute - 10 * second);
    assert.deepEqual(bench.ends, []);
    await bench.pass(10 * second);
    assert.deepEqual(bench.ends, ['now']);
  });

  it('is not kept where nobody uses it when the two minutes are over', async () => {
    const bench = await Bench.left(kept(12));
    await bench.pass(2 * minute);
    assert.deepEqual(bench.ends, ['now']);
  });

  it('goes on while an update replaces the files of the extension, and ends ten minutes after they are gone', async () => {
    const bench = await Bench.left(kept(12), { connections: 1 });
    await bench.pass(hour);
    bench.isInstalled = false;
    await bench.pass(9 * minute);
    bench.isInstalled = true;
    await bench.pass(minute);
    bench.isInstalled = false;
    await bench.pass(9 * minute);
    assert.deepEqual(bench.ends, []);
    await bench.pass(2 * minute);
    assert.deepEqual(bench.ends, ['now']);
  });

  it('goes on attached when a window comes back, and begins anew when that one leaves', async () => {
    const bench = await Bench.left(kept(1), { connections: 1 });
    await bench.pass(59 * minute);
    bench.life.alone(false, { isOrderly: true });
    await bench.pass(hour);
    bench.life.alone(true, { isOrderly: true });
    await bench.pass(59 * minute);
    assert.deepEqual(bench.ends, []);
    bench.life.end('now');
    bench.life.end('now');
    assert.deepEqual(bench.ends, ['now'], 'once');
  });
});
