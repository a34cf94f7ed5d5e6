import type * as vscode from 'vscode';
import { isServing } from '../connection/state.ts';
import type { ConnectionState } from '../connection/state.ts';
import type { KernelVariables } from '../python/running-kernel.ts';
import type { KeepQuestionHost } from './keep-question.ts';
import type { WhileConnected } from './while-connected.ts';

type Context = Pick<vscode.ExtensionContext, 'globalState' | 'workspaceState' | 'subscriptions'>;

/**
 * What only a window needs that was connected: its notebook kernels, the links in its terminals and notebooks, and the question whether the
 * connection is kept for programs that outlive it. Loaded then.
 */
export class ConnectedWindow {
  readonly #context: Context;
  readonly #host: KeepQuestionHost;
  readonly #log: (line: string) => void;
  #loaded: Promise<WhileConnected> | undefined;

  constructor(context: Context, host: KeepQuestionHost, log: (line: string) => void) {
    this.#context = context;
    this.#host = host;
    this.#log = log;
  }

  /** Kernels that are not to be changed have no `variables`. */
  stateChanged(state: ConnectionState, variables: KernelVariables | undefined): void {
    if (isServing(state)) this.#loaded ??= this.#load();
    void this.#loaded?.then((loaded) => loaded.stateChanged(state, variables));
  }

  /** How many notebook kernels run without the connection. */
  async unawareKernels(): Promise<number> {
    return (await this.#loaded)?.unaware() ?? 0;
  }

  async #load(): Promise<WhileConnected> {
    const { WhileConnected } = await import('./while-connected.ts');
    const loaded = new WhileConnected(this.#context, this.#host, this.#log);
    this.#context.subscriptions.push(loaded);
    return loaded;
  }
}
