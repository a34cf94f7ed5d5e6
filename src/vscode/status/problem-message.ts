import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { commands } from '../../settings/manifest.ts';
import { withCode } from '../../problem.ts';
import type { Problem, ProblemAction } from '../../problem.ts';
import { showMessage } from '../sinks/messages.ts';
import type { Button } from '../sinks/messages.ts';
import { isPlainCommand } from '../sinks/plain-command.ts';
import { runCommand } from '../sinks/terminals.ts';
import { actions } from './actions.ts';
import type { Action } from './actions.ts';

/** Shows what happened, what to do, a button where a command can do it, and where more can be found. */
export async function showProblem(
  problem: Problem,
  more: readonly Button[] = [commandButton(actions.diagnose())],
): Promise<void> {
  const { message, remedy, code, action } = problem;
  const mend = action && isOffered(action) ? [buttonOf(action)] : [];
  await showMessage('error', [message, withCode(remedy, code)], [...mend, ...more]);
}

/** A command line that some shell could read in another way is only shown. */
function isOffered(action: ProblemAction): boolean {
  return action.kind !== 'runInTerminal' || isPlainCommand(action.command);
}

/** A button that runs the command of the action. */
export function commandButton({ label, command }: Action): Button {
  return { label, run: () => vscode.commands.executeCommand(command) };
}

function buttonOf(action: ProblemAction): Button {
  switch (action.kind) {
    case 'configure':
      return commandButton(actions.configure());
    case 'enterCredential':
      return commandButton(actions.credential());
    case 'openSetting':
      return {
        label: l10n.t('Change Setting'),
        run: () => vscode.commands.executeCommand(commands.changeSetting, action.setting),
      };
    case 'refresh':
      return commandButton(actions.refresh());
    case 'runInTerminal':
      return { label: action.label, run: () => runCommand(action.label, action.command) };
    case 'signIn':
      return commandButton(actions.signIn());
    case 'retry':
      return commandButton(actions.retry());
  }
}
