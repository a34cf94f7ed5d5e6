import assert from 'node:assert/strict';
import { mock } from 'node:test';
import { Changes } from '../../support/changes.ts';

describe('waiting for a condition', () => {
  it('ends at once where it holds already', async () => {
    assert.equal(await new Changes().until(() => 'there', 'it'), 'there');
  });

  it('ends with the first change after which it holds, and looks no more', async () => {
    const changes = new Changes();
    let looked = 0;
    const seen: { value?: number } = {};
    const waiting = changes.until(() => {
      looked += 1;
      return seen.value;
    }, 'a value');
    changes.notify();
    seen.value = 0;
    changes.notify();
    assert.equal(await waiting, 0);
    changes.notify();
    assert.equal(looked, 3);
  });

  it('says in the end what did not come, as it is then', async () => {
    mock.timers.enable({ apis: ['setTimeout'] });
    try {
      const changes = new Changes();
      let text = 'nothing';
      const waiting = changes.until(
        () => undefined,
        () => `more than ${text}`,
      );
      text = 'a part';
      mock.timers.tick(60_000);
      await assert.rejects(waiting, /Waited in vain for more than a part/);
    } finally {
      mock.timers.reset();
    }
  });
});
