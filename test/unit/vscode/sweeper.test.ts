import assert from 'node:assert/strict';
import { Secret } from '../../../src/secret.ts';
import { SecretStore } from '../../../src/vscode/secret-store.ts';
import { Sweeper } from '../../../src/vscode/sweeper.ts';
import { ManualClock, settle } from '../../support/manual-clock.ts';
import { MemoryStorage } from './memory-storage.ts';

const subject = { scope: 'scope', about: 'https://mlflow.company.com' };

describe('Sweeping SecretStorage', () => {
  let memory: MemoryStorage;
  let clock: ManualClock;
  let sweeper: Sweeper;
  let storesEntered: boolean | undefined;

  beforeEach(() => {
    memory = new MemoryStorage();
    clock = new ManualClock();
    sweeper = new Sweeper(
      memory.records(clock),
      clock,
      () => undefined,
      (stores) => {
        storesEntered = stores;
      },
    );
  });

  afterEach(() => sweeper.dispose());

  const storeOf = (id: string): SecretStore => new SecretStore(memory.records(clock), id);
  const keys = (): readonly string[] => [...memory.values.keys()].toSorted();

  async function keep(id: string, forMs: number): Promise<void> {
    const since = clock.now();
    await storeOf(id)
      .cachedSecret(subject)
      .save('canary', { since, until: since + forMs });
  }

  for (const listsKeys of [true, false]) {
    it(`deletes what is over, damaged or of another version${listsKeys ? '' : ', from its own index of names'}`, async () => {
      memory.listsKeys = listsKeys;
      await keep('over', 1000);
      await keep('lasting', 3_600_000);
      await storeOf('lasting').bootstrap(subject).set('vault.token', new Secret('canary'));
      await keep('damaged', 3_600_000);
      memory.values.set('fetched/damaged', '{"text":"canary","fetchedAt":1}');
      if (listsKeys) memory.values.set('cache/of-another-version', '{"text":"canary"}');
      await clock.advance(1000);
      await sweeper.sweep();
      assert.deepEqual(keys(), ['fetched/lasting', 'typed/scope/vault.token']);
    });
  }

  it('knows whether anything is stored that was entered, in this window or another, until it is forgotten', async () => {
    await keep('one', 100_000);
    await sweeper.sweep();
    assert.equal(storesEntered, false);
    await storeOf('gone').bootstrap(subject).set('vault.token', new Secret('canary'));
    await settle();
    assert.equal(storesEntered, true);
    await storeOf('two').forget(subject.scope);
    await settle();
    assert.equal(storesEntered, false);
  });

  it('deletes each at its time, also what another window stores later', async () => {
    await keep('one', 100_000);
    await sweeper.sweep();
    await keep('two', 50_000);
    await settle();
    await clock.advance(50_000);
    assert.deepEqual(keys(), ['fetched/one']);
    await clock.advance(50_000);
    assert.deepEqual(keys(), []);
  });

  it('does not keep anything for longer because the clock was set back', async () => {
    await keep('one', 100_000);
    await clock.advance(1);
    await sweeper.sweep();
    clock.setBack(1_000_000);
    await sweeper.sweep();
    assert.deepEqual(keys(), []);
  });

  it('lists what there is, without values and without names of sign-ins in keys', async () => {
    await keep('here', 1000);
    await storeOf('here').bootstrap(subject).set('vault.token', new Secret('canary'));
    const list = await storeOf('here').list();
    assert.deepEqual(
      list.map(({ what, about, where, until }) => [what, about, where, until]),
      [
        ['Credential in use', subject.about, 'this workspace', clock.now() + 1000],
        ['Credential that you entered', subject.about, 'all workspaces', undefined],
      ],
    );
    assert.doesNotMatch(JSON.stringify(list), /canary/);
  });
});
