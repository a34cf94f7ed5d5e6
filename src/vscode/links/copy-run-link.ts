import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { showMessage } from '../sinks/messages.ts';
import { pickOne } from '../sinks/quick-inputs.ts';
import type { LinkedServer, LinksHost } from './linked-server.ts';
import { linksInOutputs } from './output-links.ts';
import { printedLinks } from './printed-links.ts';

/**
 * *MLflow: Copy Run Link*: in place of a link that MLflow printed with the local address, which opens on this machine only,
 * the one that colleagues can open. From the clipboard, and from the outputs of the notebook in front.
 */
export async function copyRunLink({ linkedServer }: LinksHost): Promise<void> {
  const server = linkedServer();
  const copied = await vscode.env.clipboard.readText();
  await offer(server, server === undefined ? [] : [...addressesIn(copied, server), ...inNotebook(server)]);
}

/** From what is selected in the terminal, which the editor gives by way of the clipboard only. */
export async function copySelectedRunLink({ linkedServer }: LinksHost): Promise<void> {
  const server = linkedServer();
  const before = await vscode.env.clipboard.readText();
  await vscode.commands.executeCommand('workbench.action.terminal.copySelection');
  const selected = await vscode.env.clipboard.readText();
  await vscode.env.clipboard.writeText(before);
  await offer(server, server === undefined ? [] : addressesIn(selected, server));
}

async function offer(server: LinkedServer | undefined, found: readonly string[]): Promise<void> {
  const addresses = [...new Set(found)];
  const [first] = addresses;
  if (server === undefined || first === undefined) {
    void showMessage('warning', nothingFound(server !== undefined));
    return;
  }
  const address = addresses.length === 1 ? first : await choose(addresses, server);
  if (address === undefined) return;
  await vscode.env.clipboard.writeText(address);
  void showMessage('information', [
    l10n.t('Copied.'),
    l10n.t('The link opens at {0}.', server.tracking.origin),
  ]);
}

async function choose(addresses: readonly string[], { tracking }: LinkedServer): Promise<string | undefined> {
  const home = `${tracking.origin}${tracking.basePath}/#/`;
  const entries = addresses.map((address) => ({ label: address.replace(home, ''), address }));
  const chosen = await pickOne(
    l10n.t('Copy Run Link'),
    l10n.t('Which link would you like to copy?'),
    entries,
  );
  return chosen?.address;
}

function nothingFound(isConnected: boolean): [string, string] {
  return isConnected
    ? [
        l10n.t('There is no link of this connection.'),
        l10n.t('Copy a link that MLflow printed, then run "MLflow: Copy Run Link" again.'),
      ]
    : [l10n.t('MLflow is disconnected.'), l10n.t('Run "MLflow: Connect" first.')];
}

function addressesIn(text: string, server: LinkedServer): readonly string[] {
  return printedLinks(text, server).map(({ address }) => address);
}

/** What was printed last comes first. */
function inNotebook(server: LinkedServer): readonly string[] {
  const cells = vscode.window.activeNotebookEditor?.notebook.getCells() ?? [];
  const lastFirst = [...cells].sort((a, b) => executionOf(b) - executionOf(a));
  return lastFirst.flatMap((cell) => linksInOutputs(cell, server).map(({ address }) => address));
}

function executionOf({ executionSummary }: vscode.NotebookCell): number {
  return executionSummary?.executionOrder ?? 0;
}
