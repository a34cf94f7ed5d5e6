import assert from 'node:assert/strict';
import { intervalMs, Traffic } from '../../../src/proxy/traffic.ts';

const start = 1_000_000 * intervalMs;
const logMetric = { method: 'POST', target: '/api/2.0/mlflow/runs/log-metric' };

describe('Traffic', () => {
  it('counts requests by interval, the oldest first, and forgets those of long ago', () => {
    const traffic = new Traffic();
    for (let request = 0; request < 3; request += 1) traffic.began(start);
    traffic.began(start + intervalMs);
    assert.deepEqual(traffic.facts(start + intervalMs).perInterval.slice(-3), [0, 3, 1]);
    assert.deepEqual(traffic.facts(start + 3 * intervalMs).perInterval.slice(-5), [0, 3, 1, 0, 0]);
    const sum = traffic.facts(start + 1000 * intervalMs).perInterval.reduce((one, other) => one + other);
    assert.equal(sum, 0);
  });

  it('counts requests together that are the same but for their query', () => {
    const traffic = new Traffic();
    traffic.ended({ method: 'GET', target: '/api/2.0/mlflow/runs/get?run_id=1' }, 200, start);
    traffic.ended({ method: 'GET', target: '/api/2.0/mlflow/runs/get?run_id=2' }, 200, start + 5);
    traffic.ended({ method: 'GET', target: '/api/2.0/mlflow/runs/get?run_id=3' }, 404, start + 7);
    traffic.ended({ method: 'GET', target: '/api/2.0/mlflow/runs/get-more' }, 200, start + 6);
    const seen = traffic
      .facts(start)
      .recent.map(({ path, status, count, at }) => [
        path.replace('/api/2.0/mlflow/', ''),
        ...[status, count, at - start],
      ]);
    assert.deepEqual(seen, [
      ['runs/get', 404, 1, 7],
      ['runs/get-more', 200, 1, 6],
      ['runs/get', 200, 2, 5],
    ]);
  });

  it('keeps the last few different requests, and nothing of a query', () => {
    const traffic = new Traffic();
    traffic.ended(logMetric, 200, start);
    for (let path = 0; path < 50; path += 1)
      traffic.ended({ method: 'GET', target: `/${path}?token=canary` }, 200, start + path + 1);
    traffic.ended({ method: 'GET', target: `/${'x'.repeat(10_000)}` }, 0, start + 60);
    const { recent } = traffic.facts(start);
    assert.equal(recent.length, 8);
    assert.equal(recent[0]?.path.length, 200);
    assert.equal(recent[1]?.path, '/49');
    assert.ok(!JSON.stringify(recent).includes('canary'));
  });

  it('tells of each reason why requests were denied, how often and when last', () => {
    const traffic = new Traffic();
    for (const at of [1, 2, 3]) traffic.denied('no-token', start + at);
    traffic.denied('host', start + 4);
    assert.deepEqual(traffic.facts(start).denials, [
      { reason: 'host', count: 1, at: start + 4 },
      { reason: 'no-token', count: 3, at: start + 3 },
    ]);
  });
});
