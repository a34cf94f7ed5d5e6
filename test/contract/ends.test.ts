import assert from 'node:assert/strict';
import type { ConnectionConfiguration } from '../../src/configuration/configuration.ts';
import type { Ended, Undone } from '../../src/connection/ending.ts';
import { bootstrapScope } from '../../src/providers/providers.ts';
import type { VaultConfiguration } from '../../src/providers/vault/configuration.ts';
import { Secret } from '../../src/secret.ts';
import { ConnectedWindow } from '../support/connected-window.ts';
import { MemoryStorage } from '../unit/vscode/memory-storage.ts';
import { storedConfiguration } from '../unit/configuration/stored-configuration.ts';
import { until } from '../support/until.ts';
import { accessors, uniquePath, vaultConfiguration, vaultFixture } from './vault/fixture.ts';
import { VaultFront } from './vault/vault-front.ts';

const hour = 3_600_000;

/** How a window stands before the end, whatever it did in earlier sessions. */
const states: Readonly<Record<string, (window: ConnectedWindow, front: VaultFront) => Promise<void>>> = {
  disconnected: async () => Promise.resolve(),
  connected: async (window) => {
    await window.connection.connect();
    const { state } = window.connection;
    assert.equal(state.kind, 'connected', state.kind === 'failed' ? state.problem.code : state.kind);
  },
  degraded: async ({ connection }, front) => {
    await connection.connect();
    front.reads = 'fail';
    await connection.refresh();
    assert.equal(connection.state.kind, 'degraded');
  },
  'connecting, signed in': async ({ connection, log }, front) => {
    front.reads = 'hang';
    void connection.connect();
    await front.untilReading();
    assert.equal(connection.state.kind, 'connecting', log.join('\n'));
  },
  restricted: async (window) => {
    window.isTrusted = false;
    await window.connection.reconsider();
    assert.equal(window.connection.state.kind, 'restricted');
  },
  'restricted while connected': async (window) => {
    await window.connection.connect();
    window.isTrusted = false;
    await window.connection.reconsider();
  },
  needsApproval: async (window) => {
    window.configuration = elsewhere(window.configuration);
    await window.connection.reconsider();
    assert.equal(window.connection.state.kind, 'needsApproval');
  },
  'needsApproval while connected': async (window) => {
    await window.connection.connect();
    window.configuration = elsewhere(window.configuration);
    await window.connection.reconsider();
  },
  'another destination approved': async (window) => {
    window.configuration = elsewhere(window.configuration);
    await window.approve();
    await window.connection.reconsider();
  },
  needsConfiguration: async (window) => {
    window.reading = 'incomplete';
    await window.connection.reconsider();
    assert.equal(window.connection.state.kind, 'needsConfiguration');
  },
  invalid: async (window) => {
    window.reading = 'invalid';
    await window.connection.reconsider();
    assert.equal(window.connection.state.kind, 'failed');
  },
  'failed early': async (window) => {
    window.upstreamFails = true;
    await window.connection.reconsider();
    assert.equal(window.connection.state.kind, 'failed');
  },
};

const ends: Readonly<Record<string, (window: ConnectedWindow) => Promise<unknown>>> = {
  Disconnect: async ({ connection }) => connection.disconnect({ revoke: false }),
  'Disconnect and Revoke': async ({ connection }) => connection.disconnect({ revoke: true }),
  Forget: async (window) => window.forget(),
};

/** States that are ends themselves. */
const endedAlready = new Set([
  'restricted',
  'restricted while connected',
  'needsApproval',
  'needsApproval while connected',
  'needsConfiguration',
  'invalid',
]);

function elsewhere(configuration: ConnectionConfiguration): ConnectionConfiguration {
  return { ...configuration, tracking: { origin: 'https://other.company.com', basePath: '' } };
}

describe('The end of a connection', () => {
  const { bao } = vaultFixture();
  let front: VaultFront;
  let memory: MemoryStorage;
  let windows: ConnectedWindow[];

  before(async () => {
    front = await VaultFront.start(bao.address);
    await bao.call('POST', 'secret/data/ends', { data: { token: 'canary-ends' } });
    await bao.call('PUT', 'sys/policies/acl/ends', {
      policy: 'path "secret/data/ends" { capabilities = ["read"] }',
    });
    await bao.call('POST', 'sys/auth/userpass', { type: 'userpass' });
    await bao.call('POST', 'auth/userpass/users/ada', { password: 'canary-ada', token_policies: ['ends'] });
  });

  after(async () => front.stop());

  beforeEach(() => {
    front.reads = 'pass';
    memory = new MemoryStorage();
    windows = [];
  });

  afterEach(async () => {
    for (const { connection } of windows) await connection.shutDown();
  });

  const vault = (more: Partial<VaultConfiguration> = {}): ConnectionConfiguration => {
    const source = vaultConfiguration({
      address: front.address,
      path: 'secret/ends',
      authMethod: 'userpass',
      username: 'ada',
      ambientIsAllowed: false,
      ...more,
    });
    return { ...storedConfiguration, source, cache: { ...storedConfiguration.cache, keep: 'secretStorage' } };
  };

  const subjectOf = ({ source, tracking }: ConnectionConfiguration): { scope: string; about: string } => ({
    scope: bootstrapScope(source, tracking.origin),
    about: tracking.origin,
  });

  async function openWindow(id = 'one', configuration = vault()): Promise<ConnectedWindow> {
    const window = new ConnectedWindow(memory.records(), id, configuration);
    windows.push(window);
    await window.store.bootstrap(subjectOf(configuration)).set('vault.password', new Secret('canary-ada'));
    await window.approve();
    return window;
  }

  /** As a session before it left them: a fetched credential, and a sign-in in the browser. */
  async function leaveBehind(
    { store }: ConnectedWindow,
    configuration: ConnectionConfiguration,
  ): Promise<void> {
    const subject = subjectOf(configuration);
    const times = { since: Date.now() - 1, until: Date.now() + hour };
    await store.cachedSecret(subject).save(JSON.stringify({ text: 'canary-left' }), times);
    const { auth } = await bao.call('POST', 'auth/token/create', { policies: ['ends'], ttl: '1h' });
    const signIn = {
      token: auth?.client_token,
      leaseSeconds: 3600,
      isRenewable: true,
      origin: 'a browser',
      expiresAt: times.until,
    };
    const oidc: VaultConfiguration = { ...(configuration.source as VaultConfiguration), authMethod: 'oidc' };
    await store.signIn(subject, oidc).save(JSON.stringify(signIn), times);
  }

  /** Kinds of what is in SecretStorage, without what was entered and the session token. */
  const leftOver = (): readonly string[] =>
    [...memory.values.keys()].filter((key) => /^(fetched|signIn)\//.test(key));

  /** What cannot be deleted and given back in a moment goes on behind the command. */
  async function untilNothingIsLeft(before: Set<unknown>): Promise<void> {
    let signIns = 0;
    await until(
      async () => {
        signIns = (await accessors(bao)).difference(before).size;
        return leftOver().length === 0 && signIns === 0;
      },
      () => `left are ${leftOver().join() || 'no records'} and ${signIns} sign-ins`,
    );
  }

  for (const [state, reach] of Object.entries(states)) {
    for (const [end, act] of Object.entries(ends)) {
      it(`leaves nothing with ${end} in the state ${state}`, async () => {
        const before = await accessors(bao);
        const window = await openWindow();
        await leaveBehind(window, window.configuration);
        await reach(window, front);
        if (endedAlready.has(state)) {
          assert.deepEqual(leftOver(), []);
          assert.equal((await accessors(bao)).difference(before).size, 0);
        }
        await act(window);
        await untilNothingIsLeft(before);
        if (end === 'Disconnect and Revoke')
          assert.ok(!memory.values.has('session/one'), 'the session token was left');
        if (end === 'Forget' && !/another|needsApproval/.test(state))
          assert.doesNotMatch([...memory.values.values()].join(), /canary/);
      });
    }
  }

  it('deletes what is left of a workspace that does not connect when it is opened', async () => {
    const before = await accessors(bao);
    const window = await openWindow();
    await leaveBehind(window, window.configuration);
    window.autoConnect = false;
    await window.connection.reconsider();
    assert.deepEqual(leftOver(), []);
    assert.equal((await accessors(bao)).difference(before).size, 0);
  });

  it('with the window gives each sign-in back, and keeps the credential for the next', async () => {
    const before = await accessors(bao);
    for (let time = 0; time < 3; time += 1) {
      const window = await openWindow();
      await window.connection.connect();
      assert.equal(window.connection.state.kind, 'connected');
      await window.connection.shutDown();
    }
    assert.equal((await accessors(bao)).difference(before).size, 0);
    assert.deepEqual(leftOver(), ['fetched/one']);
  });

  it('with the window gives back a sign-in that is just being made', async () => {
    const before = await accessors(bao);
    const window = await openWindow();
    const connecting = window.connection.connect();
    while (window.connection.state.kind !== 'connecting') await new Promise(setImmediate);
    await new Promise((resolve) => setTimeout(resolve, 20));
    await window.connection.shutDown();
    await connecting;
    assert.equal((await accessors(bao)).difference(before).size, 0);
  });

  it('with Forget stops another window, and deletes what a closed one left', async () => {
    const before = await accessors(bao);
    const here = await openWindow('here');
    const other = await openWindow('other');
    const closed = await openWindow('closed');
    const unrelated = await openWindow('unrelated', vault({ namespace: undefined, authMount: uniquePath() }));
    await leaveBehind(unrelated, unrelated.configuration);
    const stays = (await accessors(bao)).difference(before);
    await leaveBehind(closed, closed.configuration);
    await here.connection.connect();
    await other.connection.connect();
    await here.forget();
    while (other.connection.state.kind !== 'disconnected') await new Promise(setImmediate);
    await other.connection.disconnect({ revoke: false });
    assert.deepEqual(leftOver().toSorted(), ['fetched/unrelated', 'signIn/unrelated']);
    assert.deepEqual((await accessors(bao)).difference(before), stays);
    await other.connection.connect();
    assert.equal(other.connection.state.kind, 'failed');
  });

  describe('says what is left,', () => {
    async function endOf({ connection }: ConnectedWindow): Promise<Ended> {
      const ending = await connection.disconnect({ revoke: true });
      return ending.kind === 'underWay' ? ending.outcome : ending;
    }

    it('which is nothing where all was revoked', async () => {
      const window = await openWindow();
      await window.connection.connect();
      assert.deepEqual(await endOf(window), { kind: 'ended' });
    });

    it('as a sign-in that OpenBao does not let revoke itself', async () => {
      const before = await accessors(bao);
      await bao.call('POST', 'auth/userpass/users/eve', {
        ...{ password: 'canary-ada', token_policies: ['ends'], token_no_default_policy: true },
      });
      const window = await openWindow('one', vault({ username: 'eve' }));
      await window.connection.connect();
      assert.equal(window.connection.state.kind, 'connected');
      assert.deepEqual(await endOf(window), { kind: 'partly', undone: ['signIn'] });
      assert.equal(window.connection.state.kind, 'disconnected');
      const left = (await accessors(bao)).difference(before);
      assert.equal(left.size, 1, 'the sign-in is still valid');
      for (const accessor of left) await bao.call('POST', 'auth/token/revoke-accessor', { accessor });
    });

    it('but not a sign-in that OpenBao has ended already', async () => {
      const before = await accessors(bao);
      const window = await openWindow();
      await window.connection.connect();
      for (const accessor of (await accessors(bao)).difference(before)) {
        await bao.call('POST', 'auth/token/revoke-accessor', { accessor });
      }
      assert.deepEqual(await endOf(window), { kind: 'ended' });
    });

    it('as the sign-in while the secret store is down', async () => {
      const own = await VaultFront.start(bao.address);
      const window = await openWindow('one', vault({ address: own.address }));
      await window.connection.connect();
      assert.equal(window.connection.state.kind, 'connected');
      await own.stop();
      assert.deepEqual(await endOf(window), { kind: 'partly', undone: ['signIn'] });
      assert.ok(!memory.values.has('session/one'), 'the session token was left');
    });

    it('as a sign-in in the browser of an earlier session while the secret store is down', async () => {
      const own = await VaultFront.start(bao.address);
      const window = await openWindow('one', vault({ address: own.address }));
      await leaveBehind(window, window.configuration);
      await own.stop();
      assert.deepEqual(await endOf(window), { kind: 'partly', undone: ['signIn'] });
    });

    it('also where Forget leaves a sign-in of an earlier session', async () => {
      const own = await VaultFront.start(bao.address);
      const window = await openWindow('one', vault({ address: own.address }));
      await leaveBehind(window, window.configuration);
      await own.stop();
      const undone: Undone[] = [];
      await window.kept.forget(subjectOf(window.configuration).scope, {
        undone: (what) => undone.push(what),
      });
      assert.deepEqual(undone, ['signIn']);
    });

    it('as what a failing keychain did not delete', async () => {
      const window = await openWindow();
      await window.connection.connect();
      memory.failure = new Error('no keychain');
      assert.deepEqual(await endOf(window), { kind: 'partly', undone: ['record'] });
      assert.equal(window.connection.state.kind, 'disconnected');
      memory.failure = undefined;
    });
  });

  it('is at once while the keychain does not answer, which deletes what it has when it does', async () => {
    const before = await accessors(bao);
    const window = await openWindow();
    await leaveBehind(window, window.configuration);
    await window.connection.connect();
    assert.equal(window.connection.state.kind, 'connected');
    const { promise: locked, resolve: unlock } = Promise.withResolvers<undefined>();
    memory.locked = locked;
    const startedAt = performance.now();
    const ending = await window.connection.disconnect({ revoke: true });
    assert.ok(performance.now() - startedAt < 1500);
    assert.equal(ending.kind, 'underWay');
    assert.equal(window.connection.state.kind, 'disconnected');
    memory.locked = undefined;
    unlock(undefined);
    await untilNothingIsLeft(before);
    await until(
      () => !memory.values.has('session/one'),
      () => 'the session token is there',
    );
  });

  it('with Forget reaches a window that has its own copy of what is stored, as those of a browser have', async () => {
    const globalState = new Map<string, unknown>();
    memory = new MemoryStorage(globalState);
    const here = await openWindow('here');
    await here.connection.connect();
    const copy = new MemoryStorage(globalState);
    for (const [key, value] of memory.values) copy.values.set(key, value);
    memory = copy;
    const other = await openWindow('other');
    await other.connection.connect();
    await here.forget();
    await until(
      () =>
        other.connection.state.kind === 'disconnected' &&
        ![...copy.values.values()].join().includes('canary'),
      () => `${other.connection.state.kind}, with ${[...copy.values.keys()].join()}`,
    );
  });

  it('leaves nothing of an earlier session once nothing is to be kept', async () => {
    const window = await openWindow();
    await leaveBehind(window, window.configuration);
    const { configuration } = window;
    window.configuration = { ...configuration, cache: { ...configuration.cache, keep: 'memory' } };
    await window.connection.connect();
    assert.equal(window.connection.state.kind, 'connected');
    assert.deepEqual(leftOver(), []);
  });
});
