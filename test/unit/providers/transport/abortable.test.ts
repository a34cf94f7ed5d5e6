import assert from 'node:assert/strict';
import { getEventListeners } from 'node:events';
import { abortable } from '../../../../src/providers/transport/abortable.ts';

describe('abortable work', () => {
  const never = new Promise<never>(() => undefined);

  it('gives what the work gives, and leaves no listener behind', async () => {
    const { signal } = new AbortController();
    assert.equal(await abortable(Promise.resolve(1), signal), 1);
    await assert.rejects(abortable(Promise.reject(new Error('broken')), signal), /broken/);
    assert.equal(getEventListeners(signal, 'abort').length, 0);
  });

  it('rejects with the reason, before and during the work', async () => {
    const controller = new AbortController();
    const reason = new Error('stop');
    const work = abortable(never, controller.signal);
    controller.abort(reason);
    await assert.rejects(work, reason);
    await assert.rejects(abortable(never, controller.signal), reason);
  });
});
