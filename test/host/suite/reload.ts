import assert from 'node:assert/strict';
import { statusText } from '../../../src/vscode/labels.ts';
import { hands, ask } from './hands.ts';
import { environmentOfTests } from './python-extension.ts';
import { callMlflow, localEnvironment, search, until } from './local-proxy.ts';

export function reloadSuite(): void {
  describe('after the window was reloaded', () => {
    it('connects automatically, with the same port and token', async () => {
      await hands({ do: 'waitForStatus', text: statusText('connected') });
      await until(() => localEnvironment() !== undefined);
      const before = await ask<{ uri: string; token: string }>('remembered', {});
      assert.deepEqual(localEnvironment(), before);
      assert.equal((await callMlflow(search)).status, 200);
    });

    it('reaches the Testing view', async () => {
      assert.equal((await environmentOfTests())['MLFLOW_TRACKING_URI'], localEnvironment()?.uri);
    });
  });
}
