import assert from 'node:assert/strict';
import { settle } from '../../support/manual-clock.ts';
import { Bench } from './bench.ts';

describe('The port after a connection', () => {
  async function connected(): Promise<Bench> {
    const bench = new Bench();
    await bench.approve();
    await bench.connection.connect();
    return bench;
  }

  const portOf = (bench: Bench): number => bench.endpoints.at(-1)?.port ?? 0;

  it('is held with the token that programs have, also where that is worth nothing any more', async () => {
    for (const revoke of [false, true]) {
      const bench = await connected();
      assert.deepEqual(bench.held, []);
      await bench.connection.disconnect({ revoke });
      assert.deepEqual(bench.held, [`${portOf(bench)} session-1`]);
      assert.equal(bench.token, revoke ? 2 : 1);
    }
  });

  it('has a token that is worth nothing from the first moment of revoking, whatever the store does', async () => {
    const bench = await connected();
    bench.hanging.add('closeSecret');
    void bench.connection.disconnect({ revoke: true });
    assert.equal(bench.token, 2);
  });

  it('is let go when the window connects again, and when it closes', async () => {
    for (const end of ['connect', 'shutDown'] as const) {
      const bench = await connected();
      await bench.connection.disconnect({ revoke: false });
      await bench.connection[end]();
      assert.equal(bench.held.at(-1), 'released');
      if (end === 'connect') assert.equal(bench.connection.state.kind, 'connected');
    }
  });

  it('is held once, however often the settings change or the user disconnects, and anew after all was revoked', async () => {
    const bench = await connected();
    await bench.connection.disconnect({ revoke: false });
    await bench.connection.reconsider();
    await bench.connection.disconnect({ revoke: false });
    assert.equal(bench.held.length, 1);
    await bench.connection.disconnect({ revoke: true });
    assert.deepEqual(bench.held.slice(1), ['released', `${portOf(bench)} session-1`]);
  });

  it('is held again by a window that was disconnected and is loaded again, while programs may use it', async () => {
    const bench = new Bench();
    bench.autoConnect = false;
    await bench.connection.reconsider();
    assert.deepEqual(bench.held, []);
    await bench.workspace.update('proxyPort', 40_100);
    await bench.workspace.update('proxyHeldAt', Date.now() - 6 * 60_000);
    await bench.connection.reconsider();
    assert.deepEqual(bench.held, []);
    await bench.workspace.update('proxyHeldAt', Date.now() - 60_000);
    await bench.connection.reconsider();
    await settle();
    assert.deepEqual(bench.held, ['40100 session-1']);
    assert.ok(Number(bench.workspace.get('proxyHeldAt')) > Date.now() - 10_000, 'and noted');
  });
});
