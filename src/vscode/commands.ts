import * as vscode from 'vscode';
import { commands } from '../settings/manifest.ts';
import type { CommandId, contextKeys } from '../settings/manifest.ts';
import { asProblem, inOneText } from '../problem.ts';
import type { Problem } from '../problem.ts';
import type { Log } from './sinks/log-channel.ts';

export interface CommandRegistration {
  readonly load: () => Promise<CommandHandlers>;
  readonly show: (problem: Problem) => Promise<void>;
  readonly log: Log;
}

export type CommandHandlers = Readonly<Record<CommandId, (argument?: unknown) => unknown>>;

/**
 * Registers every command; what they do is loaded with the first. What one throws is shown: VS Code would show the message
 * alone, with the links that somebody may have written into it.
 */
export function registerCommands({ load, show, log }: CommandRegistration): vscode.Disposable {
  let handlers: Promise<CommandHandlers> | undefined;
  const registrations = Object.values(commands).map((id) =>
    vscode.commands.registerCommand(id, async (argument?: unknown) => {
      try {
        return await (await (handlers ??= load()))[id](argument);
      } catch (error) {
        const problem = asProblem(error, 'settings.unexpected', 'afterFix');
        log.error(inOneText(problem));
        void show(problem);
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
