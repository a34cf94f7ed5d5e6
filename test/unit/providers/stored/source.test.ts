import assert from 'node:assert/strict';
import { Problem } from '../../../../src/problem.ts';
import { createStoredSource } from '../../../../src/providers/stored/source.ts';
import { parseSecret } from '../../../../src/secrets/parse-secret.ts';
import { Secret } from '../../../../src/secret.ts';
import type { BootstrapSecrets } from '../../../../src/providers/source.ts';

function storage(): { bootstrap: BootstrapSecrets; value: string | undefined } {
  const held: { bootstrap: BootstrapSecrets; value: string | undefined } = {
    value: undefined,
    bootstrap: {
      get: async () => Promise.resolve(held.value === undefined ? undefined : new Secret(held.value)),
      set: async () => Promise.resolve(),
      delete: async () => Promise.resolve(),
    },
  };
  return held;
}

const signal = new AbortController().signal;

describe('the credential stored in VS Code', () => {
  it('reads a token, and a user name with a password', async () => {
    const held = storage();
    const source = createStoredSource(held);
    held.value = 'canary-token';
    assert.equal(parseSecret((await source.fetch(signal)).text).kind, 'token');
    held.value = JSON.stringify({ username: 'ada', password: 'canary' });
    assert.equal(parseSecret((await source.fetch(signal)).text).kind, 'userPassword');
  });

  it('says when it was entered, where that is known', async () => {
    const held = storage();
    held.value = 'canary-token';
    assert.equal((await createStoredSource(held).fetch(signal)).enteredAt, undefined);
    const bootstrap: BootstrapSecrets = { ...held.bootstrap, enteredAt: async () => Promise.resolve(7) };
    assert.equal((await createStoredSource({ bootstrap }).fetch(signal)).enteredAt, 7);
  });

  it('reads the newest at each fetch', async () => {
    const held = storage();
    const source = createStoredSource(held);
    held.value = 'canary-1';
    await source.fetch(signal);
    held.value = 'canary-2';
    assert.equal((await source.fetch(signal)).text.reveal(), 'canary-2');
  });

  it('offers to enter one when there is none', async () => {
    await assert.rejects(createStoredSource(storage()).fetch(signal), (error) => {
      assert.ok(error instanceof Problem);
      assert.deepEqual([error.action?.kind, error.retry], ['enterCredential', 'purge']);
      return true;
    });
  });
});
