import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { commands, settings } from '../../../src/manifest.ts';
import { askThroughProxy, configure } from '../inside/editor.ts';
import { given, hands } from '../inside/outside.ts';

/** Begins disconnected. */
export function storedSuite(): void {
  describe('a connection with the credential kept in VS Code', () => {
    before(async () => {
      await configure(Object.fromEntries(Object.keys(settings).map((key) => [key, undefined])));
    });

    it('leaves nothing half-written when the user escapes', async () => {
      const done = vscode.commands.executeCommand(commands.connect);
      await hands('answer', 'Address of the MLflow tracking server', given().trackingUri);
      await hands('waitForInput', 'Where does the credential come from');
      await hands('escape');
      await done;
      const configuration = vscode.workspace.getConfiguration('mlflowSecretsAuth');
      assert.equal(configuration.inspect('trackingUri')?.workspaceValue, undefined);
      assert.equal(process.env['MLFLOW_TRACKING_URI'], undefined);
    });

    it('is made by answering questions, from an empty configuration', async () => {
      const done = vscode.commands.executeCommand(commands.connect);
      await hands('answer', 'Address of the MLflow tracking server', given().trackingUri);
      await hands('waitForInput', 'MLflow 3.');
      await hands('pick', 'VS Code secret storage');
      await hands('pick', 'User name and password');
      await hands('answer', 'User name', given().user);
      await hands('password');
      await hands('approve');
      await done;
      await hands('status', 'MLflow: connected');
      assert.equal(await askThroughProxy(), 200);
      const configuration = vscode.workspace.getConfiguration('mlflowSecretsAuth');
      assert.equal(configuration.inspect('provider')?.workspaceValue, 'stored');
    });

    it('ends with Disconnect', async () => {
      await vscode.commands.executeCommand(commands.disconnect);
      assert.equal(process.env['MLFLOW_TRACKING_TOKEN'], undefined);
    });
  });
}
