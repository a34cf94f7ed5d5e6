import * as vscode from 'vscode';
import { completedUri, parseTrackingUri } from '../configuration/tracking-uri.ts';
import { settingsInFile } from '../settings/settings-file.ts';
import type { SettingChanges } from '../settings/written-values.ts';
import { folderSettings } from './folder-settings.ts';

/** A folder of a workspace file whose own settings name a tracking server. */
export interface FolderServer {
  readonly folderUri: string;
  /** For people. */
  readonly folder: string;
  /** Address of the tracking server. */
  readonly server: string;
  readonly settings: SettingChanges;
}

/**
 * In a window with a workspace file, the editor ignores our settings in the folders' own files, also in what it says of
 * a setting: their scope is the window. So the files are read here.
 */
export async function folderServers(): Promise<readonly FolderServer[]> {
  const { workspaceFile, workspaceFolders = [] } = vscode.workspace;
  if (workspaceFile === undefined) return [];
  const local = workspaceFolders.filter(({ uri }) => uri.scheme === 'file');
  return (await Promise.all(local.map(serverOf))).flat();
}

async function serverOf({ uri, name }: vscode.WorkspaceFolder): Promise<readonly FolderServer[]> {
  const settings = settingsInFile((await folderSettings(uri)) ?? '');
  const { trackingUri } = settings;
  const parsed = typeof trackingUri === 'string' && parseTrackingUri(completedUri(trackingUri));
  if (parsed === false || parsed.kind !== 'ok') return [];
  const { origin, basePath } = parsed.server;
  return [{ folderUri: uri.toString(), folder: name, server: origin + basePath, settings }];
}
