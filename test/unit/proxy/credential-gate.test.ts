import assert from 'node:assert/strict';
import fc from 'fast-check';
import { CredentialGate } from '../../../src/proxy/credential-gate.ts';
import type { GateOutcome, Rejection, RejectionOutcome } from '../../../src/proxy/credential-gate.ts';
import type { CredentialState, FromWorker } from '../../../src/proxy/messages.ts';

type Ready = Extract<CredentialState, { kind: 'ready' }>;

const start = 1_000_000;
const ready = (version: number, rest: Partial<Ready> = {}): Ready => ({
  kind: 'ready',
  headerName: 'Authorization',
  headerValue: `Bearer canary-${version}`,
  version,
  refreshAt: start + 1000,
  expiresAt: start + 2000,
  ...rest,
});
const unavailable: CredentialState = {
  kind: 'unavailable',
  response: { status: 424, errorCode: 'INVALID_STATE', message: 'sealed' },
};

/** A gate with a clock that the test sets, and what it asked for. */
class Bench {
  now = start;
  readonly posted: string[] = [];
  readonly gate = new CredentialGate({
    post: (message: Extract<FromWorker, { type: 'credentialNeeded' }>) =>
      this.posted.push(message.reason === 'rejected' ? `rejected ${message.version}` : message.reason),
    now: () => this.now,
    credentialTimeoutMs: 60_000,
    rejectionTimeoutMs: 60_000,
    confirmedForMs: 10_000,
    suspectedForMs: 60_000,
  });

  wait(): GateOutcome[] {
    const outcomes: GateOutcome[] = [];
    this.gate.wait((outcome) => outcomes.push(outcome));
    return outcomes;
  }

  reject(version: number, certainty: Rejection['certainty'] = 'certain'): string[] {
    const outcomes: string[] = [];
    this.gate.reject({ version, certainty, wasAccepted: true }, (outcome: RejectionOutcome) =>
      outcomes.push(outcome.kind),
    );
    return outcomes;
  }
}

describe('The credential gate', () => {
  let bench: Bench;

  beforeEach(() => (bench = new Bench()));

  // Ends the timers of whoever still waits.
  afterEach(() => {
    bench.gate.set(unavailable);
  });

  it('gives a response at once until it may be questioned, then holds requests and asks once', () => {
    bench.gate.set({ ...unavailable, askAgainAfterMs: 5000 });
    bench.now += 4999;
    assert.equal(bench.wait().length, 1);
    assert.deepEqual(bench.posted, []);
    bench.now += 1;
    const held = [bench.wait(), bench.wait()];
    assert.equal(held.flat().length, 0);
    assert.deepEqual(bench.posted, ['missing']);
    bench.gate.set({ ...unavailable, askAgainAfterMs: 5000 });
    assert.deepEqual(
      held.map(([outcome]) => outcome?.kind),
      ['unavailable', 'unavailable'],
    );
    assert.equal(bench.wait().length, 1);
    assert.deepEqual(bench.posted, ['missing']);
  });

  it('holds all requests until there is a credential, and asks once', () => {
    const all = [bench.wait(), bench.wait(), bench.wait()];
    assert.deepEqual(bench.posted, ['missing']);
    bench.gate.set(ready(1));
    for (const outcomes of all) assert.deepEqual(outcomes, [{ kind: 'ready', credential: ready(1) }]);
    assert.deepEqual(bench.wait(), [{ kind: 'ready', credential: ready(1) }]);
    assert.deepEqual(bench.posted, ['missing']);
  });

  it('calls nobody back who has stopped waiting', () => {
    const outcomes: GateOutcome[] = [];
    const stop = bench.gate.wait((outcome) => outcomes.push(outcome));
    stop?.();
    bench.gate.set(ready(1));
    assert.deepEqual(outcomes, []);
  });

  it('serves until the expiry, by the clock at use, and asks for a refresh once', () => {
    bench.gate.set(ready(1));
    bench.now = start + 999;
    assert.equal(bench.gate.current()?.version, 1);
    assert.deepEqual(bench.posted, []);
    bench.now = start + 1000;
    bench.gate.current();
    assert.equal(bench.gate.current()?.version, 1);
    assert.deepEqual(bench.posted, ['refresh']);
    // A machine that slept.
    bench.now = start + 2000;
    assert.equal(bench.gate.current(), undefined);
    const waiting = bench.wait();
    assert.deepEqual(bench.posted, ['refresh', 'expired']);
    bench.gate.set(ready(1, { refreshAt: start + 3000, expiresAt: start + 4000 }));
    assert.equal(waiting[0]?.kind, 'ready');
  });

  it('asks again after each reply that did not help', () => {
    const waiting = bench.wait();
    bench.gate.set({ kind: 'pending' });
    assert.deepEqual(bench.posted, ['missing', 'missing']);
    bench.gate.set(ready(1, { expiresAt: start }));
    assert.deepEqual(bench.posted, ['missing', 'missing', 'expired']);
    assert.deepEqual(waiting, []);
    bench.gate.set(unavailable);
    assert.deepEqual(waiting, [unavailable]);
  });

  it('asks once about a rejected version, and tells all requests the outcome', () => {
    bench.gate.set(ready(1));
    const all = [bench.reject(1), bench.reject(1)];
    assert.deepEqual(bench.posted, ['rejected 1']);
    bench.gate.set(ready(2));
    assert.deepEqual(all, [['changed'], ['changed']]);
    assert.deepEqual(bench.reject(1), ['changed'], 'a late rejection of the old one');
    assert.deepEqual(bench.posted, ['rejected 1']);
  });

  it('remembers for a while that a rejected version is still the current one', () => {
    bench.gate.set(ready(1, { refreshAt: start + 99_000, expiresAt: start + 99_000 }));
    const first = bench.reject(1);
    bench.gate.set(ready(1, { refreshAt: start + 99_000, expiresAt: start + 99_000 }));
    assert.deepEqual(first, ['unchanged']);
    assert.deepEqual(bench.reject(1), ['unchanged']);
    assert.deepEqual(bench.posted, ['rejected 1']);
    bench.now += 10_000;
    assert.deepEqual(bench.reject(1), []);
    assert.deepEqual(bench.posted, ['rejected 1', 'rejected 1']);
  });

  it('does not remember it any longer because the clock was set back', () => {
    const lasting = { refreshAt: start + 99_000, expiresAt: start + 99_000 };
    bench.gate.set(ready(1, lasting));
    bench.reject(1);
    bench.gate.set(ready(1, lasting));
    bench.now -= 3_600_000;
    assert.deepEqual(bench.reject(1), []);
    assert.deepEqual(bench.posted, ['rejected 1', 'rejected 1']);
  });

  it('asks about a version that is only suspected once a minute', () => {
    const lasting = { refreshAt: start + 99_000, expiresAt: start + 99_000 };
    bench.gate.set(ready(1, lasting));
    const first = bench.reject(1, 'suspected');
    bench.gate.set(ready(1, lasting));
    assert.deepEqual(first, ['unchanged']);
    bench.now += 59_999;
    assert.deepEqual(bench.reject(1, 'suspected'), ['unchanged']);
    assert.deepEqual(bench.posted, ['rejected 1']);
    bench.now += 1;
    assert.deepEqual(bench.reject(1, 'suspected'), []);
    assert.deepEqual(bench.posted, ['rejected 1', 'rejected 1']);
  });

  it('does not take the reply to an earlier refresh for one to the rejection', () => {
    bench.gate.set(ready(1));
    bench.now = start + 1000;
    bench.gate.current();
    const outcomes = bench.reject(1);
    assert.deepEqual(bench.posted, ['refresh', 'rejected 1']);
    bench.gate.set(ready(1));
    assert.deepEqual(outcomes, [], 'it may predate the rejection');
    bench.gate.set(ready(2));
    assert.deepEqual(outcomes, ['changed']);
  });

  it('calls each waiter back at most once in any order of events, and leaves none behind', () => {
    const events = fc.constantFrom(
      'wait',
      'reject',
      'current',
      'pending',
      'unavailable',
      'same',
      'next',
      'later',
      'stop',
    );
    fc.assert(
      fc.property(fc.array(events, { maxLength: 40 }), (order) => {
        const one = new Bench();
        const outcomes: unknown[][] = [];
        const stops: ((() => void) | undefined)[] = [];
        let version = 1;
        for (const event of order) {
          const seen: unknown[] = [];
          switch (event) {
            case 'wait':
              outcomes.push(seen);
              stops.push(one.gate.wait((outcome) => seen.push(outcome)));
              break;
            case 'reject':
              outcomes.push(seen);
              stops.push(
                one.gate.reject({ version, certainty: 'certain', wasAccepted: true }, (outcome) =>
                  seen.push(outcome),
                ),
              );
              break;
            case 'current':
              assert.ok((one.gate.current()?.expiresAt ?? Infinity) > one.now);
              break;
            case 'pending':
              one.gate.set({ kind: 'pending' });
              break;
            case 'unavailable':
              one.gate.set(unavailable);
              break;
            case 'same':
              one.gate.set(ready(version, { refreshAt: one.now + 1000, expiresAt: one.now + 2000 }));
              break;
            case 'next':
              version += 1;
              one.gate.set(ready(version, { refreshAt: one.now + 1000, expiresAt: one.now + 2000 }));
              break;
            case 'later':
              one.now += 700;
              break;
            case 'stop':
              if (stops.length > 0 && outcomes[0]?.length === 0) outcomes[0].push('stopped');
              stops[0]?.();
              break;
          }
        }
        // A store that changes its mind twice has answered everything that could have been asked.
        one.gate.set(ready(version + 1, { refreshAt: one.now + 1, expiresAt: one.now + 2 }));
        for (const seen of outcomes) assert.equal(seen.length, 1);
      }),
    );
  });
});
