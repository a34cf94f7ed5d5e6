import { Buffer } from 'node:buffer';
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import * as vscode from 'vscode';

const notebookTypes = ['jupyter-notebook', 'interactive'];

/**
 * Stands in for the Jupyter extension, which is in no registry: one ipykernel for each notebook. Its API behaves as that
 * of version 2026.6.1 does (src/standalone/api/kernels in its source): only kernels that the user has started, the same
 * frozen object for each, restarts included, a modal question once, nothing in folders that are not trusted, and code that
 * waits its turn. A restarted kernel has the environment of before, as where the Python extension has kept that.
 */
export function activate(context) {
  const kernels = new Map();
  for (const type of notebookTypes) {
    const controller = vscode.notebooks.createNotebookController(
      `ipykernel-stand-in-${type}`,
      type,
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
    context.subscriptions.push(controller);
  }
  const access = new Access();
  const stopAll = { dispose: () => kernels.forEach((kernel) => kernel.stop()) };
  const restart = vscode.commands.registerCommand('jupyter.restartkernel', ({ notebookEditor }) =>
    kernels.get(notebookEditor.notebookUri.toString())?.restart(),
  );
  context.subscriptions.push(stopAll, restart);
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
  #script;
  // As the Jupyter extension does: what the extension host's environment holds when the kernel starts.
  #env = { ...process.env };
  #status = new vscode.EventEmitter();

  constructor(script) {
    this.#script = script;
    this.#start();
  }

  #start() {
    const [folder] = vscode.workspace.workspaceFolders ?? [];
    const child = spawn('python', [this.#script], {
      env: this.#env,
      cwd: folder?.uri.fsPath,
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    this.#child = child;
    const receive = (message) => {
      if (this.#child === child) this.#receive(message);
    };
    createInterface({ input: child.stdout }).on('line', (line) => receive(JSON.parse(line)));
    const fail = (reason) => receive({ type: 'done', ok: false, reason });
    child.on('error', (error) => fail(error.message));
    child.on('exit', (code) => fail(`The kernel ended (${code}).`));
  }

  async restart() {
    this.#status.fire('restarting');
    const before = this.#child;
    this.#start();
    before.stdin.end();
    await this.#execute('', () => undefined);
    this.#status.fire('idle');
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
    const onDidChangeStatus = this.#status.event;
    this.#api ??= Object.freeze({
      language: 'python',
      status: 'idle',
      onDidChangeStatus,
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
