import * as vscode from 'vscode';
import { reportTitle } from '../../doctor/report.ts';

const scheme = 'mlflow-diagnosis';

/** Shows a diagnosis in a read-only editor; the text is in no file. */
export class DiagnosisView implements vscode.Disposable {
  readonly #uri = vscode.Uri.from({ scheme, path: `/${reportTitle()}.md` });
  readonly #changed = new vscode.EventEmitter<vscode.Uri>();
  readonly #provider: vscode.Disposable;
  #text = '';

  constructor() {
    this.#provider = vscode.workspace.registerTextDocumentContentProvider(scheme, {
      onDidChange: this.#changed.event,
      provideTextDocumentContent: () => this.#text,
    });
  }

  async show(markdown: string): Promise<void> {
    this.update(markdown);
    await vscode.workspace.openTextDocument(this.#uri);
    // The editor's own preview can be switched off.
    if (vscode.extensions.getExtension('vscode.markdown-language-features') === undefined) {
      await vscode.window.showTextDocument(this.#uri, { preview: true });
    } else {
      await vscode.commands.executeCommand('markdown.showPreview', this.#uri);
    }
  }

  /** Where it is shown already, in the same place. */
  update(markdown: string): void {
    this.#text = markdown;
    this.#changed.fire(this.#uri);
  }

  dispose(): void {
    this.#provider.dispose();
    this.#changed.dispose();
  }
}
