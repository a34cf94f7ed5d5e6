import assert from 'node:assert/strict';
import type { FromProcess } from '../../../../src/proxy/control/control-messages.ts';
import type { CredentialState } from '../../../../src/proxy/messages.ts';
import { failed, other, ready, refused, server, SharedBench } from './shared-bench.ts';
import type { Window } from './shared-bench.ts';

/** What the editor may leave behind, or somebody may have open: none has what is in use. */
const without: Readonly<Record<string, (window: Window) => void>> = {
  'has said nothing': () => undefined,
  'is connecting': (window) => window.say({ type: 'credential', credential: { kind: 'pending', of: 'one' } }),
  'waits for its credential': (window) => window.connect({ kind: 'pending' }),
  'could not get one': (window) => window.connect(failed('one')),
  'needs an approval of what the user has approved since': (window) => window.connect(refused),
  'was connected otherwise before': (window) => window.connect(ready('old'), { of: 'two', upstream: other }),
};

/** What its user does, or what came of that. */
const acts: Readonly<Record<string, (window: Window) => void>> = {
  'names another server': (window) => window.say({ type: 'expect', upstreamId: other.id }),
  'changes the source': (window) =>
    window.say({ type: 'credential', credential: { kind: 'pending', of: 'two' } }),
  'has not approved what is set now': (window) =>
    window.say({ type: 'upstream', upstream: undefined }, { type: 'credential', credential: refused }),
  'gives up what the server rejects': (window) => window.say({ type: 'credential', credential: refused }),
  'is denied the secret by the store': (window) =>
    window.say({ type: 'credential', credential: { ...failed('one'), isDenied: true } }),
  'cannot get again what it had': (window) => window.say({ type: 'credential', credential: failed('one') }),
  'does not trust the folder': (window) =>
    window.say({ type: 'credential', credential: { kind: 'pending' } }, { type: 'end', forAll: false }),
  disconnects: (window) => window.say({ type: 'end', forAll: false }),
};

describe('What is in use of a proxy that windows share', () => {
  for (const [name, say] of Object.entries(without)) {
    it(`stays when its window leaves and one is left that ${name}`, () => {
      const bench = new SharedBench();
      const left = bench.attach();
      say(left);
      const here = bench.attach();
      here.connect(ready('new'));
      const { length } = bench.told;
      here.leave();
      assert.deepEqual(bench.told.slice(length), []);
      assert.equal(bench.upstream?.id, server.id);
    });

    it(`goes on to a window that comes beside one that ${name}`, () => {
      const bench = new SharedBench();
      say(bench.attach());
      const here = bench.attach();
      here.connect(ready('new'));
      here.leave();
      const { length } = bench.told;
      const again = bench.attach();
      again.connect(ready('new', 4));
      again.say({ type: 'credential', credential: ready('newer', 5) });
      assert.deepEqual(
        bench.told.slice(length).map(({ type }) => type),
        ['credential', 'credential'],
        'nothing was taken away meanwhile',
      );
      bench.post({ type: 'credentialNeeded', reason: 'rejected', version: bench.number, wasAccepted: true });
      assert.deepEqual(again.all('credentialNeeded').at(-1), {
        ...{ type: 'credentialNeeded', reason: 'rejected', version: 5, wasAccepted: true },
      });
    });
  }

  it('stays when one that was connected otherwise goes on refreshing', () => {
    const bench = new SharedBench();
    const left = bench.attach();
    left.connect(ready('old'), { of: 'two', upstream: other });
    const here = bench.attach();
    here.connect(ready('new'));
    here.leave();
    const { length } = bench.told;
    left.say({ type: 'credential', credential: ready('older', 2) });
    assert.deepEqual(bench.told.slice(length), []);
    assert.deepEqual(left.all('credentialNeeded'), [], 'it is not asked');
  });

  it('is told what the one that is left knows once its own time is over', async () => {
    const bench = new SharedBench();
    bench.attach().connect(failed('one'));
    const here = bench.attach();
    here.connect(ready('new'));
    here.leave();
    await bench.clock.advance(2000);
    assert.deepEqual(bench.credential, failed('one'));
  });

  it('gives way to the reason of the one that is left as soon as the server rejects it', () => {
    const rejections: readonly ((bench: SharedBench) => void)[] = [
      (bench) =>
        bench.post({
          type: 'credentialNeeded',
          reason: 'rejected',
          version: bench.number,
          wasAccepted: true,
        }),
      (bench) =>
        bench.post({
          ...{ type: 'credentialOutcome', version: bench.number },
          ...{ outcome: 'rejected', detail: { status: 401 } },
        }),
    ];
    for (const reject of rejections) {
      const bench = new SharedBench();
      const left = bench.attach();
      left.connect(failed('one'));
      const here = bench.attach();
      here.connect(ready('new'));
      here.leave();
      reject(bench);
      left.say({ type: 'credential', credential: failed('one') });
      assert.deepEqual(bench.credential, failed('one'));
    }
  });

  for (const [name, act] of Object.entries(acts)) {
    for (const isLater of [true, false]) {
      it(`ends as soon as its window ${name}, beside one that came ${isLater ? 'later' : 'before'} and is silent`, () => {
        const bench = new SharedBench();
        const attachSilent = (): void => bench.attach().connect({ kind: 'pending' });
        if (!isLater) attachSilent();
        const here = bench.attach();
        here.connect(ready('a'));
        if (isLater) attachSilent();
        act(here);
        assert.notEqual(bench.credential?.kind, 'ready');
      });
    }
  }

  it('is had again from the window whose user approves, whatever a later one waits for', () => {
    const bench = new SharedBench();
    const here = bench.attach();
    here.connect(ready('a'));
    bench.attach().connect(refused);
    assert.deepEqual(bench.credential, refused);
    here.connect(ready('b'), { of: 'two' });
    assert.ok(bench.number > 1);
  });

  it('makes nobody wait for a window that is silent when the other disconnects', () => {
    for (const isSilent of [(): void => undefined, (left: Window) => left.connect({ kind: 'pending' })]) {
      const bench = new SharedBench();
      isSilent(bench.attach());
      const here = bench.attach();
      here.connect(ready('a'));
      here.say({ type: 'end', forAll: false });
      assert.ok(bench.credential?.kind === 'unavailable');
      assert.match(bench.credential.response.message, /MLflow is disconnected in this VS Code window/);
    }
  });

  it('stays where another window has it when one disconnects', () => {
    const bench = new SharedBench();
    bench.attach().connect(ready('a'));
    const here = bench.attach();
    here.connect(ready('a'));
    const { length } = bench.told;
    here.say({ type: 'end', forAll: false });
    assert.deepEqual(bench.told.slice(length), []);
  });

  describe('where what stands in for windows brings it', () => {
    let bench: SharedBench;
    let silent: Window;
    let asked: FromProcess[];

    beforeEach(() => {
      bench = new SharedBench();
      silent = bench.attach();
      silent.connect({ kind: 'pending' });
      const here = bench.attach();
      here.connect(ready('a'));
      assert.equal(bench.shared.unattended, undefined);
      here.leave();
      bench.post({ type: 'credentialNeeded', reason: 'refresh' });
      assert.ok(!bench.isAnswered());
      asked = bench.standInFor();
    });

    const bring = (credential: CredentialState): void => {
      assert.ok(bench.standIn !== undefined);
      bench.shared.receive(bench.standIn, { type: 'credential', credential });
    };

    it('is asked for all that nobody answered, and serves', () => {
      assert.deepEqual(asked, [{ type: 'credentialNeeded', reason: 'refresh' }]);
      bring(ready('b'));
      assert.ok(bench.number > 1 && bench.isAnswered());
      bench.post({ type: 'credentialNeeded', reason: 'expired' });
      assert.equal(asked.length, 2);
    });

    it('goes on beside windows that come and have nothing yet, and ends with the first that has', () => {
      bring(ready('b'));
      const { length } = bench.told;
      const next = bench.attach();
      next.connect({ kind: 'pending' });
      next.say({ type: 'credential', credential: failed('one') });
      assert.deepEqual(bench.told.slice(length), []);
      assert.ok(bench.standIn !== undefined);
      next.say({ type: 'credential', credential: ready('b', 9) });
      assert.equal(bench.standIn, undefined);
      bench.post({ type: 'credentialNeeded', reason: 'refresh' });
      assert.equal(next.all('credentialNeeded').length, 1);
    });

    it('has its reason told where it brings none in time, until a window has one', async () => {
      bring(failed('one'));
      const before = bench.number;
      await bench.clock.advance(2000);
      assert.deepEqual(bench.credential, failed('one'));
      silent.say({ type: 'credential', credential: ready('b') });
      assert.ok(bench.number > before);
      assert.equal(bench.standIn, undefined);
    });

    it('ends when the user of any window connects otherwise, needs to approve that, or disconnects', () => {
      const ends: readonly ((window: Window) => void)[] = [
        (window) => window.say({ type: 'expect', upstreamId: other.id }),
        (window) => window.connect({ kind: 'pending' }, { of: 'two' }),
        (window) => window.connect(refused),
        (window) => window.say({ type: 'end', forAll: false }),
      ];
      for (const [index, end] of ends.entries()) {
        bench = new SharedBench();
        bench.attach().connect({ kind: 'pending' });
        const here = bench.attach();
        here.connect(ready('a'));
        here.leave();
        bench.standInFor();
        bring(ready('b'));
        end(bench.attach());
        assert.notEqual(bench.credential?.kind, 'ready', String(index));
        assert.equal(bench.standIn, undefined, String(index));
      }
    });
  });
});
