import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { join } from 'node:path';
import { tools } from '../support/setup/parts.mjs';

/** A Python program that says line by line what happens. */
export interface Program {
  readonly pid: number;
  /** Waits for a line that is said from now on; resolves to it. */
  says(line: RegExp): Promise<string>;
  stop(): Promise<void>;
}

/** Starts a program of this folder; `environment`: beside, or in place of, this process's own. */
export function startProgram(
  name: string,
  args: readonly string[] = [],
  environment: NodeJS.ProcessEnv = {},
): Program {
  const file = join(import.meta.dirname, name);
  const child = spawn(tools.python('mlflow'), [file, ...args], {
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: child.stdout });
  const ended = once(child, 'exit');
  return {
    pid: child.pid ?? 0,
    says: async (wanted) =>
      new Promise((resolve, reject) => {
        const heard: string[] = [];
        const end = (): void => reject(new Error(`${name} ended after: ${heard.slice(-5).join(' / ')}`));
        const hear = (line: string): void => {
          heard.push(line);
          if (!wanted.test(line)) return;
          lines.off('line', hear).off('close', end);
          resolve(line);
        };
        lines.on('line', hear).once('close', end);
      }),
    stop: async () => {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

export function startJob(environment: NodeJS.ProcessEnv): Program {
  // As often as by default, but not for minutes.
  return startProgram('job.py', [], { ...environment, MLFLOW_HTTP_REQUEST_BACKOFF_FACTOR: '1' });
}
