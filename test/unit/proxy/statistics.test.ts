import assert from 'node:assert/strict';
import type { ProxyStatistics } from '../../../src/proxy/messages.ts';
import { Statistics } from '../../../src/proxy/statistics.ts';

describe('Statistics', () => {
  it('are posted when they changed', () => {
    const posted: ProxyStatistics[] = [];
    const statistics = new Statistics((one) => posted.push(one));
    statistics.postIfChanged();
    assert.equal(posted.length, 0);
    statistics.began({ isOwn: false }, Date.now());
    statistics.postIfChanged();
    statistics.postIfChanged();
    assert.equal(posted.length, 1);
    assert.equal(posted[0]?.requests, 1);
    statistics.counts.openConnections += 1;
    statistics.postIfChanged();
    assert.deepEqual(posted[1], { ...posted[0], openConnections: 1 });
  });

  for (const [status, isFailure] of [
    [0, true],
    [200, false],
    [400, false],
    [401, true],
    [403, true],
    [404, false],
    [424, true],
    [503, true],
  ] as const) {
    it(`${isFailure ? 'count' : 'do not count'} status ${status} among the failures`, () => {
      const statistics = new Statistics(() => undefined);
      const line = { method: 'GET', target: '/api/2.0/mlflow/runs/get' };
      statistics.ended({ line, fields: { isOwn: false } }, status, Date.now());
      assert.equal(statistics.counts.failures, isFailure ? 1 : 0);
    });
  }
});
