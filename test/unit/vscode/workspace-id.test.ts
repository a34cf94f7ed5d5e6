import assert from 'node:assert/strict';
import { workspaceId } from '../../../src/vscode/workspace-id.ts';

/** The editor's memory of a window, which outlives reloads. */
function newMemory(): Parameters<typeof workspaceId>[0] {
  const values = new Map<string, unknown>();
  return {
    get: (key) => values.get(key),
    update: async (key, value) => Promise.resolve(void values.set(key, value)),
  };
}

describe('the name of a workspace', () => {
  it('stays the same over reloads of a window without a folder, and is no other window’s', () => {
    const memory = newMemory();
    const id = workspaceId(memory, undefined);
    assert.equal(workspaceId(memory, undefined), id);
    assert.notEqual(workspaceId(newMemory(), undefined), id);
  });

  it('is one in all windows of a folder, also in those to which the editor gave a copy', () => {
    const id = workspaceId(newMemory(), '/storage/0123abcd/extension');
    assert.equal(workspaceId(newMemory(), '/storage/0123abcd-1/extension'), id);
    assert.notEqual(workspaceId(newMemory(), '/storage/4567abcd/extension'), id);
  });
});
