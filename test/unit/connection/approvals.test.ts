import assert from 'node:assert/strict';
import { destinationOf } from '../../../src/configuration/destination.ts';
import type { Destination } from '../../../src/configuration/destination.ts';
import { Approvals, covers } from '../../../src/connection/approvals.ts';
import { storedConfiguration } from '../configuration/stored-configuration.ts';

const destination = (host: string, basePath = ''): Destination =>
  destinationOf({ ...storedConfiguration, tracking: { origin: `https://${host}`, basePath } });
const [a, b] = [destination('a.company.com'), destination('b.company.com')];

class Bench {
  readonly memory = new Map<string, unknown>();
  now = 1000;
  readonly approvals = new Approvals(
    {
      get: (key) => this.memory.get(key),
      // As the editor keeps it.
      update: async (key, value) => {
        if (value === undefined) this.memory.delete(key);
        else this.memory.set(key, JSON.parse(JSON.stringify(value)));
        return Promise.resolve();
      },
    },
    () => this.now,
  );

  get origins(): readonly string[] {
    return this.approvals.servers.map(({ destination: { trackingOrigin } }) => trackingOrigin);
  }
}

describe('the tracking servers that were approved in a workspace', () => {
  it('are listed once each, the last one first, with the time at which one was left', async () => {
    const bench = new Bench();
    const { approvals } = bench;
    await approvals.approve(a, { trackingUri: 'https://a.company.com' });
    bench.now = 2000;
    await approvals.approve(b, { trackingUri: 'https://b.company.com' });
    bench.now = 3000;
    await approvals.approve(a, { trackingUri: 'https://a.company.com/' });
    assert.deepEqual(approvals.servers, [
      { destination: a, settings: { trackingUri: 'https://a.company.com/' }, usedAt: 3000 },
      { destination: b, settings: { trackingUri: 'https://b.company.com' }, usedAt: 3000 },
    ]);
  });

  it('are told apart by their path, too', async () => {
    const { approvals } = new Bench();
    await approvals.approve(a);
    await approvals.approve(destination('a.company.com', '/team'));
    assert.equal(approvals.servers.length, 2);
  });

  it('are ten at most, and the oldest goes', async () => {
    const bench = new Bench();
    for (let index = 0; index < 12; index += 1) await bench.approvals.approve(destination(`s${index}`));
    assert.equal(bench.origins.length, 10);
    assert.deepEqual([bench.origins[0], bench.origins.at(-1)], ['https://s11', 'https://s2']);
  });

  it('begin with the one that an earlier version kept, which stays when another one comes', async () => {
    const bench = new Bench();
    bench.memory.set('approvedDestination', a);
    bench.memory.set('approvedSettings', { trackingUri: 'https://a.company.com' });
    assert.ok(bench.approvals.isApproved(a));
    await bench.approvals.approve(b);
    assert.deepEqual(bench.origins, [b.trackingOrigin, a.trackingOrigin]);
    assert.deepEqual(bench.approvals.servers[1]?.settings, { trackingUri: 'https://a.company.com' });
    assert.deepEqual([...bench.memory.keys()], ['approvedServers']);
  });

  it('are forgotten together, also what an earlier version kept', async () => {
    const bench = new Bench();
    bench.memory.set('approvedDestination', a);
    await bench.approvals.forget();
    assert.deepEqual(bench.origins, []);
    assert.equal(bench.approvals.approved, undefined);
    await bench.approvals.approve(a);
    await bench.approvals.approve(b);
    await bench.approvals.forget();
    assert.deepEqual([bench.origins, [...bench.memory]], [[], [['approvedServers', []]]]);
  });

  it('are left out where what is stored is of another shape', () => {
    const bench = new Bench();
    const { headerName, ...incomplete } = a;
    assert.ok(headerName);
    bench.memory.set('approvedServers', [null, 'a', {}, { destination: incomplete }, { destination: b }]);
    assert.deepEqual(bench.origins, [b.trackingOrigin]);
    bench.memory.set('approvedServers', 'a');
    assert.deepEqual(bench.origins, []);
  });
});

describe('settings that a folder’s file changes', () => {
  it('ask again for a server that was approved and is not the one in use', async () => {
    const { approvals } = new Bench();
    await approvals.approve(a);
    await approvals.approve(b);
    assert.equal(approvals.isApproved(a), false);
    assert.equal(approvals.mayBeKept(a), false);
    assert.ok(approvals.isApproved(b));
  });

  it('are not covered by an approval that differs in any field, one more or less included', () => {
    const all = { ...a, ...destinationOf({ ...storedConfiguration, caFile: '/ca.pem' }) };
    assert.ok(covers(all, { ...all }));
    for (const [name, value] of Object.entries(all)) {
      assert.equal(covers(all, { ...all, [name]: `${value}x` }), false, name);
      const less = Object.fromEntries(Object.entries(all).filter(([one]) => one !== name));
      assert.equal(covers(less as Destination, all), false, `without ${name}`);
      assert.equal(covers(all, less as Destination), false, `only with ${name}`);
    }
    assert.equal(covers(all, { ...all, keptHours: '12' }), false);
  });
});
