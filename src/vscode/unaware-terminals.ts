import { readFile } from 'node:fs/promises';
import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { EnvironmentChange } from '../python/environment.ts';

const telling: ReadonlySet<string> = new Set(['MLFLOW_TRACKING_URI', 'MLFLOW_TRACKING_TOKEN']);

export interface TerminalsBefore {
  /** Names, with the process where several have the same, of those whose programs find another address or session token, or none: they were opened before the connection. */
  readonly unaware: readonly string[];
  /** Of how many the system does not say with which variables their shell was started; Linux does. */
  readonly unknown: number;
}

/** Which of the terminals that are open cannot use the connection. */
export async function terminalsBefore(
  variables: readonly EnvironmentChange[] | undefined,
): Promise<TerminalsBefore> {
  const expected = (variables ?? [])
    .filter(({ name }) => telling.has(name))
    .map(({ name, value }) => `${name}=${value}`);
  if (expected.length === 0) return { unaware: [], unknown: 0 };
  const isAlone = (own: string): boolean =>
    vscode.window.terminals.filter(({ name }) => name === own).length === 1;
  const looked = await Promise.all(
    vscode.window.terminals.map(async ({ name, processId, exitStatus }) => {
      const pid = exitStatus === undefined ? await processId : undefined;
      const started = pid === undefined ? undefined : await startVariables(pid);
      return {
        name: isAlone(name) || pid === undefined ? name : l10n.t('{0} (process {1})', name, String(pid)),
        isOver: exitStatus !== undefined,
        knows: started && expected.every((line) => started.has(line)),
      };
    }),
  );
  const running = looked.filter(({ isOver }) => !isOver);
  return {
    unaware: running.filter(({ knows }) => knows === false).map(({ name }) => name),
    unknown: running.filter(({ knows }) => knows === undefined).length,
  };
}

/** `undefined`: it has ended, or is another user's, or the system does not tell. */
async function startVariables(pid: number): Promise<ReadonlySet<string> | undefined> {
  try {
    return new Set((await readFile(`/proc/${pid}/environ`, 'utf8')).split('\0'));
  } catch {
    return undefined;
  }
}
