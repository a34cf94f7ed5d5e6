import assert from 'node:assert/strict';
import { ClientDeadline } from '../../../src/proxy/client-deadline.ts';

const timeouts = { headMs: 1000, idleMs: 10_000, stallMs: 100_000, lingerMs: 2000 };

/** Just before and just after `milliseconds` from now, give or take what the test itself takes. */
const before = (milliseconds: number): number => performance.now() + milliseconds - 500;
const after = (milliseconds: number): number => performance.now() + milliseconds + 1;

describe('A client’s deadline', () => {
  let deadline: ClientDeadline;
  beforeEach(() => (deadline = new ClientDeadline(timeouts)));

  it('is that of an idle connection at the start', () => {
    assert.equal(deadline.timedOut(before(10_000), false), undefined);
    assert.equal(deadline.timedOut(after(10_000), false), 'connection');
  });

  it('starts over when bytes moved, and is longer while a response is awaited', () => {
    // Whole, so that sums are exact.
    const now = Math.floor(performance.now());
    deadline.moved();
    assert.equal(deadline.timedOut(now + 9000, true), undefined);
    assert.equal(deadline.timedOut(now + 108_999, true), undefined);
    assert.equal(deadline.timedOut(now + 109_000, true), 'connection');
    deadline.moved();
    assert.equal(deadline.timedOut(now + 109_000, false), undefined);
    assert.equal(deadline.timedOut(now + 119_000, false), 'connection');
  });

  it('of a head is not put off by more of its bytes', () => {
    deadline.headBegan();
    const end = after(1000);
    deadline.moved();
    deadline.headBegan();
    assert.equal(deadline.timedOut(before(1000), false), undefined);
    assert.equal(deadline.timedOut(end, false), 'head');
    deadline.headEnded();
    deadline.moved();
    assert.equal(deadline.timedOut(end, true), undefined);
  });

  it('of a client that leaves is that of an exchange until it has taken what was written', () => {
    deadline.leaving(false);
    assert.equal(deadline.timedOut(before(100_000), false), undefined);
    deadline.leaving(true);
    deadline.moved();
    assert.equal(deadline.timedOut(after(2000), true), 'connection');
  });
});
