import * as vscode from 'vscode';
import type { CommandId } from '../settings/manifest.ts';
import { Problem } from '../problem.ts';
import type { Log } from './log.ts';
import { showProblem } from './status/problem-message.ts';

export type CommandHandlers = Readonly<Record<CommandId, () => Promise<unknown>>>;

/** Registers every command; what one throws is shown, because the editor shows less. */
export function registerCommands(handlers: CommandHandlers, log: Log): vscode.Disposable {
  const registrations = Object.entries(handlers).map(([id, handler]) =>
    vscode.commands.registerCommand(id, async () => {
      try {
        return await handler();
      } catch (error) {
        if (!(error instanceof Problem)) throw error;
        log.error(`${error.code}: ${error.message}`);
        void showProblem(error);
        return undefined;
      }
    }),
  );
  return vscode.Disposable.from(...registrations);
}
