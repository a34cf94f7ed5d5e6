import { setTimeout as sleep } from 'node:timers/promises';
import * as vscode from 'vscode';
import type { ConnectionState } from '../../connection/state.ts';
import { reportTitle } from '../../doctor/report.ts';
import { contextKeys } from '../../settings/manifest.ts';
import { setContext } from '../commands.ts';
import type { Outdated } from './diagnose.ts';

const scheme = 'mlflow-diagnosis';
/** The editor passes a change on to a preview a third of a second after it. */
const passedOnMs = 1000;
const maxTries = 30;

/** Shows a diagnosis in a read-only editor; the text is in no file. */
export class DiagnosisView implements vscode.Disposable {
  readonly #uri = vscode.Uri.from({ scheme, path: `/${reportTitle()}.md` });
  readonly #changed = new vscode.EventEmitter<vscode.Uri>();
  readonly #provider: vscode.Disposable;
  #tabs: vscode.Disposable | undefined;
  #text = '';
  #isNewPage = false;
  readonly #pause: () => Promise<unknown>;
  #outdated: Outdated | undefined;

  /** `pause`: until a change is passed on. */
  constructor(pause: () => Promise<unknown> = async () => sleep(passedOnMs)) {
    this.#pause = pause;
    this.#provider = vscode.workspace.registerTextDocumentContentProvider(scheme, {
      onDidChange: this.#changed.event,
      provideTextDocumentContent: () => this.#text,
    });
  }

  async show(markdown: string): Promise<void> {
    this.update(markdown);
    this.#isNewPage = !vscode.window.tabGroups.all.some(isOfDiagnosis);
    this.#tabs ??= vscode.Disposable.from(
      vscode.window.tabGroups.onDidChangeTabs(showWhetherInFront),
      vscode.window.tabGroups.onDidChangeTabGroups(showWhetherInFront),
    );
    await vscode.workspace.openTextDocument(this.#uri);
    // The editor's own preview can be switched off.
    if (vscode.extensions.getExtension('vscode.markdown-language-features') === undefined) {
      this.#isNewPage = false;
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

  /**
   * That was all for now. While its page loads, as it does for seconds on a busy machine, the editor's preview loses what
   * changes: it would say for good that the server is being asked, and so a new page is made once more.
   */
  async settle(): Promise<void> {
    if (!this.#isNewPage) return;
    this.#isNewPage = false;
    for (let tries = 0; tries < maxTries; tries += 1) {
      await this.#pause();
      const document = await vscode.workspace.openTextDocument(this.#uri);
      if (document.getText() === this.#text) break;
    }
    await vscode.commands.executeCommand('markdown.preview.refresh');
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
  const isInFront = isOfDiagnosis(vscode.window.tabGroups.activeTabGroup);
  void setContext(contextKeys.diagnosisInFront, isInFront);
}

/** A page that is not in front has to load again when it is shown. */
function isOfDiagnosis({ activeTab }: vscode.TabGroup): boolean {
  return activeTab?.label.includes(reportTitle()) === true;
}
