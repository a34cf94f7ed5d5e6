import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { labels, statusText } from '../../../src/vscode/labels.ts';
import { ask, hands } from './hands.ts';
import type { HostSuiteContext } from './hands.ts';
import { localEnvironment, until } from './local-proxy.ts';

export function restrictedSuite({ tracking, vault }: HostSuiteContext): void {
  describe('in Restricted Mode', () => {
    it('a folder that asks for a connection gets none, and the user sees why', async () => {
      assert.equal(vscode.workspace.isTrusted, false);
      const connecting = vscode.commands.executeCommand('mlflowSecretsAuth.connect');
      await hands({ do: 'waitForNotification', text: labels.restricted() });
      assert.equal(localEnvironment(), undefined);
      const { requests } = await ask<{ requests: number }>('vault-requests', {});
      assert.equal(requests, 0, `${vault.address} was asked for ${tracking.uri}`);
      await hands({ do: 'waitForStatus', text: statusText('restricted') });
      await hands({ do: 'trustFolder' });
      await connecting;
      await until(() => vscode.workspace.isTrusted);
    });

    it('goes on with the connection that was begun, once the folder is trusted', async () => {
      await hands({
        ...{ do: 'answerDialog', shown: labels.approvalTitle(tracking.uri), button: 'Cancel' },
      });
      await vscode.commands.executeCommand('workbench.action.closeActiveEditor');
    });

    it('offers to connect once the folder is trusted, as its code uses MLflow', async () => {
      await hands({ do: 'waitForNotification', text: labels.usesMlflow() });
      await hands({ do: 'screenshot', name: 'first-sight' });
    });
  });
}
