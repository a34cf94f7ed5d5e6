import { execFile } from 'node:child_process';
import { stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { HostileWindow } from '../hostile/window.ts';
import { kernelScript } from '../support/python/kernel.ts';
import type { KernelStep } from '../support/python/kernel.ts';
import { startChild } from '../support/servers/child.ts';
import { tools } from '../support/setup/parts.mjs';
import { Terminal } from '../support/workbench/terminal.ts';
import type { Workbench } from '../support/workbench/workbench.ts';
import { until } from '../support/until.ts';

/** Sockets on which clients are had. */
export interface ClientPrograms {
  /** From a program in a terminal. */
  readonly terminal: string;
  /** From one in a session of tmux, which the terminal has started. */
  readonly tmux: string;
  /** From the kernel of a notebook, which is one client at a time. */
  readonly kernel: string;
}

interface Started {
  readonly programs: ClientPrograms;
  readonly end: () => Promise<void>;
}

/** Of programs that import MLflow, on a machine that is busy with other work. */
const readyWithinMs = 240_000;

const script = (name: string): string => join(import.meta.dirname, name);

/** Programs with the environment of a window, from which clients of MLflow are had. */
export class Programs {
  readonly #folder: string;
  #count = 0;
  #started: (Started & { readonly token: string }) | undefined;
  /** Their terminal is gone. */
  #isLost = false;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** New ones where the token is another one, or the terminal is gone. */
  async of(window: HostileWindow, workbench: Workbench): Promise<ClientPrograms> {
    const { token } = await window.connected();
    if (this.#started?.token === token && !this.#isLost) return this.#started.programs;
    await this.stop();
    this.#isLost = false;
    const environment = { ...process.env, ...(await window.environment()) };
    const started = await this.#start(workbench, environment);
    this.#started = { ...started, token };
    return started.programs;
  }

  /** Those of tmux and of the kernel go on. */
  lose(): void {
    this.#isLost = true;
  }

  async stop(): Promise<void> {
    const started = this.#started;
    this.#started = undefined;
    await started?.end();
  }

  async #start(workbench: Workbench, env: NodeJS.ProcessEnv): Promise<Started> {
    this.#count += 1;
    const at = (name: string): string => join(this.#folder, `${name}-${this.#count}`);
    const programs = { terminal: at('clients'), tmux: at('in-tmux'), kernel: at('in-kernel') };
    const python = tools.python('mlflow');
    const tmux = ['-S', at('tmux'), '-f', '/dev/null'];
    await using started = new AsyncDisposableStack();
    const terminal = new Terminal(workbench);
    await terminal.open();
    await terminal.type(
      `tmux ${tmux.join(' ')} new-session -d "${python} ${script('clients.py')} ${programs.tmux}"`,
    );
    started.defer(async () => {
      await promisify(execFile)('tmux', [...tmux, 'kill-server']);
    });
    await terminal.type(`${python} ${script('clients.py')} ${programs.terminal}`);
    await terminal.waitFor(/clients can be had/, readyWithinMs);
    const steps: readonly KernelStep[] = [{ code: cell(programs.kernel), isEndless: true }];
    await writeFile(at('kernel.json'), JSON.stringify(steps));
    const kernel = await startChild({
      command: python,
      args: [kernelScript, at('kernel.json')],
      env,
      logFile: at('kernel.log'),
      isReady: async () => isThere(programs.kernel),
      readyWithinMs,
    });
    started.defer(async () => kernel.stop());
    await until(
      async () => isThere(programs.tmux),
      () => 'nothing runs in tmux',
    );
    const all = started.move();
    return { programs, end: async () => all.disposeAsync() };
  }
}

/** Is clients of MLflow, one after the other. */
function cell(address: string): string {
  const folder = JSON.stringify(import.meta.dirname);
  return `import sys\nsys.path.insert(0, ${folder})\nfrom clients import be_clients\nbe_clients(${JSON.stringify(address)})`;
}

async function isThere(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined)) !== undefined;
}
