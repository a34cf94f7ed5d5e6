import assert from 'node:assert/strict';
import { BoundRecordStorage } from '../../../src/secrets/secret-record.ts';
import { Secret } from '../../../src/secret.ts';

describe('A kept secret', () => {
  it('comes back with all that is told of it, and only for its own destination', async () => {
    let kept: string | undefined;
    const storage = {
      load: async () => Promise.resolve(kept),
      save: async (text: string) => Promise.resolve(void (kept = text)),
      delete: async () => Promise.resolve(void (kept = undefined)),
    };
    const times = { ttlMs: 1000, maxStaleMs: 1000 };
    const record = {
      ...{ text: new Secret('canary'), version: '3', expiresAt: 9000 },
      ...{ fetchedAt: 5000, enteredAt: 4000 },
    };
    const bound = new BoundRecordStorage(storage, 'here', times);
    await bound.save(record);
    const { text, ...facts } = (await bound.load()) ?? {};
    assert.equal(text?.reveal(), 'canary');
    assert.deepEqual(facts, { version: '3', expiresAt: 9000, fetchedAt: 5000, enteredAt: 4000 });
    assert.equal(await new BoundRecordStorage(storage, 'there', times).load(), undefined);
    assert.equal(kept, undefined);
  });
});
