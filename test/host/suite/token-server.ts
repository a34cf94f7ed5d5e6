import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { openInMlflow } from '../../../src/vscode/links/link-labels.ts';
import { labels, statusText } from '../../../src/vscode/labels.ts';
import { hands, typeSecret } from './hands.ts';
import type { HostSuiteContext } from './hands.ts';
import { localEnvironment } from './local-proxy.ts';
import { aRun, execute, openNotebook, runPageIn } from './notebook-file.ts';

/** What the first page of MLflow's UI shows of the server. */
const experiment = 'Default';
/** What the page of the run shows. */
const metric = 'loss';

/** A tracking server at which no browser can sign in; begins and ends with a connection to the first. */
export function tokenServerSuite({ tracking, tokenTracking, shown, folder }: HostSuiteContext): void {
  const { uri } = tokenTracking;
  const switching = async (): Promise<unknown> =>
    vscode.commands.executeCommand('mlflowSecretsAuth.switchServer');
  const connectedTo = async (address: string): Promise<void> => {
    const seen = await hands({ do: 'waitForStatus', text: statusText('connected') });
    assert.ok(seen.includes(`Tracking server: ${address}`), seen);
  };

  /** Of a run in MLflow's UI. */
  let page: string;

  describe('a tracking server that only knows a token', () => {
    it('is connected by one that is entered', async () => {
      const done = switching();
      await hands({ do: 'pick', label: labels.anotherServer() });
      await hands({ do: 'answer', shown: labels.trackingUriPrompt(), text: uri, secret: false });
      await hands({ do: 'pick', label: shown.storedSource });
      const title = labels.approval('server', uri);
      await hands({ do: 'answerDialog', shown: title, button: labels.approve() });
      await hands({ do: 'answer', shown: labels.storedUserOrTokenPrompt(uri), text: '', secret: false });
      await typeSecret(labels.storedTokenPrompt(uri), 'gatewayToken');
      await done;
      await connectedTo(uri);
    });

    it('refuses a browser that follows the link in the output of a notebook before its UI was opened', async () => {
      const notebook = await openNotebook(folder, 'link.ipynb', [aRun]);
      page = runPageIn(await execute(notebook, 0));
      const opened = await hands({ do: 'openOutputLink', text: page, page: 'Authorization Required' });
      assert.equal(opened, `${uri}/#/${page}`);
    });

    it('is opened at the run from below the cell, signed in through the local proxy', async () => {
      const opened = await hands({ do: 'pressBelowCell', text: openInMlflow(), page: metric });
      assert.equal(opened, `${localEnvironment()?.uri ?? ''}/#/${page}`);
    });

    it('is opened by "MLflow: Open MLflow" in the browser, signed in through the local proxy', async () => {
      const opened = hands({ do: 'waitForPage', text: experiment });
      await vscode.commands.executeCommand('mlflowSecretsAuth.openMlflow', '#/experiments');
      assert.equal(await opened, `${localEnvironment()?.uri ?? ''}/#/experiments`);
    });

    it('leads back', async () => {
      const done = switching();
      await hands({ do: 'pick', label: tracking.uri });
      await done;
      await connectedTo(tracking.uri);
    });
  });
}
