import assert from 'node:assert/strict';
import { findingOf, noResponse } from '../../../src/connection/upstream-problems.ts';
import { Announcer } from '../../../src/vscode/status/announcer.ts';
import { ManualClock, settle } from '../../support/manual-clock.ts';
import { storedConfiguration as configuration } from '../configuration/stored-configuration.ts';
import { Bench, sealed } from './bench.ts';
import { problemWith } from './credential-bench.ts';

const rejected = findingOf({ kind: 'rejected', status: 401 }, configuration);
const wrongPassword = findingOf({ kind: 'rejected', status: 401 }, { ...configuration, authMode: 'basic' });
const down = { kind: 'unavailable', problem: noResponse(configuration, 20) } as const;
const accepted = { kind: 'accepted', server: { user: 'ada', notice: undefined } } as const;

function shownBy({ connection: { state } }: Bench): readonly unknown[] {
  return [state.kind, 'problem' in state ? state.problem.code : undefined];
}

describe('A connection whose credential', () => {
  let bench: Bench;
  let clock: ManualClock;
  beforeEach(async () => {
    bench = new Bench();
    clock = new ManualClock(Date.now());
    bench.clock = clock;
    await bench.approve();
  });
  afterEach(async () => bench.connection.disconnect({ revoke: false }));

  const pass = async (seconds: number): Promise<void> => {
    for (let passed = 0; passed < seconds; passed += 1) await clock.advance(1000);
  };

  const serverFacts = (): unknown => {
    const { state } = bench.connection;
    return state.kind === 'connected' ? state.server : state.kind;
  };

  it('is wrong is never connected, and says so, with a button', async () => {
    bench.server = async () => Promise.resolve(rejected);
    await bench.connection.connect();
    await pass(600);
    assert.deepEqual(bench.history, ['connecting', 'rejected']);
    const { state } = bench.connection;
    assert.ok(state.kind === 'rejected');
    assert.equal(state.problem.message, 'mlflow.company.com does not accept this token.');
    assert.deepEqual(state.problem.action, { kind: 'enterCredential', isSecret: true });
    assert.equal(bench.credential?.kind, 'ready', 'Python’s requests are answered by the server itself');
    assert.equal(bench.log.filter((line) => line.includes('upstream.rejected')).length, 1);
  });

  it('is rejected by Vault is tried once, however many settings are noticed that were written with it', async () => {
    let tried = 0;
    bench.answer = async () => {
      tried += 1;
      return Promise.reject(problemWith('vault.signInRefused'));
    };
    const prepared = Promise.withResolvers<undefined>();
    const connected = bench.connection.connect(prepared.promise);
    const noticed = Array.from({ length: 4 }, async () => bench.connection.reconsider());
    prepared.resolve(undefined);
    await Promise.all([connected, ...noticed]);
    await bench.connection.reconsider();
    assert.equal(bench.connection.state.kind, 'failed');
    assert.equal(tried, 1, 'five wrong passwords lock an account of Vault');
    await bench.connection.connect();
    assert.equal(tried, 2, 'a person may try it again');
  });

  it('was entered and is wrong is tried once, and by nobody after it was given up', async () => {
    bench.server = async () => Promise.resolve(wrongPassword);
    await bench.connection.connect();
    const { state: refused } = bench.connection;
    assert.ok(refused.kind === 'rejected');
    await bench.connection.giveUp(refused.problem);
    const shown = (): unknown => {
      const { state } = bench.connection;
      const { credential } = bench;
      const response = credential?.kind === 'unavailable' ? credential.response : undefined;
      return state.kind === 'failed' && [state.problem, response?.status, response?.message];
    };
    const message = 'mlflow.company.com does not accept this user name and password.';
    assert.equal(refused.problem.message, message);
    const words = [
      refused.problem,
      424,
      `MLflow Secrets Auth: ${message} Enter the credential again. In VS Code, run "MLflow: Sign In Again". (upstream.rejected)`,
    ];
    assert.deepEqual(shown(), words);
    // Settings that were written a moment ago, somebody who comes back, a night.
    await bench.connection.reconsider();
    await bench.connection.lookAgain();
    bench.attention.set(false);
    await pass(20);
    bench.attention.set(true);
    await pass(3600);
    assert.deepEqual(shown(), words);
    assert.equal(bench.asked, 1);
    bench.server = async () => Promise.resolve(accepted);
    await bench.connection.connect();
    assert.equal(bench.connection.state.kind, 'connected');
  });

  it('was entered and is wrong is tried once, whatever the window notices of the settings that are written', async () => {
    for (const isSetUp of [false, true]) {
      bench = new Bench();
      bench.clock = clock;
      bench.autoConnect = isSetUp;
      await bench.approve();
      bench.server = async () => Promise.resolve(wrongPassword);
      const written = Promise.withResolvers<undefined>();
      const connecting = bench.connection.connect(written.promise);
      const noticed = [bench.connection.reconsider()];
      await settle();
      assert.equal(bench.asked, 0);
      written.resolve(undefined);
      noticed.push(bench.connection.reconsider());
      await Promise.all([connecting, ...noticed]);
      await bench.connection.reconsider();
      assert.equal(bench.connection.state.kind, 'rejected');
      assert.equal(bench.asked, 1);
    }
  });

  it('is wrong is not tried again because the certificates of this machine have been read', async () => {
    bench.server = async () => Promise.resolve(wrongPassword);
    await bench.connection.connect();
    bench.trust = () => ({ kind: 'roots', added: ['one'], isComplete: true });
    await bench.connection.renewUpstream();
    assert.deepEqual(bench.worker.last('upstream')?.upstream?.trust, bench.trust());
    assert.equal(bench.asked, 1);
  });

  it('is not connected with where the settings could not be written', async () => {
    bench.autoConnect = false;
    const failed = bench.connection.connect(Promise.reject(new Error('read-only')));
    await assert.rejects(failed, /read-only/);
    assert.deepEqual([bench.connection.state.kind, bench.autoConnect], ['disconnected', false]);
  });

  it('was given up is not brought back by what changes and changes back', async () => {
    bench.server = async () => Promise.resolve(wrongPassword);
    await bench.connection.connect();
    await bench.connection.giveUp(problemWith('upstream.rejected'));
    const { configuration: before } = bench;
    bench.configuration = { ...before, tracking: { ...before.tracking, basePath: '/other' } };
    await bench.connection.reconsider();
    assert.equal(bench.connection.state.kind, 'needsApproval');
    bench.configuration = before;
    await bench.connection.reconsider();
    assert.equal(bench.connection.state.kind, 'failed');
    assert.equal(bench.asked, 1);
  });

  it('was given up says so after a reload, too, until another is entered, in whichever window', async () => {
    bench.server = async () => Promise.resolve(wrongPassword);
    await bench.connection.connect();
    const { state: refused } = bench.connection;
    assert.ok(refused.kind === 'rejected');
    await bench.connection.giveUp(refused.problem);
    const reloaded = new Bench();
    reloaded.clock = clock;
    await reloaded.approve();
    await reloaded.workspace.update('givenUp', bench.workspace.get('givenUp'));
    reloaded.answer = async () => Promise.reject(problemWith('stored.missing'));
    await reloaded.connection.reconsider();
    const { state } = reloaded.connection;
    assert.ok(state.kind === 'failed');
    assert.deepEqual(
      [state.problem.message, state.problem.code, state.problem.action],
      [refused.problem.message, 'upstream.rejected', { kind: 'enterCredential', isSecret: true }],
    );
    assert.match(JSON.stringify(reloaded.credential), /does not accept this user name and password/);
    reloaded.answer = async () => Promise.resolve(reloaded.served(2));
    await reloaded.connection.lookAgain();
    await reloaded.connection.refresh();
    assert.deepEqual(shownBy(reloaded), ['connected', undefined]);
    reloaded.answer = async () => Promise.reject(problemWith('stored.missing'));
    await reloaded.connection.connect();
    assert.deepEqual(shownBy(reloaded), ['failed', 'stored.missing'], 'somebody has connected since');
    await reloaded.connection.disconnect({ revoke: false });
  });

  it('cannot be given up where nothing is connected any more', async () => {
    await bench.connection.connect();
    await bench.connection.disconnect({ revoke: false });
    await bench.connection.giveUp(problemWith('upstream.rejected'));
    assert.equal(bench.connection.state.kind, 'disconnected');
  });

  it('comes from a store is mended there', () => {
    const source = { provider: 'vault' } as const;
    const finding = findingOf({ kind: 'rejected', status: 401 }, { ...configuration, source });
    assert.ok(finding.kind === 'rejected');
    assert.deepEqual(finding.problem.action, { kind: 'refresh' });
  });

  it('cannot be tried because the server is away is connected without a command once it is back', async () => {
    bench.server = async () => Promise.resolve(down);
    await bench.connection.connect();
    await pass(60);
    assert.deepEqual(bench.history, ['connecting', 'unavailable']);
    assert.equal(bench.credential?.kind, 'ready', 'MLflow’s client waits for the server');
    assert.equal(bench.log.filter((line) => line.includes('upstream.timeout')).length, 1);
    bench.server = async () => Promise.resolve(accepted);
    await pass(15);
    assert.deepEqual(bench.history, ['connecting', 'unavailable', 'connected']);
  });

  it('is rejected is asked for again with what is known of it: whether it was ever accepted', async () => {
    const known: (boolean | undefined)[] = [];
    const resolver = bench.resolver();
    bench.resolver = () => ({
      ...resolver,
      rejected: async (_version, before) => {
        known.push(before?.wasAccepted);
        return Promise.resolve(bench.served(1));
      },
    });
    bench.server = async () => Promise.resolve(accepted);
    await bench.connection.connect();
    const { listener } = bench.worker;
    for (const wasAccepted of [false, true])
      listener.onMessage({ type: 'credentialNeeded', reason: 'rejected', version: 1, wasAccepted });
    await settle();
    assert.deepEqual(known, [false, true]);
  });

  it('is rejected while Python works changes the state at once, and the next success mends it', async () => {
    bench.server = async () => Promise.resolve(accepted);
    await bench.connection.connect();
    const say = (outcome: 'accepted' | 'rejected'): void =>
      bench.worker.listener.onMessage(
        outcome === 'accepted'
          ? { type: 'credentialOutcome', version: 1, outcome }
          : { type: 'credentialOutcome', version: 1, outcome, detail: { status: 401 } },
      );
    say('rejected');
    assert.equal(bench.connection.state.kind, 'rejected');
    say('accepted');
    assert.equal(bench.connection.state.kind, 'connected');
    await bench.until(() => bench.asked === 2);
    await pass(1);
    assert.deepEqual(serverFacts(), accepted.server);
  });

  for (const [what, refusal] of [
    ['a gateway denies', { outcome: 'rejected', detail: { status: 403 } }],
    [
      'a page stands in the way of',
      {
        outcome: 'wall',
        detail: { origin: 'https://x', signInHost: undefined, product: undefined, form: 'page' },
      },
    ],
  ] as const) {
    it(`stays accepted where ${what} one path alone, which is asked about rarely`, async () => {
      bench.server = async () => Promise.resolve(accepted);
      await bench.connection.connect();
      for (let time = 0; time < 60; time += 1) {
        bench.worker.listener.onMessage({ type: 'credentialOutcome', version: 1, ...refusal });
        await pass(1);
      }
      assert.deepEqual(bench.history, ['connecting', 'connected']);
      assert.ok(bench.asked > 1 && bench.asked < 11, `asked ${bench.asked} times`);
      bench.server = async () => Promise.resolve(rejected);
      bench.worker.listener.onMessage({ type: 'credentialOutcome', version: 1, ...refusal });
      await pass(9);
      assert.equal(bench.connection.state.kind, 'rejected');
    });
  }

  it('is not judged by what a check of a window met on its way', async () => {
    bench.server = async () => Promise.resolve(accepted);
    await bench.connection.connect();
    const met = { outcome: 'rejected', detail: { status: 401 } } as const;
    bench.worker.listener.onMessage({ type: 'credentialOutcome', version: 1, isOfCheck: true, ...met });
    await pass(1);
    assert.equal(bench.connection.state.kind, 'connected');
    assert.equal(bench.asked, 1);
  });

  it('was replaced is not judged by what came of the one before', async () => {
    await bench.connection.connect();
    bench.worker.listener.onMessage({
      type: 'credentialOutcome',
      version: 0,
      outcome: 'rejected',
      detail: { status: 401 },
    });
    assert.equal(bench.connection.state.kind, 'connected');
  });

  it('changes in the store is tried once more', async () => {
    bench.server = async () => Promise.resolve(rejected);
    await bench.connection.connect();
    bench.server = async () => Promise.resolve(accepted);
    bench.answer = async () => Promise.resolve(bench.served(2));
    await bench.connection.lookAgain();
    await bench.until(() => bench.connection.state.kind === 'connected');
    assert.equal(bench.asked, 2);
    await bench.connection.lookAgain();
    assert.equal(bench.asked, 2);
  });

  it('is asked for in the store twice a minute at most, however often somebody comes back', async () => {
    bench.server = async () => Promise.resolve(rejected);
    await bench.connection.connect();
    let fetches = 0;
    bench.answer = async () => {
      fetches += 1;
      return Promise.resolve(bench.served(1));
    };
    for (let looks = 0; looks < 10; looks += 1) await bench.connection.lookAgain();
    assert.equal(fetches, 1);
    await clock.advance(30_000);
    for (let looks = 0; looks < 10; looks += 1) await bench.connection.lookAgain();
    assert.equal(fetches, 2);
    clock.setBack(3_600_000);
    await bench.connection.lookAgain();
    assert.equal(fetches, 3, 'whatever the clock says');
  });

  it('is being tried for ever is disconnected at once all the same', async () => {
    bench.server = async (signal) =>
      new Promise((resolve) => signal.addEventListener('abort', () => resolve(undefined)));
    const connecting = bench.connection.connect();
    await bench.until(() => bench.asked === 1);
    await bench.connection.disconnect({ revoke: false });
    await connecting;
    assert.equal(bench.connection.state.kind, 'disconnected');
  });

  for (const isThere of [true, false]) {
    it(`is without store and server for a night tells of it once${isThere ? '' : ', in the morning'}`, async () => {
      const shown: string[] = [];
      const announcer = new Announcer({
        attention: bench.attention,
        show: async ({ kind }) => {
          shown.push(kind);
          return Promise.resolve();
        },
        hide: async () => Promise.resolve(),
      });
      await bench.connection.connect();
      bench.onChange = () => announcer.stateChanged(bench.connection.state);
      bench.attention.set(isThere);
      bench.server = async () => Promise.resolve(down);
      await pass(300);
      bench.answer = async () => Promise.reject(sealed);
      bench.worker.listener.onMessage({ type: 'credentialNeeded', reason: 'expired' });
      const before = bench.log.length;
      await pass(12 * 3600);
      assert.equal(bench.connection.state.kind, 'failed');
      assert.deepEqual(shown, isThere ? ['failed'] : []);
      assert.ok(bench.log.length - before <= 5, bench.log.slice(before).join('\n'));
      bench.attention.set(true);
      assert.deepEqual(shown, ['failed']);
      announcer.dispose();
    });
  }
});
