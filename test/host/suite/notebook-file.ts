import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { localEnvironment, until } from './local-proxy.ts';

/** Of the Jupyter extension's stand-in. */
export const kernelExtension = 'ms-toolsai.jupyter';

export const aRun = `import mlflow
with mlflow.start_run():
    mlflow.log_metric("loss", 0.5)`;

async function selectKernel(type: string): Promise<void> {
  const id = `ipykernel-stand-in-${type}`;
  await vscode.commands.executeCommand('notebook.selectKernel', { id, extension: kernelExtension });
}

/** A new notebook with these cells, in front, with a kernel that is started when a cell is executed. */
export async function openNotebook(
  folder: string,
  name: string,
  sources: readonly string[],
): Promise<vscode.NotebookDocument> {
  const cells = sources.map((source) => ({
    ...{ cell_type: 'code', metadata: {}, execution_count: null, outputs: [], source },
  }));
  const file = join(folder, name);
  await writeFile(file, JSON.stringify({ nbformat: 4, nbformat_minor: 5, metadata: {}, cells }));
  const document = await vscode.workspace.openNotebookDocument(vscode.Uri.file(file));
  await vscode.window.showNotebookDocument(document);
  await selectKernel('jupyter-notebook');
  return document;
}

/** Executes a cell, and resolves to what it printed. */
export async function execute(document: vscode.NotebookDocument, index: number): Promise<string> {
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

/** Of the run that MLflow prints the local address of: its page in MLflow's UI. */
export function runPageIn(printed: string): string {
  const home = `${localEnvironment()?.uri ?? ''}/#/`;
  const link = printed.split(/\s/).find((word) => word.startsWith(home) && word.includes('/runs/'));
  if (link === undefined) throw new Error(printed);
  return link.slice(home.length);
}
