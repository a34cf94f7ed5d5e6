import assert from 'node:assert/strict';
import { statusText } from '../../../src/vscode/labels.ts';
import { hands, ask } from './hands.ts';
import { environmentOfTests } from './python-extension.ts';
import { callMlflow, localEnvironment, search, until } from './local-proxy.ts';

export function reloadSuite(): void {
  describe('after the window was reloaded', () => {
    it('connects automatically, with the same port and token, and asks the secret store for nothing', async () => {
      await hands({ do: 'waitForStatus', text: statusText('connected') });
      await until(() => localEnvironment() !== undefined);
      const before = await ask<{ local: { uri: string; token: string } }>('remembered', {});
      assert.deepEqual(localEnvironment(), before.local);
      assert.equal((await callMlflow(search)).status, 200);
      const { requests, beforeReload } = await ask<{ requests: number; beforeReload: number }>(
        'vault-requests',
        {},
      );
      assert.equal(requests, beforeReload);
    });

    it('reaches the Testing view', async () => {
      assert.equal((await environmentOfTests())['MLFLOW_TRACKING_URI'], localEnvironment()?.uri);
    });
  });
}
