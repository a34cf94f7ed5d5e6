import assert from 'node:assert/strict';
import { settle } from '../../../support/manual-clock.ts';
import { failed, other, ready, refused, server, SharedBench } from './shared-bench.ts';
import type { Window } from './shared-bench.ts';

describe('A proxy that windows share', () => {
  it('goes on with what it has when a window is loaded again, and takes the same value for the same', async () => {
    const bench = new SharedBench();
    const window = bench.attach();
    window.connect(ready('a', 7));
    const { length } = bench.told;
    const before = bench.number;
    window.leave();
    await settle();
    assert.deepEqual(bench.alone, [false, true]);
    const again = bench.attach();
    again.say({ type: 'expect', upstreamId: server.id });
    again.say({ type: 'credential', credential: { kind: 'pending', of: 'one' } });
    again.say({ type: 'upstream', upstream: server });
    assert.equal(bench.told.length, length, 'nothing was taken away meanwhile');
    again.say({ type: 'credential', credential: ready('a', 1) });
    assert.equal(bench.number, before);
    again.say({ type: 'credential', credential: ready('b', 2) });
    assert.ok(bench.number > before);
  });

  it('drops what it has once a window comes with other settings, or for another tracking server', () => {
    const elsewhere: readonly ((window: Window) => void)[] = [
      (window) => window.say({ type: 'credential', credential: { kind: 'pending', of: 'two' } }),
      (window) => window.say({ type: 'expect', upstreamId: other.id }),
      (window) =>
        window.say({ type: 'upstream', upstream: undefined }, { type: 'credential', credential: refused }),
    ];
    for (const [index, say] of elsewhere.entries()) {
      const bench = new SharedBench();
      const window = bench.attach();
      window.connect(ready('a'));
      window.leave();
      say(bench.attach());
      assert.notEqual(bench.credential?.kind, 'ready', String(index));
      if (index > 0) assert.equal(bench.upstream, undefined, String(index));
    }
  });

  it('asks the window that was attached last, in that one’s terms, and the next when it leaves', () => {
    const bench = new SharedBench();
    const first = bench.attach();
    first.connect(ready('a', 11));
    const second = bench.attach();
    bench.post({ type: 'credentialNeeded', reason: 'refresh' });
    assert.equal(first.all('credentialNeeded').length, 1, 'the second cannot bring one yet');
    second.connect(ready('a', 1));
    bench.post({ type: 'credentialNeeded', reason: 'rejected', version: bench.number, wasAccepted: true });
    assert.deepEqual(second.all('credentialNeeded'), [
      { type: 'credentialNeeded', reason: 'rejected', version: 1, wasAccepted: true },
    ]);
    second.leave();
    assert.deepEqual(first.all('credentialNeeded').slice(1), [
      { type: 'credentialNeeded', reason: 'rejected', version: 11, wasAccepted: true },
    ]);
  });

  it('asks the next window for its credential where it has another one', () => {
    const bench = new SharedBench();
    const first = bench.attach();
    first.connect(ready('old'));
    const second = bench.attach();
    second.connect(ready('new'));
    second.leave();
    assert.deepEqual(first.all('credentialNeeded'), [{ type: 'credentialNeeded', reason: 'refresh' }]);
    assert.ok(bench.credential?.kind === 'ready' && bench.credential.headerValue.endsWith('new'));
  });

  it('keeps a need for which there was nobody, and tells it the first window that can bring a credential', () => {
    const bench = new SharedBench();
    const window = bench.attach();
    window.connect(ready('a'));
    window.leave();
    bench.post({ type: 'credentialNeeded', reason: 'expired' });
    const again = bench.attach();
    again.say({ type: 'credential', credential: { kind: 'pending', of: 'one' } });
    assert.deepEqual(again.all('credentialNeeded'), [{ type: 'credentialNeeded', reason: 'expired' }]);
  });

  it('takes what a window kept for no answer to a rejection of which it did not know', () => {
    const bench = new SharedBench();
    const first = bench.attach();
    first.connect(ready('a', 7));
    first.leave();
    bench.post({ type: 'credentialNeeded', reason: 'rejected', version: bench.number, wasAccepted: true });
    const { length } = bench.told;
    const next = bench.attach();
    next.connect(ready('a', 3));
    assert.deepEqual(bench.told.slice(length), []);
    assert.deepEqual(next.all('credentialNeeded').at(-1), {
      ...{ type: 'credentialNeeded', reason: 'rejected', version: 3, wasAccepted: true },
    });
    next.say({ type: 'credential', credential: ready('b', 4) });
    assert.deepEqual(bench.credential, { ...ready('b'), version: 2 });
  });

  it('takes the same value again for an answer once it has asked', () => {
    const bench = new SharedBench();
    bench.attach().connect(ready('a', 7));
    bench.post({ type: 'credentialNeeded', reason: 'rejected', version: bench.number, wasAccepted: true });
    const next = bench.attach();
    next.connect(ready('a', 3));
    const { length } = bench.told;
    next.say({ type: 'credential', credential: ready('a', 3) });
    assert.deepEqual(
      bench.told.slice(length).map(({ type }) => type),
      ['credential'],
    );
  });

  it('follows a later window that is connected otherwise, or no more, rather than one that nobody may look at', () => {
    const later: readonly ((window: Window) => void)[] = [
      (window) => window.connect(failed('two'), { of: 'two' }),
      (window) => window.connect({ kind: 'pending' }, { of: 'two' }),
      (window) => window.connect(failed('one'), { upstream: other }),
      (window) => window.connect(refused),
      (window) =>
        window.say({ type: 'upstream', upstream: undefined }, { type: 'credential', credential: refused }),
    ];
    for (const [index, say] of later.entries()) {
      const bench = new SharedBench();
      const first = bench.attach();
      first.connect(ready('a'));
      say(bench.attach());
      assert.notEqual(bench.credential?.kind, 'ready', String(index));
      first.say({ type: 'credential', credential: ready('b', 2) });
      assert.notEqual(bench.credential?.kind, 'ready', `${index}: it goes on refreshing`);
    }
  });

  it('serves what an earlier window has of the same connection, and tells the one that could not get it', async () => {
    const bench = new SharedBench();
    const first = bench.attach();
    first.connect({ ...ready('a'), fetchedAt: 500 });
    const second = bench.attach();
    second.connect(failed('one'));
    assert.equal(bench.credential?.kind, 'ready');
    const lent = { type: 'lent', secret: { fetchedAt: 500, refreshAt: 1000 } } as const;
    assert.deepEqual(second.all('lent'), [lent]);
    second.say({ type: 'credential', credential: failed('one') });
    assert.deepEqual(second.all('lent'), [lent], 'once');
    first.leave();
    second.say({ type: 'credential', credential: failed('one') });
    assert.ok(bench.number > 0, 'it is as good as before');
    assert.deepEqual(second.all('lent'), [lent]);
    await bench.clock.advance(2000);
    assert.deepEqual(bench.credential, failed('one'));
    assert.deepEqual(second.all('lent').slice(1), [{ type: 'lent', secret: undefined }]);
    assert.deepEqual(first.all('lent'), []);
  });

  it('tells every window the counts, and what came of a credential to those that have it', () => {
    const bench = new SharedBench();
    const first = bench.attach();
    first.connect(ready('a', 5));
    const counts = { requests: 1, failures: 0, rejected: 0, denied: 0, openConnections: 1 };
    const times = { lastRequestAt: 1, lastResponseAt: 1, medianResponseMs: 1, p95ResponseMs: 1 };
    bench.post({ type: 'statistics', statistics: { ...counts, ...times } });
    const second = bench.attach();
    bench.post({ type: 'credentialOutcome', version: bench.number, outcome: 'accepted' });
    assert.equal(first.all('statistics').length, 1);
    assert.equal(second.all('statistics').length, 1, 'also one that comes later');
    assert.deepEqual(first.all('credentialOutcome'), [
      { type: 'credentialOutcome', version: 5, outcome: 'accepted' },
    ]);
    assert.equal(second.all('credentialOutcome').length, 0);
  });

  it('keeps its port and its token while another window uses them', async () => {
    const bench = new SharedBench();
    await bench.shared.listen({ type: 'listen', port: 40_005, sessionToken: 'first' });
    const first = bench.attach();
    first.say({ type: 'listen', port: 40_005, sessionToken: 'first' });
    const second = bench.attach();
    second.say({ type: 'listen', port: 0, sessionToken: 'second' });
    await settle();
    const now = { type: 'listening', port: 40_005, sessionToken: 'first' } as const;
    assert.deepEqual([first.received, second.received], [[now], [now]]);
    first.leave();
    second.say({ type: 'listen', port: 40_006, sessionToken: 'second' });
    await settle();
    assert.deepEqual(second.all('listening').at(-1), { type: 'listening', port: 40_006 });
  });

  it('ends as soon as another one is in its place and nothing is under way, whichever is first', async () => {
    for (const drainedFirst of [true, false]) {
      const bench = new SharedBench();
      await bench.shared.listen({ type: 'listen', port: 40_005, sessionToken: 'first' });
      const window = bench.attach();
      window.say({ type: 'replace' });
      if (drainedFirst) bench.post({ type: 'drained' });
      assert.ok(!bench.isEnded, 'the other one may not start');
      window.say({ type: 'replaced' });
      window.leave();
      if (!drainedFirst) bench.post({ type: 'drained' });
      assert.ok(bench.isEnded);
    }
  });

  it('is ended by the last window, or by any window for all, which are told', () => {
    const bench = new SharedBench();
    const [first, second] = [bench.attach(), bench.attach()];
    first.say({ type: 'end', forAll: false });
    assert.ok(!bench.isEnded);
    assert.equal(second.all('ended').length, 0);
    const third = bench.attach();
    third.say({ type: 'end', forAll: true });
    assert.ok(bench.isEnded);
    assert.equal(second.all('ended').length, 1);
    const last = new SharedBench();
    last.attach().say({ type: 'end', forAll: false });
    assert.ok(last.isEnded);
  });
});
