import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { kernelLabels } from '../../../src/vscode/kernel-labels.ts';
import { statusText } from '../../../src/vscode/labels.ts';
import { hands } from './hands.ts';
import type { HostSuiteContext } from './hands.ts';
import { localEnvironment, until } from './local-proxy.ts';

const extension = 'ms-toolsai.jupyter';
const whichServer = `import os
print(os.environ.get("MLFLOW_TRACKING_URI", "none"), "MLFLOW_TRACKING_PASSWORD" in os.environ)`;
const aRun = `import mlflow
with mlflow.start_run():
    mlflow.log_metric("loss", 0.5)`;

/** Of the stand-in for the Jupyter extension, which asks as that does. */
const accessQuestion = 'Do you want to grant Kernel access';

/** Kernels that were started before the window is connected; begins and ends with a connection. */
export function notebooksSuite({ folder, tracking }: HostSuiteContext): void {
  let notebook: vscode.NotebookDocument;
  let interactive: vscode.NotebookDocument;

  /** Executes a cell, and resolves to what it printed. */
  async function execute(document: vscode.NotebookDocument, index: number): Promise<string> {
    const cell = document.cellAt(index);
    const before = cell.executionSummary?.timing?.endTime;
    const cells = { ranges: [{ start: index, end: index + 1 }], document: document.uri };
    await vscode.commands.executeCommand('notebook.cell.execute', cells);
    await until(() => {
      const { success, timing } = cell.executionSummary ?? {};
      return success !== undefined && timing?.endTime !== before;
    });
    const items = cell.outputs.flatMap(({ items: all }) => all);
    return items.map(({ data }) => new TextDecoder().decode(data)).join('');
  }

  const connected = (): string => `${localEnvironment()?.uri ?? ''} True\n`;

  async function selectKernel(type: string): Promise<void> {
    const id = `ipykernel-stand-in-${type}`;
    await vscode.commands.executeCommand('notebook.selectKernel', { id, extension });
  }

  async function openNotebook(): Promise<vscode.NotebookDocument> {
    const cells = [whichServer, aRun].map((source) => ({
      ...{ cell_type: 'code', metadata: {}, execution_count: null, outputs: [], source },
    }));
    const file = join(folder, 'running.ipynb');
    await writeFile(file, JSON.stringify({ nbformat: 4, nbformat_minor: 5, metadata: {}, cells }));
    const document = await vscode.workspace.openNotebookDocument(vscode.Uri.file(file));
    await vscode.window.showNotebookDocument(document);
    await selectKernel('jupyter-notebook');
    return document;
  }

  /** The editor's own interactive window, which the Jupyter extension fills. */
  async function openInteractive(): Promise<vscode.NotebookDocument> {
    const controller = `${extension}/ipykernel-stand-in-interactive`;
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
      notebook = await openNotebook();
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
      const page = pageIn(await execute(notebook, 1));
      await vscode.env.clipboard.writeText('');
      const copying = vscode.commands.executeCommand('mlflowSecretsAuth.copyRunLink');
      await hands({ do: 'pick', label: page });
      await copying;
      assert.equal(await vscode.env.clipboard.readText(), `${tracking.uri}/#/${page}`);
    });
  });
}

/** Of the run that MLflow prints the local address of. */
function pageIn(printed: string): string {
  const home = `${localEnvironment()?.uri ?? ''}/#/`;
  const link = printed.split(/\s/).find((word) => word.startsWith(home) && word.includes('/runs/'));
  assert.ok(link !== undefined, printed);
  return link.slice(home.length);
}
