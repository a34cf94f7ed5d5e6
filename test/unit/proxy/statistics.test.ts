import assert from 'node:assert/strict';
import type { ProxyStatistics } from '../../../src/proxy/messages.ts';
import { Statistics } from '../../../src/proxy/statistics.ts';

describe('Statistics', () => {
  it('are posted when they changed, with the time of the last request', () => {
    const posted: ProxyStatistics[] = [];
    const statistics = new Statistics((one) => posted.push(one));
    statistics.postIfChanged();
    assert.equal(posted.length, 0);
    const before = Date.now();
    statistics.counts.requests += 1;
    statistics.postIfChanged();
    statistics.postIfChanged();
    assert.equal(posted.length, 1);
    const at = posted[0]?.lastRequestAt ?? 0;
    assert.ok(at >= before && at <= Date.now());
    statistics.counts.openConnections += 1;
    statistics.postIfChanged();
    assert.deepEqual(posted[1], { ...posted[0], openConnections: 1 });
  });
});
