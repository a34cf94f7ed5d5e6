import * as vscode from 'vscode';

/** Looks at the folders of a workspace file: at the beginning, and when one is added. */
export function watchFolders(look: () => Promise<void>): vscode.Disposable {
  const lookNow = (): void => {
    if (vscode.workspace.workspaceFile !== undefined && vscode.workspace.isTrusted) void look();
  };
  lookNow();
  return vscode.Disposable.from(
    vscode.workspace.onDidChangeWorkspaceFolders(lookNow),
    vscode.workspace.onDidGrantWorkspaceTrust(lookNow),
  );
}
