import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Servers run in process groups of their own, so they outlive a test process that is killed. Each is noted below the
 * run's folder while it runs, for whoever runs the suites to end.
 */
const folderOf = (runFolder: string): string => join(runFolder, 'processes');

/** Notes a process group; call the result when it has ended. */
export function note(group: number): () => void {
  const runFolder = process.env['RUN_FOLDER'];
  if (runFolder === undefined) return () => undefined;
  const file = join(folderOf(runFolder), String(group));
  mkdirSync(folderOf(runFolder), { recursive: true });
  writeFileSync(file, '');
  return () => rmSync(file, { force: true });
}

/** Ends the process groups that are still noted; gives their numbers. */
export function stopLeftOver(runFolder: string): readonly number[] {
  mkdirSync(folderOf(runFolder), { recursive: true });
  const groups = readdirSync(folderOf(runFolder)).map(Number);
  for (const group of groups) {
    signalGroup(group, 'SIGKILL');
    rmSync(join(folderOf(runFolder), String(group)), { force: true });
  }
  return groups;
}

export function signalGroup(group: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-group, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
