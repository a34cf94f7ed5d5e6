import * as vscode from 'vscode';
import { harmfulCommand } from '../corpus.ts';

/** Has the command that hostile links lead to, which says so when somebody runs it. */
export function activate(context: vscode.ExtensionContext): void {
  const sing = async (): Promise<void> => {
    await fetch(`${process.env['WORDS_URL'] ?? ''}/harm`, { method: 'POST', body: '{}' });
  };
  context.subscriptions.push(vscode.commands.registerCommand(harmfulCommand, sing));
}
