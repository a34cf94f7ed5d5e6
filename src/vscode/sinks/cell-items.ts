import * as vscode from 'vscode';

/** What an item below a cell of a notebook says, and does with the page of MLflow's UI that was found in the cell's outputs. */
interface CellItem {
  /** Words of ours. */
  readonly text: string;
  readonly tooltip: string;
  readonly command: string;
}

/** Shows the item below each cell in whose outputs `find` finds a page; asks again when outputs change, or `changed` fires. */
export function itemBelowCells(
  notebookTypes: readonly string[],
  { text, tooltip, command }: CellItem,
  find: (cell: vscode.NotebookCell) => string | undefined,
  changed: vscode.Event<void>,
): vscode.Disposable {
  const provider: vscode.NotebookCellStatusBarItemProvider = {
    onDidChangeCellStatusBarItems: changed,
    provideCellStatusBarItems: (cell) => {
      const page = find(cell);
      if (page === undefined) return [];
      const item = new vscode.NotebookCellStatusBarItem(text, vscode.NotebookCellStatusBarAlignment.Left);
      item.tooltip = tooltip;
      item.command = { title: text, command, arguments: [page] };
      return [item];
    },
  };
  const registered = notebookTypes.map((type) =>
    vscode.notebooks.registerNotebookCellStatusBarItemProvider(type, provider),
  );
  return vscode.Disposable.from(...registered);
}
