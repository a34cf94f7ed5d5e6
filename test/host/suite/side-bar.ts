import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { hands } from './hands.ts';
import type { HostSuiteContext } from './hands.ts';
import { callMlflow, search } from './local-proxy.ts';

export function sideBarSuite({ tracking }: HostSuiteContext): void {
  const row = async (text: string): Promise<string> => hands({ do: 'waitForRow', text });

  describe('the view in the activity bar', () => {
    before(async () => {
      await vscode.commands.executeCommand('mlflowSecretsAuth.connectionView.focus');
    });

    it('says what the status bar says, as whom, and which MLflow it is', async () => {
      assert.equal(await row('Connected: '), `Connected: ${new URL(tracking.uri).host}`);
      await row(`Tracking server: ${tracking.uri}`);
      await row(`Signed in as: ${tracking.user}`);
      assert.match(await row('MLflow: '), /: \d+\.\d+/);
    });

    it('shows requests of programs in words, and those that were denied', async () => {
      await callMlflow(search);
      await callMlflow(search, 'guessed');
      assert.match(await row('Recent Requests: '), /: [1-9]\d* in the last 5 minutes$/);
      await row('Look up an experiment: ');
      await row('Denied: wrong session token');
      await hands({ do: 'screenshot', name: 'side-bar' });
    });

    it('shows the latest runs, and a click opens one at the tracking server', async () => {
      assert.match(await row('finished'), /: finished, .+ ago$/);
      const opened = hands({ do: 'waitForTab' });
      await hands({ do: 'clickRow', text: 'finished' });
      assert.match(await opened, /#\/experiments\/\d+\/runs\/[0-9a-f]{32}$/);
    });

    it('says how to connect where nothing is connected, and shows the connection again after it', async () => {
      await vscode.commands.executeCommand('mlflowSecretsAuth.disconnect');
      await hands({ do: 'waitForWelcome', text: 'MLflow is set up in this workspace, and disconnected.' });
      await vscode.commands.executeCommand('mlflowSecretsAuth.connect');
      await row('Connected: ');
      await row(`Signed in as: ${tracking.user}`);
    });
  });
}
