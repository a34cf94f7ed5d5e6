import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { firstLine } from '../first-line.ts';

export interface DeadDrive {
  readonly folder: string;
  stop(): Promise<void>;
}

/** A drive that never answers, as one of the network whose server is gone. `undefined` where this system lets nobody mount one. */
export async function mountDeadDrive(folder: string): Promise<DeadDrive | undefined> {
  if (process.platform !== 'linux') return undefined;
  await mkdir(folder, { recursive: true });
  const program = join(import.meta.dirname, 'dead_drive.py');
  const child = spawn('python3', [program, folder], { stdio: ['pipe', 'pipe', 'ignore'] });
  const exited = once(child, 'exit');
  const isMounted = await Promise.race([
    firstLine(child.stdout).then(() => true),
    exited.then(() => false),
  ]).catch(() => false);
  if (!isMounted) return undefined;
  return {
    folder,
    stop: async () => {
      child.stdin.end();
      await exited;
    },
  };
}
