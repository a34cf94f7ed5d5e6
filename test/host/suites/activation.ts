import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { commands, settings } from '../../../src/manifest.ts';
import { extension, waitUntil } from '../inside/editor.ts';

export function activationSuite(): void {
  describe('activation', () => {
    it('happens by itself after the window opened', async () => {
      await waitUntil(() => extension().isActive);
    });

    it('registers every command that package.json and the code name', async () => {
      const { contributes } = extension().packageJSON as {
        contributes: { commands: { command: string }[] };
      };
      const declared = contributes.commands.map(({ command }) => command).sort();
      const registered = new Set(await vscode.commands.getCommands(true));
      assert.deepEqual(declared, Object.values(commands).toSorted());
      assert.deepEqual(
        declared.filter((id) => !registered.has(id)),
        [],
      );
    });

    it('declares every setting with the default that the code uses', () => {
      const configuration = vscode.workspace.getConfiguration('mlflowSecretsAuth');
      for (const [key, descriptor] of Object.entries(settings)) {
        assert.deepEqual(configuration.inspect(key)?.defaultValue, descriptor.default, key);
      }
    });

    it('changes nothing of the environment before anybody connects', () => {
      assert.equal(process.env['MLFLOW_TRACKING_URI'], undefined);
      assert.equal(process.env['PYTHONPATH'], undefined);
    });
  });
}
