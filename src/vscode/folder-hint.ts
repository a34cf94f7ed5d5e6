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
      {
        label: l10n.t('Use Them'),
        run: () => vscode.commands.executeCommand(commands.switchServer, folder.folderUri),
      },
      { label: l10n.t('Not in This Workspace'), run: () => undefined },
    ],
  );
}
