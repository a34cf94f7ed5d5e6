import assert from 'node:assert/strict';
import { mock } from 'node:test';
import { ClientDeadline } from '../../../src/proxy/client-deadline.ts';

const timeouts = { headMs: 1000, idleMs: 10_000, stallMs: 100_000, lingerMs: 2000 };

/** The monotonic clock stands still, so that the test itself takes no time. */
const start = 5000;
/** Just before, and exactly at, so many milliseconds from the start. */
const before = (milliseconds: number): number => start + milliseconds - 1;
const after = (milliseconds: number): number => start + milliseconds;

describe('A client’s deadline', () => {
  let deadline: ClientDeadline;
  beforeEach(() => {
    mock.method(performance, 'now', () => start);
    deadline = new ClientDeadline(timeouts);
  });
  afterEach(() => mock.restoreAll());

  it('is that of an idle connection at the start', () => {
    assert.equal(deadline.timedOut(before(10_000), false), undefined);
    assert.equal(deadline.timedOut(after(10_000), false), 'connection');
  });

  it('starts over when bytes moved, and is longer while a response is awaited', () => {
    const now = start;
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
