import assert from 'node:assert/strict';
import { Forgetting } from '../../../../src/vscode/connect/forgetting.ts';

describe('Connecting while a credential is being forgotten', () => {
  for (const fails of [false, true]) {
    it(`begins when that ${fails ? 'has failed' : 'is done'}`, async () => {
      const steps: string[] = [];
      const deleting = Promise.withResolvers<undefined>();
      const forgetting = new Forgetting();
      const forgotten = forgetting.forget(async () => {
        await deleting.promise;
        steps.push('deleted');
        if (fails) throw new Error('not deleted');
      });
      const connected = forgetting.followedBy(async () => Promise.resolve(steps.push('connected')));
      deleting.resolve(undefined);
      const [outcome] = await Promise.allSettled([forgotten, connected]);
      assert.equal(outcome.status, fails ? 'rejected' : 'fulfilled');
      assert.deepEqual(steps, ['deleted', 'connected']);
    });
  }
});
