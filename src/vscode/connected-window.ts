import type * as vscode from 'vscode';
import { isServing } from '../connection/state.ts';
import type { ConnectionState } from '../connection/state.ts';
import type { KernelVariables } from '../python/running-kernel.ts';
import type { JupyterKernels } from './jupyter-kernels.ts';
import type { KeepQuestionHost } from './keep-question.ts';

type Context = Pick<vscode.ExtensionContext, 'globalState' | 'workspaceState' | 'subscriptions'>;

/**
 * What only a window needs that was connected: its notebook kernels, the links in its terminals, and the question whether the
 * connection is kept for programs that outlive it. Loaded then.
 */
export class ConnectedWindow {
  readonly #context: Context;
  readonly #host: KeepQuestionHost;
  readonly #log: (line: string) => void;
  #kernels: Promise<JupyterKernels> | undefined;

  constructor(context: Context, host: KeepQuestionHost, log: (line: string) => void) {
    this.#context = context;
    this.#host = host;
    this.#log = log;
  }

  /** Kernels that are not to be changed have no `variables`. */
  stateChanged(state: ConnectionState, variables: KernelVariables | undefined): void {
    if (isServing(state)) this.#kernels ??= this.#load();
    void this.#kernels?.then((kernels) => kernels.stateChanged(state, variables));
  }

  /** How many notebook kernels run without the connection. */
  async unawareKernels(): Promise<number> {
    return (await this.#kernels)?.unaware() ?? 0;
  }

  async #load(): Promise<JupyterKernels> {
    const { JupyterKernels, KeepQuestion, terminalLinks } = await import('./while-connected.ts');
    const kernels = new JupyterKernels(this.#context.globalState, this.#log);
    const question = new KeepQuestion(this.#context.workspaceState, this.#host, this.#log);
    this.#context.subscriptions.push(kernels, terminalLinks(this.#host), question);
    return kernels;
  }
}
