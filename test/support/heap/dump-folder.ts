import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Where a process writes what is in its memory. */
export function dumpFolderOf(pid: number): string {
  return join(tmpdir(), `mlflow-memory-of-${pid}`);
}
