import * as vscode from 'vscode';
import { inertLabel, inertMarkdownCode } from '../../inert.ts';
import { homeFolder } from '../home-folder.ts';
import { folderForCommands, isPlainCommand } from './plain-command.ts';

const maxNameLength = 60;
const maxServerLength = 200;

/** Runs a command in a new terminal, if no shell can read it as anything else; resolves to whether it did. */
export function runCommand(name: string, command: string): boolean {
  if (!isPlainCommand(command)) return false;
  const cwd = folderForCommands(process.platform, homeFolder());
  const terminal = vscode.window.createTerminal({
    name: inertLabel(name, maxNameLength),
    ...(cwd !== undefined && { cwd }),
  });
  terminal.show();
  terminal.sendText(command);
  return true;
}

/** The editor shows the description as Markdown beside a terminal, and as plain text in a document. */
export function describeVariables(
  collection: vscode.EnvironmentVariableCollection,
  sentence: (server: string) => string,
  server: string,
): void {
  collection.description = sentence(inertMarkdownCode(server, maxServerLength));
}
