import { AsyncLocalStorage } from 'node:async_hooks';
import { ChildProcess, spawn } from 'node:child_process';
import { subscribe } from 'node:diagnostics_channel';
import { readFileSync } from 'node:fs';
import { atMost } from '../../deadline.ts';

/** A process that is asked to end may still put its own files in order. */
const graceMs = 400;

/**
 * The programs that the SDK starts for one source, such as the `credential_process` of an AWS profile or `az`. The SDKs
 * wait for them and cannot end them; Node.js tells of each that is started.
 */
export class ChildProcesses {
  readonly #running = new Set<ChildProcess>();
  readonly #end: (child: ChildProcess) => Promise<void>;
  #isOver = false;

  constructor(end: (child: ChildProcess) => Promise<void> = endTree) {
    this.#end = end;
  }

  /** What is started within this call is one of them; nobody waits for them any longer when it fails. */
  async within<T>(work: () => Promise<T>): Promise<T> {
    subscribeOnce();
    try {
      return await owner.run(this, work);
    } catch (error) {
      void this.#endAll();
      throw error;
    }
  }

  add(child: ChildProcess): void {
    this.#running.add(child);
    child.once('close', () => this.#running.delete(child));
    child.once('error', () => this.#running.delete(child));
    // A sign-in may be on its way to start one while its source is closed.
    if (this.#isOver) child.once('spawn', () => void this.#endAll());
  }

  /** Ends those that run, with what they have started, and from now on each as soon as it is started. */
  async close(): Promise<void> {
    this.#isOver = true;
    await this.#endAll();
  }

  /** What ends a program may be a program itself (`taskkill`), which is none of them. */
  async #endAll(): Promise<void> {
    await Promise.all(
      [...this.#running].map(async (child) => owner.run(undefined, async () => this.#end(child))),
    );
  }
}

const owner = new AsyncLocalStorage<ChildProcesses | undefined>();
let isSubscribed = false;

function subscribeOnce(): void {
  if (isSubscribed) return;
  isSubscribed = true;
  subscribe('child_process', (message) => {
    if (typeof message !== 'object' || message === null || !('process' in message)) return;
    if (message.process instanceof ChildProcess) owner.getStore()?.add(message.process);
  });
}

async function endTree(child: ChildProcess): Promise<void> {
  const { pid } = child;
  if (pid === undefined || hasEnded(child)) return;
  // Not `once`, which rejects where a signal cannot be sent.
  const exited = new Promise((resolve) => child.once('exit', resolve));
  if (process.platform === 'win32') {
    const ending = spawn('taskkill', ['/pid', String(pid), '/t', '/f'], {
      stdio: 'ignore',
      windowsHide: true,
    });
    ending.once('error', () => child.kill());
    await atMost(exited, graceMs);
    return;
  }
  const tree = [pid, ...descendantsOf(pid)];
  for (const one of tree) signal(one, 'SIGTERM');
  await atMost(exited, graceMs);
  // Its number is its own until it is known to have ended; those of the others are not used again so soon.
  for (const one of hasEnded(child) ? tree.slice(1) : tree) signal(one, 'SIGKILL');
}

function hasEnded({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null;
}

/** On Linux; elsewhere a shell that does not become its program leaves that behind. */
function descendantsOf(pid: number): readonly number[] {
  let text: string;
  try {
    text = readFileSync(`/proc/${pid}/task/${pid}/children`, 'latin1');
  } catch {
    return [];
  }
  const children = text
    .split(' ')
    .filter((one) => one !== '')
    .map(Number);
  return children.flatMap((child) => [child, ...descendantsOf(child)]);
}

function signal(pid: number, name: 'SIGTERM' | 'SIGKILL'): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    // It has ended, or is another user's, as `sudo` is: that one is not ours to end.
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ESRCH' && code !== 'EPERM') throw error;
  }
}
