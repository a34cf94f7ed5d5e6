import * as vscode from 'vscode';

/** What a view of the side bar shows; see `RowTree`, which makes it. */
export interface TreeContent {
  children(item: vscode.TreeItem | undefined): readonly vscode.TreeItem[];
  dispose(): void;
}

export interface TreeHandle {
  readonly view: vscode.TreeView<vscode.TreeItem>;
  /** Shows an item anew, or, without one, all of them. */
  readonly changed: vscode.EventEmitter<vscode.TreeItem | undefined>;
}

/** A view of the side bar; what it shows is loaded when somebody sees it for the first time. */
export function createLazyTree(
  id: string,
  load: (handle: TreeHandle) => Promise<TreeContent>,
): vscode.Disposable {
  const changed = new vscode.EventEmitter<vscode.TreeItem | undefined>();
  let content: Promise<TreeContent> | undefined;
  const view: TreeHandle['view'] = vscode.window.createTreeView(id, {
    treeDataProvider: {
      onDidChangeTreeData: changed.event,
      getTreeItem: (item) => item,
      getChildren: async (item) => [...(await (content ??= load({ view, changed }))).children(item)],
    },
  });
  return vscode.Disposable.from(view, {
    dispose: () => {
      void content?.then((loaded) => loaded.dispose());
    },
  });
}
