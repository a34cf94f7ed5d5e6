import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { commands, section } from '../../settings/manifest.ts';
import type { Problem, ProblemAction } from '../../problem.ts';

/** Shows what happened, what to do, and a button where a command can do it. */
export async function showProblem(problem: Problem): Promise<void> {
  const label = problem.action === undefined ? undefined : labelOf(problem.action);
  const showLog = l10n.t('Show Log');
  const buttons = label === undefined ? [showLog] : [label, showLog];
  const chosen = await vscode.window.showErrorMessage(`${problem.message} ${problem.remedy}`, ...buttons);
  if (chosen === showLog) await vscode.commands.executeCommand(commands.showConnection);
  else if (chosen !== undefined && problem.action) await run(problem.action);
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
    case 'runInTerminal': {
      const terminal = vscode.window.createTerminal({ name: action.label });
      terminal.show();
      terminal.sendText(action.command);
      break;
    }
    case 'retry':
      await vscode.commands.executeCommand(commands.connect);
      break;
  }
}
