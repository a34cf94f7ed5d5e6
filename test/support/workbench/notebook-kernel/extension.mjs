import { Buffer } from 'node:buffer';
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import * as vscode from 'vscode';

/**
 * Stands in for the Jupyter extension, which is in no registry: one ipykernel for each notebook. Its API behaves as that
 * of version 2026.6.1 does (src/standalone/api/kernels in its source): only kernels that the user has started, the same
 * frozen object for each, a modal question once, nothing in folders that are not trusted, and code that waits its turn.
 */
export function activate(context) {
  const kernels = new Map();
  const controller = vscode.notebooks.createNotebookController(
    'ipykernel-stand-in',
    'jupyter-notebook',
    'Python (stand-in kernel)',
  );
  controller.supportedLanguages = ['python'];
  controller.supportsExecutionOrder = true;
  controller.executeHandler = async (cells, notebook) => {
    const key = notebook.uri.toString();
    if (!kernels.has(key)) kernels.set(key, new Kernel(join(context.extensionPath, 'kernel.py')));
    for (const cell of cells) {
      if (!(await kernels.get(key).run(cell, controller))) break;
    }
  };
  controller.interruptHandler = (notebook) => {
    kernels.get(notebook.uri.toString())?.stop();
    kernels.delete(notebook.uri.toString());
  };
  const access = new Access();
  const stopAll = { dispose: () => kernels.forEach((kernel) => kernel.stop()) };
  context.subscriptions.push(controller, stopAll);
  return {
    kernels: { getKernel: async (uri) => kernels.get(uri.toString())?.api(access) },
  };
}

class Access {
  #answer;

  async check() {
    this.#answer ??= ask();
    if ((await this.#answer) && vscode.workspace.isTrusted) return;
    const error = new Error('Access to Jupyter Kernel has been revoked');
    error.name = 'vscode.jupyter.apiAccessRevoked';
    throw error;
  }
}

async function ask() {
  const question = 'Do you want to grant Kernel access to the extension MLflow Secrets Auth?';
  return (await vscode.window.showInformationMessage(question, { modal: true }, 'Allow', 'Deny')) === 'Allow';
}

class Kernel {
  #child;
  #order = 0;
  #running;
  #turn = Promise.resolve();
  #api;

  constructor(script) {
    const [folder] = vscode.workspace.workspaceFolders ?? [];
    // As the Jupyter extension does: what the extension host's environment holds when the kernel starts.
    this.#child = spawn('python', [script], {
      env: { ...process.env },
      cwd: folder?.uri.fsPath,
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    createInterface({ input: this.#child.stdout }).on('line', (line) => this.#receive(JSON.parse(line)));
    const fail = (reason) => this.#receive({ type: 'done', ok: false, reason });
    this.#child.on('error', (error) => fail(error.message));
    this.#child.on('exit', (code) => fail(`The kernel ended (${code}).`));
  }

  async run(cell, controller) {
    const execution = controller.createNotebookCellExecution(cell);
    execution.executionOrder = ++this.#order;
    execution.start(Date.now());
    await execution.clearOutput();
    const ok = await this.#execute(
      cell.document.getText(),
      (list) => void execution.appendOutput(output(list)),
    );
    execution.end(ok, Date.now());
    return ok;
  }

  /** For other extensions. */
  api(access) {
    const execute = (code, show) => this.#execute(code, show);
    this.#api ??= Object.freeze({
      language: 'python',
      status: 'idle',
      onDidChangeStatus: () => ({ dispose: () => undefined }),
      async *executeCode(code) {
        await access.check();
        const shown = [];
        await execute(code, (list) => shown.push({ items: list }));
        yield* shown;
      },
    });
    return this.#api;
  }

  async #execute(code, show) {
    const mine = this.#turn.then(
      () =>
        new Promise((resolve) => {
          this.#running = { show, resolve };
          this.#child.stdin.write(JSON.stringify({ code }) + '\n');
        }),
    );
    this.#turn = mine;
    const ok = await mine;
    this.#running = undefined;
    return ok;
  }

  stop() {
    this.#child.kill();
  }

  #receive(message) {
    if (this.#running === undefined) return;
    const { show, resolve } = this.#running;
    if (message.type === 'done') {
      if (message.reason) show([text(message.reason, 'stderr')]);
      resolve(message.ok);
      return;
    }
    show(items(message));
  }
}

function items({ type, name, data, ename, evalue, traceback }) {
  if (type === 'stream') return [text(data, name)];
  if (type === 'error') {
    const error = new Error(evalue);
    Object.assign(error, { name: ename, stack: traceback });
    return [vscode.NotebookCellOutputItem.error(error)];
  }
  return Object.entries(data).map(([mime, value]) =>
    mime.startsWith('image/') && mime !== 'image/svg+xml'
      ? new vscode.NotebookCellOutputItem(Buffer.from(value, 'base64'), mime)
      : vscode.NotebookCellOutputItem.text(value, mime),
  );
}

function text(value, stream) {
  return stream === 'stderr'
    ? vscode.NotebookCellOutputItem.stderr(value)
    : vscode.NotebookCellOutputItem.stdout(value);
}

function output(list) {
  return new vscode.NotebookCellOutput(list);
}
