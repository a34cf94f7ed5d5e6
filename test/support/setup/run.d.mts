import type { SpawnOptions } from 'node:child_process';

/** Runs a command with its output in a log; rejects with the log's last lines and its name. */
export declare function run(
  name: string,
  command: string,
  args: readonly string[],
  options?: SpawnOptions,
): Promise<void>;
