import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { Attention } from '../connection/health.ts';
import { labels } from './labels.ts';
import { findInProject, usesMlflow } from './project-findings.ts';
import { showMessage } from './sinks/messages.ts';
import type { RememberedWorkspace } from './workspace-memory.ts';
import { actions } from './status/actions.ts';
import { commandButton } from './status/problem-message.ts';

export { hintAtFolders } from './folder-hint.ts';
export { suggestedServer } from './project-findings.ts';

interface FirstSightHost {
  readonly workspace: Pick<RememberedWorkspace, 'isKnown' | 'wasHinted' | 'noteHint'>;
  readonly attention: Attention;
  /** Shows the status bar item. */
  readonly show: () => void;
}

/**
 * Shows that the extension is there, as soon as the window has something to do with MLflow; elsewhere an item in the
 * status bar would only be in the way. Offers once in a workspace to connect.
 */
export class FirstSight implements vscode.Disposable {
  readonly #host: FirstSightHost;
  readonly #listeners: vscode.Disposable[];

  constructor(host: FirstSightHost) {
    this.#host = host;
    this.#listeners = [
      vscode.workspace.onDidGrantWorkspaceTrust(() => void this.look()),
      vscode.workspace.onDidChangeWorkspaceFolders(() => void this.look()),
      vscode.workspace.onDidOpenTextDocument((document) => {
        if (usesMlflow(document)) this.#found();
      }),
    ];
  }

  async look(): Promise<void> {
    const { usesMlflow } = await findInProject();
    if (usesMlflow) this.#found();
  }

  dispose(): void {
    for (const listener of this.#listeners) listener.dispose();
  }

  #found(): void {
    const { workspace, attention, show } = this.#host;
    show();
    const isDue = !workspace.isKnown && !workspace.wasHinted && vscode.workspace.isTrusted;
    if (!isDue || !attention.isThere()) return;
    workspace.noteHint();
    void showMessage(
      'information',
      [labels.usesMlflow()],
      [commandButton(actions.connect()), { label: l10n.t('Not in This Workspace'), run: () => undefined }],
    );
  }
}
