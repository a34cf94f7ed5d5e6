import * as vscode from 'vscode';
import type { CommandId, contextKeys } from '../settings/manifest.ts';
import { asProblem, inOneText } from '../problem.ts';
import type { Log } from './sinks/log-channel.ts';
import { showProblem } from './status/problem-message.ts';

export type CommandHandlers = Readonly<Record<CommandId, (argument?: unknown) => unknown>>;

/**
 * Registers every command. What one throws is shown here: VS Code would show the message alone, with the links that
 * somebody may have written into it.
 */
export function registerCommands(handlers: CommandHandlers, log: Log): vscode.Disposable {
  const registrations = Object.entries(handlers).map(([id, handler]) =>
    vscode.commands.registerCommand(id, async (argument?: unknown) => {
      try {
        return await handler(argument);
      } catch (error) {
        const problem = asProblem(error, 'settings.unexpected', 'afterFix');
        log.error(inOneText(problem));
        void showProblem(problem);
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
