import assert from 'node:assert/strict';
import { timeOfDay } from '../../../src/age.ts';
import { requestWords } from '../../../src/connection/fact-words.ts';
import { lastResponse } from '../../../src/connection/last-response.ts';

const now = 1_800_000_000_000;
const minute = 60_000;

describe('the counts of requests', () => {
  const none = { requests: 0, failures: 0, denied: 0 };

  it('leave out what did not happen', () => {
    assert.equal(requestWords({ ...none, requests: 12 }, now), '12');
    assert.equal(requestWords({ ...none, requests: 12, denied: 2 }, now), '12; 2 denied');
    assert.equal(requestWords({ requests: 12, failures: 1, denied: 2 }, now), '12; 1 failed, 2 denied');
    assert.equal(requestWords({ ...none, denied: 2 }, now), '0; 2 denied');
    assert.equal(requestWords(none, now), 'none yet');
  });

  it('say since when, below an hour as a length of time', () => {
    const since = now - 5 * minute;
    assert.equal(requestWords({ ...none, requests: 12, since }, now), '12 in the last 5 min');
    assert.equal(requestWords({ ...none, since }, now), 'none in the last 5 min');
    const before = now - 90 * minute;
    assert.equal(
      requestWords({ ...none, requests: 12, since: before }, now),
      `12 since ${timeOfDay(before)}`,
    );
  });
});

describe('how fast the tracking server responds', () => {
  const facts = { lastResponseAt: now - 5000, medianResponseMs: 11.8, p95ResponseMs: 80 };

  it('is two figures where there were many responses', () => {
    assert.equal(lastResponse(facts, now), '5 s ago, usually in 12 ms, 95 % in 80 ms');
  });

  it('is said in seconds where it is slow, which is all that a narrow view has room for', () => {
    const slow = { ...facts, medianResponseMs: 1472, p95ResponseMs: 11_776 };
    assert.equal(lastResponse(slow, now), '5 s ago, usually in 1.5 s, 95 % in 11.8 s');
    assert.equal(lastResponse({ ...slow, p95ResponseMs: undefined }, now), '5 s ago, in 1.5 s');
  });

  for (const p95ResponseMs of [undefined, 12.1]) {
    it(`is one figure where the other is ${p95ResponseMs ?? 'not known'}`, () => {
      assert.equal(lastResponse({ ...facts, p95ResponseMs }, now), '5 s ago, in 12 ms');
    });
  }
});
