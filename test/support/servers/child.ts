import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { constants } from 'node:os';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { note, signalGroup } from './left-over.ts';

export interface Child {
  readonly pid: number;
  readonly logFile: string;
  /** Ends the process and those that it started. May be called more than once. */
  readonly stop: () => Promise<void>;
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

const maxPortAttempts = 3;

/** By process group: what to do when it has ended. */
const running = new Map<number, () => void>();

function stopAll(): void {
  for (const [group, forget] of running) {
    signalGroup(group, 'SIGKILL');
    forget();
  }
}

process.on('exit', stopAll);
// A signal ends a process without its exit event. Who listens too, such as mocha or the demo, decides when it is over.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    if (process.listenerCount(signal) === 1) process.exit(128 + constants.signals[signal]);
  });
}

/** Starts a server in a process group of its own and waits until it answers. */
export async function startChild(options: ChildOptions): Promise<Child> {
  const { command, args, logFile, env, cwd } = options;
  await mkdir(dirname(logFile), { recursive: true });
  const child = spawn(command, args, {
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: env ?? process.env,
    ...(cwd !== undefined && { cwd }),
  });
  await once(child, 'spawn').catch((error: unknown) => {
    throw new Error(`${command} could not be started. Is it installed?`, { cause: error });
  });
  const group = child.pid;
  if (group === undefined) throw new Error(`${command} has no process id`);
  running.set(group, note(group));
  const log = createWriteStream(logFile, { flags: 'a' });
  child.stdout.pipe(log, { end: false });
  child.stderr.pipe(log, { end: false });
  child.once('close', () => log.end());
  const ended = once(child, 'exit').finally(() => {
    running.get(group)?.();
    running.delete(group);
  });
  const stop = async (): Promise<void> => {
    if (!hasEnded(child)) {
      signalGroup(group, 'SIGTERM');
      const gone = await Promise.race([ended.then(() => true), sleep(5000, false, { ref: false })]);
      if (!gone) signalGroup(group, 'SIGKILL');
    }
    await ended;
  };
  try {
    await waitUntilReady(options, child);
  } catch (error) {
    await stop();
    throw error;
  }
  return { pid: group, logFile, stop };
}

export interface ServerOnPort extends Child {
  readonly port: number;
}

/** Starts a server on a free port. Another process may take the port first; then the server gets another one. */
export async function startOnFreePort(optionsFor: (port: number) => ChildOptions): Promise<ServerOnPort> {
  for (let attempt = 1; ; attempt += 1) {
    const port = await freePort();
    try {
      return { ...(await startChild(optionsFor(port))), port };
    } catch (error) {
      if (attempt === maxPortAttempts || !/address.* in use|EADDRINUSE/i.test(String(error))) throw error;
    }
  }
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}

async function waitUntilReady(
  { command, logFile, isReady, readyWithinMs }: ChildOptions,
  child: ChildProcess,
): Promise<void> {
  const deadline = Date.now() + readyWithinMs;
  let failure: unknown;
  while (Date.now() < deadline && !hasEnded(child)) {
    try {
      if (await isReady()) return;
    } catch (error) {
      failure = error;
    }
    await sleep(100);
  }
  const what = hasEnded(child)
    ? `ended with ${child.exitCode ?? child.signalCode ?? 'nothing'}`
    : `did not answer within ${readyWithinMs / 1000} s`;
  const lines = (await readFile(logFile, 'utf8').catch(() => '')).trim().split('\n').slice(-15).join('\n');
  throw new Error(`${command} ${what}. Its last lines (${logFile}):\n${lines}`, { cause: failure });
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
