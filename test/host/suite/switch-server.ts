import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { labels, statusText } from '../../../src/vscode/labels.ts';
import { ask, hands, typeSecret } from './hands.ts';
import type { HostSuiteContext } from './hands.ts';
import { callMlflow, localEnvironment, search } from './local-proxy.ts';

/** Two tracking servers in one workspace; begins and ends with a connection to the first. */
export function switchServerSuite({ tracking, otherTracking, evilOrigin, shown }: HostSuiteContext): void {
  const settings = (): vscode.WorkspaceConfiguration =>
    vscode.workspace.getConfiguration('mlflowSecretsAuth');
  const switching = async (): Promise<unknown> =>
    vscode.commands.executeCommand('mlflowSecretsAuth.switchServer');
  const connectedTo = async (uri: string): Promise<void> => {
    const seen = await hands({ do: 'waitForStatus', text: statusText('connected') });
    assert.ok(seen.includes(`Tracking server: ${uri}`), seen);
    assert.equal((await callMlflow(search)).status, 200);
  };

  describe('switching between tracking servers', () => {
    let first: ReturnType<typeof localEnvironment>;

    before(() => (first = localEnvironment()));

    it('leads to another one by the wizard, with approval of what changes', async () => {
      const done = switching();
      await hands({ do: 'waitForInput', shown: labels.whichServer() });
      await hands({ do: 'screenshot', name: 'switch-server-first' });
      await hands({ do: 'pick', label: labels.anotherServer() });
      await hands({
        ...{ do: 'answer', shown: labels.trackingUriPrompt(), text: otherTracking.uri, secret: false },
      });
      await hands({ do: 'pick', label: shown.storedSource });
      const said = await hands({
        do: 'answerDialog',
        shown: labels.approval('server', otherTracking.uri),
        button: labels.approve(),
      });
      assert.ok(said.includes(`${tracking.uri} → ${otherTracking.uri}`), said);
      await hands({
        ...{ do: 'answer', shown: labels.storedUserPrompt(otherTracking.uri) },
        ...{ text: tracking.user, secret: false },
      });
      await typeSecret(labels.storedPasswordPrompt(tracking.user, otherTracking.uri), 'password');
      await done;
      await connectedTo(otherTracking.uri);
    });

    it('leaves what was started for the first one without the second', async () => {
      assert.equal((await callMlflow(search, undefined, first)).status, 421);
    });

    it('leads back by Enter alone, without a question, also for what was started then', async () => {
      const done = switching();
      await hands({ do: 'waitForInput', shown: labels.whichServer() });
      await hands({ do: 'screenshot', name: 'switch-server' });
      await hands({ do: 'accept', shown: labels.whichServer() });
      await done;
      await connectedTo(tracking.uri);
      assert.equal((await callMlflow(search, undefined, first)).status, 200);
    });

    it('is nobody’s act but the user’s: a file that names a server of the list is not followed', async () => {
      await settings().update('trackingUri', otherTracking.uri);
      await hands({ do: 'waitForStatus', text: statusText('needsApproval') });
      assert.equal((await callMlflow(search)).status, 424);
    });

    it('takes out what a file has put in, and asks nothing for what is as it was approved', async () => {
      await settings().update('trackingUri', evilOrigin);
      await settings().update('header.name', 'X-Theirs');
      const done = switching();
      await hands({ do: 'pick', label: otherTracking.uri });
      await done;
      await connectedTo(otherTracking.uri);
      assert.equal(settings().inspect('header.name')?.workspaceValue, undefined);
      const { requests } = await ask<{ requests: number }>('evil-requests', {});
      assert.equal(requests, 0);
    });

    it('asks, with what it was, where something differs from what was approved', async () => {
      await settings().update('header.name', 'X-Own', vscode.ConfigurationTarget.Global);
      const done = switching();
      await hands({ do: 'pick', label: tracking.uri });
      const title = labels.approval('other', tracking.uri);
      await hands({ do: 'waitForDialog', shown: title });
      await hands({ do: 'screenshot', name: 'switch-server-changed' });
      const said = await hands({ do: 'answerDialog', shown: title, button: 'Cancel' });
      await done;
      assert.ok(said.includes('Authorization → X-Own'), said);
      assert.equal(settings().get('trackingUri'), otherTracking.uri);
      await settings().update('header.name', undefined, vscode.ConfigurationTarget.Global);
    });

    it('leads back once more', async () => {
      const done = switching();
      await hands({ do: 'pick', label: tracking.uri });
      await done;
      await connectedTo(tracking.uri);
      assert.deepEqual(localEnvironment(), first);
    });
  });
}
