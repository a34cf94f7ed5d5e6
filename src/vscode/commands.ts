import * as vscode from 'vscode';
import type { CommandId, contextKeys } from '../settings/manifest.ts';
import { Problem } from '../problem.ts';
import type { Log } from './log.ts';
import { showProblem } from './status/problem-message.ts';

export type CommandHandlers = Readonly<Record<CommandId, () => unknown>>;

/** Registers every command. A `Problem` that one throws is shown: VS Code would show only its message. */
export function registerCommands(handlers: CommandHandlers, log: Log): vscode.Disposable {
  const registrations = Object.entries(handlers).map(([id, handler]) =>
    vscode.commands.registerCommand(id, async () => {
      try {
        return await handler();
      } catch (error) {
        if (!(error instanceof Problem)) throw error;
        log.error(`${error.code}: ${error.message} ${error.remedy}`);
        void showProblem(error);
        return undefined;
      }
    }),
  );
  return vscode.Disposable.from(...registrations);
}

/** Sets a key that `when` clauses of the manifest look at. */
export async function setContext(
  key: (typeof contextKeys)[keyof typeof contextKeys],
  value: boolean,
): Promise<void> {
  await vscode.commands.executeCommand('setContext', key, value);
}
