import { hash, randomUUID } from 'node:crypto';
import type { WorkspaceMemory } from '../connection/approvals.ts';

const idKey = 'id';

/** What the editor adds to the name of a folder that another window of the workspace has locked, or has just had. */
const copySuffix = /-\d(?=[\\/][^\\/]+$)/;

/**
 * Names a workspace in the same way in all of its windows, and says nothing of it. `storageFolder`: the extension's own
 * for this workspace. A window without one is a workspace of its own, whose `memory` outlives a reload.
 */
export function workspaceId(memory: WorkspaceMemory, storageFolder: string | undefined): string {
  if (storageFolder !== undefined) {
    return hash('sha256', storageFolder.replace(copySuffix, ''), 'base64url').slice(0, 22);
  }
  const remembered = memory.get(idKey);
  if (typeof remembered === 'string') return remembered;
  const id = randomUUID();
  void memory.update(idKey, id);
  return id;
}
