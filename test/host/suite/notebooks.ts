import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { kernelLabels } from '../../../src/vscode/kernel-labels.ts';
import { statusText } from '../../../src/vscode/labels.ts';
import { hands } from './hands.ts';
import type { HostSuiteContext } from './hands.ts';
import { localEnvironment, until } from './local-proxy.ts';
import { aRun, execute, kernelExtension, openNotebook, runPageIn } from './notebook-file.ts';

const whichServer = `import os
print(os.environ.get("MLFLOW_TRACKING_URI", "none"), "MLFLOW_TRACKING_PASSWORD" in os.environ)`;

/** Of the stand-in for the Jupyter extension, which asks as that does. */
const accessQuestion = 'Do you want to grant Kernel access';

/** Kernels that were started before the window is connected; begins and ends with a connection. */
export function notebooksSuite({ folder, tracking }: HostSuiteContext): void {
  let notebook: vscode.NotebookDocument;
  let interactive: vscode.NotebookDocument;

  const connected = (): string => `${localEnvironment()?.uri ?? ''} True\n`;

  /** The editor's own interactive window, which the Jupyter extension fills. */
  async function openInteractive(): Promise<vscode.NotebookDocument> {
    const controller = `${kernelExtension}/ipykernel-stand-in-interactive`;
    const beside = { viewColumn: vscode.ViewColumn.Beside, preserveFocus: false };
    const { notebookUri } = await vscode.commands.executeCommand<{ notebookUri: vscode.Uri }>(
      ...(['interactive.open', beside, undefined, controller, 'Interactive'] as const),
    );
    const document = await vscode.workspace.openNotebookDocument(notebookUri);
    const cell = new vscode.NotebookCellData(vscode.NotebookCellKind.Code, whichServer, 'python');
    const edit = new vscode.WorkspaceEdit();
    edit.set(notebookUri, [vscode.NotebookEdit.insertCells(0, [cell])]);
    await vscode.workspace.applyEdit(edit);
    return document;
  }

  describe('kernels of a notebook and an interactive window that run already', () => {
    before(async function () {
      // Two kernels start.
      this.timeout(240_000);
      await vscode.commands.executeCommand('workbench.action.closeAllEditors');
      await vscode.commands.executeCommand('mlflowSecretsAuth.disconnect');
      await hands({ do: 'waitForStatus', text: statusText('disconnected') });
      notebook = await openNotebook(folder, 'running.ipynb', [whichServer, aRun]);
      assert.equal(await execute(notebook, 0), 'none False\n');
      interactive = await openInteractive();
      assert.equal(await execute(interactive, 0), 'none False\n');
      await vscode.commands.executeCommand('mlflowSecretsAuth.connect');
      await hands({ do: 'waitForStatus', text: statusText('connected') });
    });

    after(async () => {
      await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    });

    it('get nothing before the user agrees, in our words and in those of the Jupyter extension', async () => {
      const { several, button } = kernelLabels.connect;
      await hands({ do: 'waitForNotification', text: several(2) });
      assert.equal(await execute(notebook, 0), 'none False\n');
      await hands({ do: 'pressInNotification', text: several(2), button: button(2) });
      await hands({ do: 'answerDialog', shown: accessQuestion, button: 'Allow' });
    });

    it('are connected then', async () => {
      for (const document of [notebook, interactive])
        await until(async () => (await execute(document, 0)) === connected());
    });

    it('are connected after a restart, without another question', async () => {
      const { uri: notebookUri } = notebook;
      await vscode.commands.executeCommand('jupyter.restartkernel', { notebookEditor: { notebookUri } });
      await until(async () => (await execute(notebook, 0)) === connected());
    });

    it('print a link to a run, for which "MLflow: Copy Run Link" gives the one at the tracking server', async () => {
      await vscode.window.showNotebookDocument(notebook);
      const page = runPageIn(await execute(notebook, 1));
      await vscode.env.clipboard.writeText('');
      const copying = vscode.commands.executeCommand('mlflowSecretsAuth.copyRunLink');
      await hands({ do: 'pick', label: page });
      await copying;
      assert.equal(await vscode.env.clipboard.readText(), `${tracking.uri}/#/${page}`);
    });
  });
}
