import assert from 'node:assert/strict';
import fc from 'fast-check';
import { providers } from '../../../src/providers/providers.ts';
import { Problem } from '../../../src/problem.ts';
import { Secret } from '../../../src/secret.ts';
import type { BootstrapSecrets } from '../../../src/providers/source.ts';
import type { RecordStorage } from '../../../src/vscode/record-storage.ts';
import { SecretStore } from '../../../src/vscode/secret-store.ts';
import { ManualClock, settle } from '../../support/manual-clock.ts';
import { MemoryStorage } from './memory-storage.ts';

const about = 'https://mlflow.company.com';

describe('The secret store', () => {
  it('has one session token of 256 bits for each workspace, until it is revoked', async () => {
    const memory = new MemoryStorage();
    const { sessionToken } = new SecretStore(memory.records(), 'one');
    const token = await sessionToken.get();
    const [, random = ''] = /^mlflow-vscode-([\w-]{43})$/.exec(token) ?? [];
    assert.equal(Buffer.from(random, 'base64url').length, 32);
    assert.equal(await new SecretStore(memory.records(), 'one').sessionToken.get(), token);
    assert.notEqual(await new SecretStore(memory.records(), 'other').sessionToken.get(), token);
    await sessionToken.revoke();
    assert.notEqual(await sessionToken.get(), token);
  });

  it('finds a sign-in secret under its own scope only', async () => {
    const store = new SecretStore(new MemoryStorage().records(), 'one');
    await store.bootstrap({ scope: 'here', about }).set('vault.token', new Secret('canary'));
    assert.equal((await store.bootstrap({ scope: 'here', about }).get('vault.token'))?.reveal(), 'canary');
    assert.equal(await store.bootstrap({ scope: 'there', about }).get('vault.token'), undefined);
    const enteredAt = await store.bootstrap({ scope: 'here', about }).enteredAt?.('vault.token');
    assert.ok(enteredAt !== undefined && Math.abs(Date.now() - enteredAt) < 60_000);
    await store.bootstrap({ scope: 'here', about }).delete('vault.token');
    assert.equal(await store.bootstrap({ scope: 'here', about }).get('vault.token'), undefined);
  });

  const subject = { scope: 'here', about };

  const typed = (store: SecretStore): BootstrapSecrets => store.bootstrap(subject);
  const times = { since: 0, until: 1 };

  const isStorageProblem = (pattern: RegExp) => (error: unknown) => {
    assert.ok(error instanceof Problem);
    assert.equal(error.code, 'secret.storage');
    assert.match(error.message, pattern);
    return true;
  };

  it('lists for whom each thing is', async () => {
    const records = new MemoryStorage().records();
    const store = new SecretStore(records, 'one');
    await store.controlKey({ mayMake: true });
    await store.sessionToken.get();
    await new SecretStore(records, 'other').sessionToken.get();
    assert.deepEqual(
      (await store.list()).map(({ what, where }) => [what, where]),
      [
        ['Key between windows and local proxies', 'all workspaces'],
        ['Session token', 'this workspace'],
        ['Session token', 'another workspace'],
      ],
    );
  });

  it('forgets also where something is stored in no form that it knows, and keeps none of that', async () => {
    const value = fc.oneof(
      fc.json(),
      fc.string(),
      fc.constant(JSON.stringify({ source: null, text: 'canary' })),
    );
    const record = fc.record({
      ...{ value, about: fc.constant(about), scope: fc.constant('here') },
      ...{ since: fc.constant(1), until: fc.constant(Number.MAX_SAFE_INTEGER) },
    });
    const stored = fc.oneof(
      record.map((one) => JSON.stringify(one)),
      fc.json(),
    );
    const key = fc.constantFrom(
      'signIn/one',
      'signIn/other',
      'fetched/one',
      'typed/here/password',
      'session/one',
      'x',
    );
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(key, stored), { maxLength: 6 }), async (entries) => {
        const memory = new MemoryStorage();
        for (const [name, text] of entries) memory.values.set(name, text);
        const store = new SecretStore(memory.records(), 'one');
        assert.ok(Array.isArray(await store.list()));
        for (const { source, storage } of [...(await store.ownSignIns()), ...(await store.forget('here'))]) {
          assert.ok(providers.some(({ id }) => id === source.provider));
          await storage.delete();
        }
        assert.deepEqual(
          [...memory.values].filter(([name]) => !name.startsWith('session/')),
          [],
        );
        assert.ok((await store.sessionToken.get()).length > 0);
      }),
    );
  });

  const foreign = { 'of no sign-in': undefined, 'of another one': 'there' };
  for (const [name, scope] of Object.entries(foreign)) {
    it(`uses nothing ${name} that Forget would not find, and keeps none of it`, async () => {
      const memory = new MemoryStorage();
      const left = { value: 'canary', about, scope, since: 1 };
      memory.values.set('typed/here/vault.token', JSON.stringify(left));
      const store = new SecretStore(memory.records(), 'one');
      assert.equal(await typed(store).get('vault.token'), undefined);
      assert.deepEqual([...memory.values], []);
    });
  }

  it('deletes what another window forgets from a copy of its own, also where a wrong clock dated it later', async () => {
    const index = new Map<string, unknown>();
    const [first, copy] = [new MemoryStorage(index), new MemoryStorage(index)];
    const record = { value: 'canary', about, scope: 'here', since: Date.now() + 3_600_000 };
    for (const { values } of [first, copy]) values.set('typed/here/vault.token', JSON.stringify(record));
    const { promise: told, resolve } = Promise.withResolvers<boolean>();
    const store = new SecretStore(copy.records(), 'two');
    const listening = store.onForgotten((isOf) => resolve(isOf('here')));
    try {
      await new SecretStore(first.records(), 'one').forget('here');
      assert.ok(await told);
      await settle();
      assert.deepEqual([...copy.values], []);
    } finally {
      listening.dispose();
    }
  });

  it('reports a keychain that fails, instead of finding nothing', async () => {
    const memory = new MemoryStorage();
    memory.failure = new Error('The keychain is locked.');
    const store = new SecretStore(memory.records(), 'one');
    for (const use of [
      typed(store).get('vault.token'),
      store.cachedSecret(subject).load(),
      store.cachedSecret(subject).save('text', times),
      store.cachedSecret(subject).delete(),
    ]) {
      await assert.rejects(use, isStorageProblem(/The keychain is locked\./));
    }
  });

  describe('with a keychain that says nothing', () => {
    let memory: MemoryStorage;
    let clock: ManualClock;
    let records: RecordStorage;
    let store: SecretStore;
    let unlock: () => void;

    beforeEach(() => {
      memory = new MemoryStorage();
      clock = new ManualClock();
      records = memory.records(clock);
      store = new SecretStore(records, 'one');
      memory.locked = new Promise((resolve) => (unlock = resolve));
    });

    /** What comes of it in five seconds and a moment. */
    async function within<T>(work: Promise<T>): Promise<T> {
      work.catch(() => undefined);
      await settle();
      await clock.advance(5000);
      await clock.advance(1000);
      return Promise.race([work, settle().then(() => assert.fail('it hangs'))]);
    }

    const calls: Readonly<Record<string, () => Promise<unknown>>> = {
      'reading what was entered': async () => typed(store).get('vault.token'),
      'loading a credential': async () => store.cachedSecret(subject).load(),
      'keeping a credential': async () => store.cachedSecret(subject).save('text', times),
      'deleting a credential': async () => store.cachedSecret(subject).delete(),
      'deleting what was entered': async () => typed(store).delete('vault.token'),
    };
    for (const [what, call] of Object.entries(calls)) {
      it(`gives up ${what}, and says why`, async () => {
        await assert.rejects(within(call()), isStorageProblem(/keychain of your computer may be locked/));
      });
    }

    it('waits once, and then only a moment, until it is answered', async () => {
      await assert.rejects(within(typed(store).get('vault.token')));
      const again = typed(store).get('vault.token');
      again.catch(() => undefined);
      await settle();
      await clock.advance(200);
      await assert.rejects(again);
      unlock();
      memory.locked = undefined;
      await settle();
      assert.equal(await typed(store).get('vault.token'), undefined);
    });

    it('works from memory, and stores what it has once it is answered', async () => {
      const token = await within(store.sessionToken.get());
      await within(typed(store).set('vault.token', new Secret('canary')));
      assert.ok(records.isInMemoryOnly);
      assert.equal((await typed(store).get('vault.token'))?.reveal(), 'canary');
      assert.equal(await store.sessionToken.get(), token);
      assert.deepEqual(
        (await within(store.list())).map(({ what, where }) => [what, where]),
        [
          ['Session token', 'the memory of this window'],
          ['Credential that you entered', 'the memory of this window'],
        ],
      );
      memory.locked = undefined;
      unlock();
      await settle();
      assert.ok(!records.isInMemoryOnly);
      const next = new SecretStore(memory.records(clock), 'one');
      assert.equal((await typed(next).get('vault.token'))?.reveal(), 'canary');
      assert.equal(await next.sessionToken.get(), token);
    });

    it('never finds again what it could not delete, also in the next window', async () => {
      memory.locked = undefined;
      const token = await store.sessionToken.get();
      await typed(store).set('vault.token', new Secret('canary'));
      memory.failure = new Error('The keychain is locked.');
      await store.sessionToken.revoke();
      await assert.rejects(typed(store).delete('vault.token'));
      assert.equal(await typed(store).get('vault.token'), undefined);
      assert.equal(memory.values.size, 2);
      const next = new SecretStore(memory.records(clock), 'one');
      assert.equal(await typed(next).get('vault.token'), undefined);
      memory.failure = undefined;
      assert.notEqual(await next.sessionToken.get(), token);
      await memory.records(clock).entries();
      assert.deepEqual([...memory.values.keys()], ['session/one']);
      assert.ok(![...memory.values.values()].join().includes(token));
    });
  });
});
