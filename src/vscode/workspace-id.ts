import { hash, randomUUID } from 'node:crypto';

/** What the editor adds to the name of a folder that another window of the workspace has locked, or has just had. */
const copySuffix = /-\d(?=[\\/][^\\/]+$)/;

/**
 * Names a workspace in the same way in all of its windows, and says nothing of it. `storageFolder`: the extension's own
 * for this workspace; a window without one is a workspace of its own.
 */
export function workspaceId(storageFolder: string | undefined): string {
  if (storageFolder === undefined) return randomUUID();
  return hash('sha256', storageFolder.replace(copySuffix, ''), 'base64url').slice(0, 22);
}
