import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { commands } from '../../../src/manifest.ts';
import { askThroughProxy, inTerminal, waitUntil } from '../inside/editor.ts';
import { hands } from '../inside/outside.ts';

/** Begins in a window that was connected before it was reloaded. */
export function reloadSuite(): void {
  describe('a reloaded window', () => {
    it('connects by itself, on the same port and with the same token', async () => {
      await waitUntil(() => process.env['MLFLOW_TRACKING_URI'] !== undefined, 'the environment');
      const remembered = await hands('remembered');
      const { MLFLOW_TRACKING_URI: uri = '', MLFLOW_TRACKING_TOKEN: token = '' } = process.env;
      assert.ok(remembered === `${uri} ${token}`, 'port or token has changed');
      await hands('status', 'MLflow: connected');
      assert.equal(await askThroughProxy(), 200);
    });

    it('is as it was before after Disconnect', async () => {
      const uri = process.env['MLFLOW_TRACKING_URI'] ?? '';
      await vscode.commands.executeCommand(commands.disconnect);
      await hands('status', 'MLflow: off');
      const left = Object.keys(process.env).filter((name) => /^(MLFLOW_|PYTHONPATH|NO_PROXY)/.test(name));
      assert.deepEqual(left, []);
      await assert.rejects(fetch(`${uri}/version`), 'the local port still answers');
      assert.equal(await inTerminal('env | grep -c ^MLFLOW_ > $OUT'), '0\n');
    });
  });
}
