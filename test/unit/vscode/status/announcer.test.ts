import assert from 'node:assert/strict';
import { mock } from 'node:test';
import { destinationOf } from '../../../../src/configuration/destination.ts';
import type { ConnectionState } from '../../../../src/connection/state.ts';
import { Problem } from '../../../../src/problem.ts';
import type { ProblemCode } from '../../../../src/problem-catalogue.ts';
import { addToScreen, hiddenAfterMs, removeFromScreen } from '../../../../src/vscode/sinks/on-screen.ts';
import { Announcer } from '../../../../src/vscode/status/announcer.ts';
import { storedConfiguration as configuration } from '../../configuration/stored-configuration.ts';
import { ScriptedAttention } from '../../connection/bench.ts';
import { connectedState, rejectedState, unavailableState } from '../../connection/serving-states.ts';

const secret = { version: '3', fetchedAt: 0, nextRefreshAt: 60_000 };

function problem(code: ProblemCode, retry: Problem['retry'] = 'automatic'): Problem {
  return new Problem({ code, message: 'It broke.', remedy: 'Mend it.', retry });
}

const connected = connectedState(configuration, secret);
const connecting: ConnectionState = { kind: 'connecting', configuration };
const failed = (code: ProblemCode): ConnectionState => ({
  kind: 'failed',
  configuration,
  problem: problem(code),
});
const rejected = rejectedState(configuration, secret, problem('upstream.rejected', 'afterFix'));

describe('What the user is told', () => {
  let attention: ScriptedAttention;
  let announcer: Announcer;
  let shown: string[];
  let dismiss: () => void;
  let hidden: number;

  beforeEach(() => {
    attention = new ScriptedAttention();
    shown = [];
    hidden = 0;
    announcer = new Announcer({
      attention,
      show: async (state) => {
        shown.push(state.kind === 'needsApproval' ? state.kind : state.problem.code);
        await new Promise<void>((resolve) => {
          dismiss = resolve;
        });
      },
      hide: async () => {
        hidden += 1;
        return Promise.resolve();
      },
    });
  });
  afterEach(() => announcer.dispose());

  const pass = (...states: readonly ConnectionState[]): void => {
    for (const state of states) announcer.stateChanged(state);
  };

  it('is what only a person can end', async () => {
    pass({
      kind: 'needsApproval',
      configuration,
      destination: destinationOf(configuration),
      approved: undefined,
    });
    pass(failed('vault.sealed'), rejected);
    dismiss();
    await new Promise(setImmediate);
    pass(unavailableState(configuration, secret, problem('upstream.notMlflow', 'afterFix')));
    dismiss();
    await new Promise(setImmediate);
    // It is asked again and again, and waits for a setting.
    pass(unavailableState(configuration, secret, problem('upstream.clientCertificateRequired')));
    assert.deepEqual(shown, [
      ...['needsApproval', 'vault.sealed', 'upstream.rejected', 'upstream.notMlflow'],
      'upstream.clientCertificateRequired',
    ]);
  });

  it('is not that the tracking server is away: it may come back', () => {
    pass(connected, unavailableState(configuration, secret, problem('upstream.refused')), connected);
    assert.deepEqual(shown, []);
  });

  it('is nothing while a person is at a command, also where that takes what stood there from the screen', async () => {
    pass(rejected, failed('vault.sealed'));
    await announcer.quietWhile(async () => {
      dismiss();
      await new Promise(setImmediate);
    });
    assert.deepEqual(shown, ['upstream.rejected']);
  });

  it('is taken from the screen once it is over, whoever told of it', async () => {
    pass(rejected, connected);
    assert.equal(hidden, 1);
    dismiss();
    await new Promise(setImmediate);
    // A command was the one to say it.
    await announcer.quietWhile(async () => {
      pass(rejected);
      return Promise.resolve();
    });
    const error = { isLasting: true, take: () => undefined };
    addToScreen(error);
    pass(connected);
    removeFromScreen(error);
    assert.equal(hidden, 2);
  });

  it('leaves on the screen what has nothing to do with a trouble that is over', async () => {
    const error = { isLasting: true, take: () => undefined };
    addToScreen(error);
    pass(connected, connecting, connected);
    removeFromScreen(error);
    pass(rejected);
    // The command has words of its own, and cleared the screen for them.
    await announcer.quietWhile(async () => {
      pass(connected);
      return Promise.resolve();
    });
    assert.equal(hidden, 0);
  });

  it('is told once, however often it is tried again', () => {
    for (let attempt = 0; attempt < 100; attempt += 1) pass(connecting, failed('vault.refused'));
    assert.deepEqual(shown, ['vault.refused']);
  });

  it('is not told again while the message is on the screen, although the trouble went and came', async () => {
    pass(failed('vault.refused'), connected, failed('vault.refused'));
    assert.deepEqual(shown, ['vault.refused']);
    dismiss();
    await new Promise(setImmediate);
    pass(connected, failed('vault.refused'));
    assert.deepEqual(shown, ['vault.refused', 'vault.refused']);
  });

  it('is one error at a time: what is wrong when it is answered is told then', async () => {
    pass(rejected, failed('vault.sealed'), failed('vault.refused'));
    assert.deepEqual(shown, ['upstream.rejected']);
    dismiss();
    await new Promise(setImmediate);
    assert.deepEqual(shown, ['upstream.rejected', 'vault.refused']);
  });

  it('is no error beside one that a command showed', () => {
    const one = { isLasting: true, take: () => undefined };
    addToScreen(one);
    pass(connected, failed('vault.sealed'), rejected);
    assert.deepEqual(shown, []);
    removeFromScreen(one);
    assert.deepEqual(shown, ['upstream.rejected']);
  });

  it('waits for no message that the editor takes from the screen by itself', () => {
    const one = { isLasting: false, take: () => undefined };
    addToScreen(one);
    pass(connected, rejected);
    assert.deepEqual(shown, ['upstream.rejected']);
    removeFromScreen(one);
  });

  it('is held back no longer by an error that was hidden, which the editor tells nobody', async () => {
    mock.timers.enable({ apis: ['setTimeout'] });
    const one = { isLasting: true, take: () => undefined };
    try {
      addToScreen(one);
      pass(connected, rejected);
      mock.timers.tick(hiddenAfterMs - 1);
      assert.deepEqual(shown, [], 'somebody may still read it');
      mock.timers.tick(1);
      assert.deepEqual(shown, ['upstream.rejected']);
      // Nor by one of its own, whose trouble went and came.
      pass(connected, rejected);
      assert.deepEqual(shown, ['upstream.rejected']);
      mock.timers.tick(hiddenAfterMs);
      await new Promise(setImmediate);
      assert.deepEqual(shown, ['upstream.rejected', 'upstream.rejected']);
    } finally {
      removeFromScreen(one);
      mock.timers.reset();
    }
  });

  it('is not what a diagnosis says, where an older error is taken from the screen for it', async () => {
    pass(rejected, failed('vault.sealed'));
    await announcer.quietWhile(async () => Promise.resolve());
    announcer.toldOtherwise();
    dismiss();
    await new Promise(setImmediate);
    pass(failed('vault.sealed'));
    assert.deepEqual(shown, ['upstream.rejected']);
    pass(failed('vault.refused'));
    assert.deepEqual(shown, ['upstream.rejected', 'vault.refused']);
  });

  it('is no other error where all is well once the first is answered', async () => {
    pass(rejected, failed('vault.sealed'), connected);
    dismiss();
    await new Promise(setImmediate);
    assert.deepEqual(shown, ['upstream.rejected']);
  });

  it('waits for somebody who is there, and is then what is wrong now', () => {
    attention.set(false);
    pass(failed('vault.refused'), connected, failed('vault.sealed'));
    assert.deepEqual(shown, []);
    attention.set(true);
    assert.deepEqual(shown, ['vault.sealed']);
  });

  it('is nothing for somebody who comes back when all is well again', () => {
    attention.set(false);
    pass(failed('vault.refused'), connecting, connected);
    attention.set(true);
    assert.deepEqual(shown, []);
  });

  it('is left to the command that runs', async () => {
    await announcer.quietWhile(async () => {
      pass(connecting, rejected);
      return Promise.resolve();
    });
    pass(rejected);
    assert.deepEqual(shown, []);
    pass(connecting, failed('vault.sealed'));
    assert.deepEqual(shown, ['vault.sealed']);
  });
});
