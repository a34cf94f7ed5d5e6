import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { commands, section } from '../../settings/manifest.ts';
import type { Problem, ProblemAction } from '../../problem.ts';
import { showMessage } from '../sinks/messages.ts';
import type { Button } from '../sinks/messages.ts';
import { isPlainCommand } from '../sinks/plain-command.ts';
import { runCommand } from '../sinks/terminals.ts';

/** Shows what happened, what to do, and a button where a command can do it. */
export async function showProblem(problem: Problem): Promise<void> {
  const { message, remedy, action } = problem;
  const showLog = {
    label: l10n.t('Show Log'),
    run: () => vscode.commands.executeCommand(commands.showConnection),
  };
  const mend = action && isOffered(action) ? [buttonOf(action)] : [];
  await showMessage('error', [message, remedy], [...mend, showLog]);
}

/** A command line that some shell could read in another way is only shown. */
function isOffered(action: ProblemAction): boolean {
  return action.kind !== 'runInTerminal' || isPlainCommand(action.command);
}

function buttonOf(action: ProblemAction): Button {
  return { label: labelOf(action), run: async () => run(action) };
}

function labelOf(action: ProblemAction): string {
  switch (action.kind) {
    case 'configure':
      return l10n.t('Configure');
    case 'enterCredential':
      return l10n.t('Enter Credential');
    case 'openSetting':
      return l10n.t('Open Setting');
    case 'runInTerminal':
      return action.label;
    case 'retry':
      return l10n.t('Try Again');
  }
}

async function run(action: ProblemAction): Promise<void> {
  switch (action.kind) {
    case 'configure':
      await vscode.commands.executeCommand(commands.configure);
      break;
    case 'enterCredential':
      await vscode.commands.executeCommand(commands.enterCredential);
      break;
    case 'openSetting':
      await vscode.commands.executeCommand(
        'workbench.action.openSettings',
        `@id:${section}.${action.setting}`,
      );
      break;
    case 'runInTerminal':
      runCommand(action.label, action.command);
      break;
    case 'retry':
      await vscode.commands.executeCommand(commands.connect);
      break;
  }
}
