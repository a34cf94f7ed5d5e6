import assert from 'node:assert/strict';
import { aloneMsOf } from '../../../src/connection/process-or-worker.ts';

describe('How long the proxy’s process goes on without a window', () => {
  const name = 'MLFLOW_SECRETS_AUTH_PROXY_LINGER_SECONDS';

  it('is two minutes, which a variable makes shorter', () => {
    assert.equal(aloneMsOf({}), 120_000);
    assert.equal(aloneMsOf({ [name]: '30' }), 30_000);
    assert.equal(aloneMsOf({ [name]: '0' }), 0);
  });

  it('is never longer, whatever the variable says, as that of a dev container may', () => {
    for (const text of ['121', '1e9', 'Infinity', '-1', '-0.1', 'NaN', '1h', '0x1000', '', ' '])
      assert.equal(aloneMsOf({ [name]: text }), 120_000, text);
  });
});
