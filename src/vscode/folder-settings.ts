import { join } from 'node:path';
import type { Uri } from 'vscode';
import { readSmallFile, unlessUnread } from '../read-small-file.ts';

const maxFileBytes = 500_000;

/** The text of a folder's own settings, where it has any: the editor does not tell of those that it does not use. */
export async function folderSettings({ fsPath }: Uri): Promise<string | undefined> {
  return unlessUnread(readSmallFile(join(fsPath, '.vscode', 'settings.json'), maxFileBytes));
}
