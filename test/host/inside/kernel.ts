import * as vscode from 'vscode';
import { waitUntil } from './editor.ts';

/** Runs a cell on a real ipykernel, started now from the extension host's environment; resolves to its output. */
export async function runInKernel(code: string): Promise<string> {
  const cell = new vscode.NotebookCellData(vscode.NotebookCellKind.Code, code, 'python');
  const notebook = await vscode.workspace.openNotebookDocument(
    'jupyter-notebook',
    new vscode.NotebookData([cell]),
  );
  await vscode.window.showNotebookDocument(notebook);
  await vscode.commands.executeCommand('notebook.selectKernel', {
    id: 'ipykernel-stand-in',
    extension: 'mlflow-secrets-auth.notebook-kernel-stand-in',
  });
  await vscode.commands.executeCommand('notebook.execute');
  await waitUntil(() => notebook.cellAt(0).executionSummary?.success !== undefined, 'the kernel');
  const text = notebook
    .cellAt(0)
    .outputs.flatMap(({ items }) => items.map(({ data }) => Buffer.from(data).toString('utf8')))
    .join('');
  await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
  return text;
}
