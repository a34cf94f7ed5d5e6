import * as vscode from 'vscode';
import type { ConnectionState } from '../connection/state.ts';
import type { KernelVariables } from '../python/running-kernel.ts';
import { JupyterKernels } from './jupyter-kernels.ts';
import { KeepQuestion } from './keep-question.ts';
import type { KeepQuestionHost } from './keep-question.ts';
import { NotebookLinks } from './links/notebook-links.ts';
import { terminalLinks } from './links/terminal-links.ts';

type Memory = Pick<vscode.ExtensionContext, 'globalState' | 'workspaceState'>;

/** What only a window needs that was connected: a bundle of its own, which is loaded then. */
export class WhileConnected implements vscode.Disposable {
  readonly #kernels: JupyterKernels;
  readonly #notebookLinks: NotebookLinks;
  readonly #all: vscode.Disposable;

  constructor({ globalState, workspaceState }: Memory, host: KeepQuestionHost, log: (line: string) => void) {
    this.#kernels = new JupyterKernels(globalState, log);
    this.#notebookLinks = new NotebookLinks(host);
    const question = new KeepQuestion(workspaceState, host, log);
    this.#all = vscode.Disposable.from(this.#kernels, this.#notebookLinks, terminalLinks(host), question);
  }

  /** Kernels that are not to be changed have no `variables`. */
  stateChanged(state: ConnectionState, variables: KernelVariables | undefined): void {
    this.#kernels.stateChanged(state, variables);
    this.#notebookLinks.stateChanged();
  }

  /** How many notebook kernels run without the connection. */
  async unaware(): Promise<number> {
    return this.#kernels.unaware();
  }

  dispose(): void {
    this.#all.dispose();
  }
}
