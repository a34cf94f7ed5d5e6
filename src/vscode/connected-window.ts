import type * as vscode from 'vscode';
import { isServing } from '../connection/state.ts';
import type { ConnectionState } from '../connection/state.ts';
import type { KernelVariables } from '../python/running-kernel.ts';
import type { JupyterKernels } from './jupyter-kernels.ts';
import type { LinksHost } from './links/linked-server.ts';

/** What only a window needs that was connected: its notebook kernels, and the links in its terminals. Loaded then. */
export class ConnectedWindow {
  readonly #context: Pick<vscode.ExtensionContext, 'globalState' | 'subscriptions'>;
  readonly #links: LinksHost;
  readonly #log: (line: string) => void;
  #kernels: Promise<JupyterKernels> | undefined;

  constructor(
    context: Pick<vscode.ExtensionContext, 'globalState' | 'subscriptions'>,
    links: LinksHost,
    log: (line: string) => void,
  ) {
    this.#context = context;
    this.#links = links;
    this.#log = log;
  }

  /** Kernels that are not to be changed have no `variables`. */
  stateChanged(state: ConnectionState, variables: KernelVariables | undefined): void {
    if (isServing(state)) this.#kernels ??= this.#load();
    void this.#kernels?.then((kernels) => kernels.stateChanged(state, variables));
  }

  async #load(): Promise<JupyterKernels> {
    const { JupyterKernels, terminalLinks } = await import('./while-connected.ts');
    const kernels = new JupyterKernels(this.#context.globalState, this.#log);
    this.#context.subscriptions.push(kernels, terminalLinks(this.#links));
    return kernels;
  }
}
