import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { addressIn } from '../configuration/destination.ts';
import { commands } from '../settings/manifest.ts';
import { folderServers } from './folder-servers.ts';
import type { FolderServer } from './folder-servers.ts';
import { showMessage } from './sinks/messages.ts';
import type { RememberedWorkspace } from './workspace-memory.ts';

/**
 * Tells, once for each, of folders whose own settings the editor does not use, where they name another tracking server
 * than the one in use. Before anything is set up, *Connect* offers them.
 */
export async function hintAtFolders(
  workspace: Pick<RememberedWorkspace, 'isKnown' | 'hintedFolders' | 'noteFolderHint' | 'approvals'>,
): Promise<void> {
  if (!workspace.isKnown) return;
  const { approved } = workspace.approvals;
  const inUse = approved && addressIn(approved);
  const isNew = ({ folderUri, server }: FolderServer): boolean =>
    server !== inUse && !workspace.hintedFolders.includes(folderUri);
  const folder = (await folderServers()).find(isNew);
  if (folder === undefined) return;
  await workspace.noteFolderHint(folder.folderUri);
  await showMessage(
    'information',
    [
      l10n.t('The settings of the folder {0} name the tracking server {1}.', folder.folder, folder.server),
      l10n.t('A window has one connection, so VS Code does not use the settings of single folders.'),
    ],
    [
      { label: l10n.t('Use Them'), run: async () => useSettingsOf(folder) },
      { label: l10n.t('Not in This Workspace'), run: () => undefined },
    ],
  );
}

/** The editor cannot take a message back when its folder is removed: its button says so. */
async function useSettingsOf({ folderUri, folder }: FolderServer): Promise<void> {
  const isThere = vscode.workspace.workspaceFolders?.some(({ uri }) => uri.toString() === folderUri);
  if (isThere) await vscode.commands.executeCommand(commands.switchServer, folderUri);
  else await showMessage('information', [l10n.t('The folder {0} is no longer in this workspace.', folder)]);
}
