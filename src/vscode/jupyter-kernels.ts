import * as vscode from 'vscode';
import { KernelAccessDenied, KernelFollower } from '../python/kernel-follower.ts';
import type { KernelWish, RunningKernel } from '../python/kernel-follower.ts';
import { runsHere } from '../python/kernel-whereabouts.ts';
import type { KernelVariables } from '../python/running-kernel.ts';
import type { ConnectionState } from '../connection/state.ts';
import { kernelLabels } from './kernel-labels.ts';
import { showMessage } from './sinks/messages.ts';

/** Of the Jupyter extension's public API (`src/api.d.ts` in microsoft/vscode-jupyter, 2026.6), what is used. */
interface JupyterApi {
  readonly kernels: { getKernel(uri: vscode.Uri): Thenable<JupyterKernel | undefined> };
}

/** The API gives the same object for a kernel each time. */
interface JupyterKernel {
  readonly onDidChangeStatus: vscode.Event<string>;
  readonly language: string;
  executeCode(code: string, token: vscode.CancellationToken): AsyncIterable<JupyterOutput>;
}

interface JupyterOutput {
  readonly items: readonly { readonly mime: string; readonly data: Uint8Array }[];
}

const extensionId = 'ms-toolsai.jupyter';
const printedMime = 'application/vnd.code.notebook.stdout';
const consentKey = 'kernelConsent';
/** Far more than the code that is run there prints. */
const maxPrintedLength = 10_000;
const notebookTypes = ['jupyter-notebook', 'interactive'];

/** Kernels of open notebooks and interactive windows, through the Jupyter extension, which asks the user, too. */
export class JupyterKernels implements vscode.Disposable {
  readonly #follower: KernelFollower;
  readonly #listener: vscode.Disposable;

  constructor(memory: vscode.Memento, log: (line: string) => void) {
    const known = new WeakMap<JupyterKernel, RunningKernel>();
    this.#follower = new KernelFollower({
      kernels: async () => kernelsOf(known),
      isHere: async (kernel, hostName) => runsHere(async (code) => kernel.execute(code), hostName),
      ask,
      consent: {
        get: () => memory.get(consentKey) === true,
        set: async (isGiven) => memory.update(consentKey, isGiven),
      },
      log,
    });
    this.#listener = vscode.workspace.onDidChangeNotebookDocument(({ cellChanges }) => {
      if (cellChanges.some(({ executionSummary }) => executionSummary?.success !== undefined)) {
        void this.#follower.kernelUsed();
      }
    });
  }

  /** Kernels that are not to be changed have no `variables`. */
  stateChanged({ kind }: ConnectionState, variables: KernelVariables | undefined): void {
    const isOpen = kind === 'connected' || kind === 'degraded';
    if (isOpen && variables !== undefined) void this.#follower.connect(variables);
    else if (kind === 'disconnected') void this.#follower.disconnect();
  }

  /** How many run without the connection. */
  async unaware(): Promise<number> {
    return this.#follower.unaware();
  }

  dispose(): void {
    this.#listener.dispose();
  }
}

async function kernelsOf(known: WeakMap<JupyterKernel, RunningKernel>): Promise<readonly RunningKernel[]> {
  const extension = vscode.extensions.getExtension<JupyterApi | undefined>(extensionId);
  // Where it is not active, it has no kernels.
  const api = extension?.isActive === true ? extension.exports : undefined;
  if (api === undefined) return [];
  const notebooks = vscode.workspace.notebookDocuments.filter(({ notebookType }) =>
    notebookTypes.includes(notebookType),
  );
  const found = await Promise.all(notebooks.map(async ({ uri }) => api.kernels.getKernel(uri)));
  return [...new Set(found)].flatMap((kernel) => (kernel ? [runningKernel(kernel, known)] : []));
}

function runningKernel(kernel: JupyterKernel, known: WeakMap<JupyterKernel, RunningKernel>): RunningKernel {
  const before = known.get(kernel);
  if (before !== undefined) return before;
  const running: RunningKernel = {
    language: kernel.language,
    execute: async (code) => execute(kernel, code),
    onRestarted: (listener) => {
      let isRestarting = false;
      kernel.onDidChangeStatus((status) => {
        if (status === 'restarting' || status === 'autorestarting') isRestarting = true;
        if (status !== 'idle' || !isRestarting) return;
        isRestarting = false;
        listener();
      });
    },
  };
  known.set(kernel, running);
  return running;
}

async function execute(kernel: JupyterKernel, code: string): Promise<string> {
  const { token } = new vscode.CancellationTokenSource();
  let printed = '';
  try {
    for await (const { items } of kernel.executeCode(code, token)) {
      const raised = items.find(({ mime }) => mime === 'application/vnd.code.notebook.error');
      if (raised !== undefined) throw new Error(new TextDecoder().decode(raised.data));
      for (const { mime, data } of items) {
        if (mime === printedMime && printed.length < maxPrintedLength)
          printed += new TextDecoder().decode(data.subarray(0, maxPrintedLength));
      }
    }
    return printed;
  } catch (error) {
    // The name that the Jupyter extension promises for it (src/standalone/api/kernels/kernel.ts).
    if (error instanceof Error && error.name === 'vscode.jupyter.apiAccessRevoked')
      throw new KernelAccessDenied();
    throw error;
  }
}

async function ask(what: KernelWish, count: number): Promise<boolean> {
  let isYes = false;
  const { one, several, button } = kernelLabels[what];
  const text = count === 1 ? one() : several(count);
  const yes = {
    label: button(count),
    run: () => {
      isYes = true;
    },
  };
  await showMessage('information', [text], [yes]);
  return isYes;
}
