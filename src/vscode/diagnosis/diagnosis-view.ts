import * as vscode from 'vscode';
import type { ConnectionState } from '../../connection/state.ts';
import { reportTitle } from '../../doctor/report.ts';
import { contextKeys } from '../../settings/manifest.ts';
import { setContext } from '../commands.ts';
import type { Outdated } from './diagnose.ts';

const scheme = 'mlflow-diagnosis';

/** Shows a diagnosis in a read-only editor; the text is in no file. */
export class DiagnosisView implements vscode.Disposable {
  readonly #uri = vscode.Uri.from({ scheme, path: `/${reportTitle()}.md` });
  readonly #changed = new vscode.EventEmitter<vscode.Uri>();
  readonly #provider: vscode.Disposable;
  #tabs: vscode.Disposable | undefined;
  #text = '';
  #outdated: Outdated | undefined;

  constructor() {
    this.#provider = vscode.workspace.registerTextDocumentContentProvider(scheme, {
      onDidChange: this.#changed.event,
      provideTextDocumentContent: () => this.#text,
    });
  }

  async show(markdown: string): Promise<void> {
    this.update(markdown);
    this.#tabs ??= vscode.Disposable.from(
      vscode.window.tabGroups.onDidChangeTabs(showWhetherInFront),
      vscode.window.tabGroups.onDidChangeTabGroups(showWhetherInFront),
    );
    await vscode.workspace.openTextDocument(this.#uri);
    // The editor's own preview can be switched off.
    if (vscode.extensions.getExtension('vscode.markdown-language-features') === undefined) {
      await vscode.window.showTextDocument(this.#uri, { preview: true });
    } else {
      await vscode.commands.executeCommand('markdown.showPreview', this.#uri);
    }
    // A tab that the reload of the window left there does not change.
    showWhetherInFront();
  }

  /** Where it is shown already, in the same place. */
  update(markdown: string): void {
    this.#outdated = undefined;
    this.#text = markdown;
    this.#changed.fire(this.#uri);
  }

  outdate(outdated: Outdated): void {
    this.#outdated = outdated;
  }

  stateChanged(state: ConnectionState): void {
    if (this.#outdated?.holds(state) === false) this.update(this.#outdated.instead());
  }

  dispose(): void {
    this.#provider.dispose();
    this.#tabs?.dispose();
    this.#changed.dispose();
  }
}

/** For its button in the title of the editor: a preview does not say of what it is, but its tab has the name. */
function showWhetherInFront(): void {
  const label = vscode.window.tabGroups.activeTabGroup.activeTab?.label;
  void setContext(contextKeys.diagnosisInFront, label?.includes(reportTitle()) === true);
}
