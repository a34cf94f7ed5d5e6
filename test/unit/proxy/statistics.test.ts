import assert from 'node:assert/strict';
import type { ProxyStatistics } from '../../../src/proxy/messages.ts';
import { Statistics } from '../../../src/proxy/statistics.ts';

describe('Statistics', () => {
  it('are told when they changed, with the time of the last request', () => {
    const told: ProxyStatistics[] = [];
    const statistics = new Statistics((one) => told.push(one));
    statistics.postIfChanged();
    assert.equal(told.length, 0);
    const before = Date.now();
    statistics.counts.requests += 1;
    statistics.postIfChanged();
    statistics.postIfChanged();
    assert.equal(told.length, 1);
    const at = told[0]?.lastRequestAt ?? 0;
    assert.ok(at >= before && at <= Date.now());
    statistics.counts.openConnections += 1;
    statistics.postIfChanged();
    assert.deepEqual(told[1], { ...told[0], openConnections: 1 });
  });
});
