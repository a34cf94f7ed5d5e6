import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

export interface Child {
  readonly pid: number;
  readonly logFile: string;
  /** Ends the process and those that it started. May be called more than once. */
  stop(): Promise<void>;
}

export interface ChildOptions {
  readonly command: string;
  readonly args: readonly string[];
  readonly logFile: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly cwd?: string;
  /** Asked again and again until true; a refused connection counts as "not yet". */
  readonly isReady: () => Promise<boolean>;
  readonly readyWithinMs: number;
}

const running = new Set<ChildProcess>();

// A run that is ended from outside leaves nothing behind.
process.on('exit', () => {
  for (const child of running) signalGroup(child, 'SIGKILL');
});

/** Starts a server in a process group of its own and waits until it answers. */
export async function startChild(options: ChildOptions): Promise<Child> {
  const { command, args, logFile, env, cwd } = options;
  const child = spawn(command, args, {
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: env ?? process.env,
    ...(cwd !== undefined && { cwd }),
  });
  const log = createWriteStream(logFile, { flags: 'a' });
  child.stdout.pipe(log, { end: false });
  child.stderr.pipe(log, { end: false });
  running.add(child);
  const ended = once(child, 'exit').finally(() => running.delete(child));
  const stop = async (): Promise<void> => {
    if (child.exitCode === null && child.signalCode === null) {
      signalGroup(child, 'SIGTERM');
      const gone = await Promise.race([ended.then(() => true), sleep(5000, false, { ref: false })]);
      if (!gone) signalGroup(child, 'SIGKILL');
    }
    await ended;
  };
  try {
    await waitUntilReady(options, child);
  } catch (error) {
    await stop();
    throw error;
  }
  if (child.pid === undefined) throw new Error(`${command} has no process id`);
  return { pid: child.pid, logFile, stop };
}

async function waitUntilReady(
  { command, logFile, isReady, readyWithinMs }: ChildOptions,
  child: ChildProcess,
): Promise<void> {
  const deadline = Date.now() + readyWithinMs;
  let failure: unknown;
  while (Date.now() < deadline) {
    if (child.exitCode !== null || child.signalCode !== null) break;
    try {
      if (await isReady()) return;
    } catch (error) {
      failure = error;
    }
    await sleep(100);
  }
  const lines = (await readFile(logFile, 'utf8')).trim().split('\n').slice(-15).join('\n');
  throw new Error(`${command} did not become ready. Its last lines (${logFile}):\n${lines}`, {
    cause: failure,
  });
}

function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** A loopback port that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
