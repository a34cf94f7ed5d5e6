import { readFile } from 'node:fs/promises';
import * as vscode from 'vscode';
import type { EnvironmentChange } from '../../python/environment.ts';

const telling: ReadonlySet<string> = new Set(['MLFLOW_TRACKING_URI', 'MLFLOW_TRACKING_TOKEN']);

/**
 * Terminals whose programs find another address or session token, or none: they were opened before the connection. Where
 * the system does not say with which variables a shell was started, none is named; Linux does.
 */
export async function unawareTerminals(
  variables: readonly EnvironmentChange[] | undefined,
): Promise<readonly string[]> {
  const expected = (variables ?? [])
    .filter(({ name }) => telling.has(name))
    .map(({ name, value }) => `${name}=${value}`);
  if (expected.length === 0) return [];
  const looked = await Promise.all(
    vscode.window.terminals.map(async ({ name, processId, exitStatus }) => {
      const pid = exitStatus === undefined ? await processId : undefined;
      const started = pid === undefined ? undefined : await startVariables(pid);
      return started !== undefined && !expected.every((line) => started.has(line)) ? [name] : [];
    }),
  );
  return looked.flat();
}

/** `undefined`: it has ended, or is another user's, or the system does not tell. */
async function startVariables(pid: number): Promise<ReadonlySet<string> | undefined> {
  try {
    return new Set((await readFile(`/proc/${pid}/environ`, 'utf8')).split('\0'));
  } catch {
    return undefined;
  }
}
