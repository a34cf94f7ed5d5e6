import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { commands } from '../../settings/manifest.ts';
import { linkInTerminals } from '../sinks/terminal-links.ts';
import type { LinksHost } from './linked-server.ts';
import { printedLinks } from './printed-links.ts';

/**
 * Links that MLflow prints in a terminal open as "Open MLflow" does. The editor's own link would name a port of the machine
 * that the extension runs on: a remote window would forward it, and the page would only be sent on.
 */
export function terminalLinks({ linkedServer }: LinksHost): vscode.Disposable {
  return linkInTerminals(
    l10n.t('Open at the tracking server'),
    (line) => {
      const server = linkedServer();
      return server === undefined ? [] : printedLinks(line, server);
    },
    async (page) => vscode.commands.executeCommand(commands.openMlflow, page),
  );
}
