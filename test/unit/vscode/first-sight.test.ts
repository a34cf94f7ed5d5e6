import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { labels } from '../../../src/vscode/labels.ts';
import { editorWindow } from './connect/inputs-double.ts';

// After the double of the editor.
const { FirstSight } = await import('../../../src/vscode/first-sight.ts');

type Listener = () => void;

describe('a window in which nothing is set up', () => {
  const { workspace, press } = editorWindow;
  const added: Listener[] = [];
  const never = (): { dispose: () => void } => ({ dispose: () => undefined });
  let folder = '';

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mlflow-sight-'));
    await writeFile(join(folder, 'train.py'), 'import mlflow\n');
    Object.assign(workspace, {
      ...{ isTrusted: true, textDocuments: [], workspaceFolders: [] },
      ...{ onDidGrantWorkspaceTrust: never, onDidOpenTextDocument: never },
      onDidChangeWorkspaceFolders: (listener: Listener) => {
        added.push(listener);
        return { dispose: () => added.splice(0) };
      },
    });
  });

  after(async () => {
    for (const name of Object.keys(workspace)) Reflect.deleteProperty(workspace, name);
    editorWindow.press = press;
    await rm(folder, { recursive: true });
  });

  it('shows that the extension is there when a folder is added that uses MLflow, and hints at it once', async () => {
    const messages: string[] = [];
    editorWindow.press = (message) => void messages.push(message);
    const hinted = { isKnown: false, wasHinted: false, noteHint: () => (hinted.wasHinted = true) };
    const { promise, resolve } = Promise.withResolvers<undefined>();
    const sight = new FirstSight({
      ...{ workspace: hinted, show: () => resolve(undefined) },
      attention: { isThere: () => true, onChange: () => () => undefined },
    });
    await sight.look();
    assert.deepEqual(messages, []);
    Object.assign(workspace, { workspaceFolders: [{ uri: { scheme: 'file', fsPath: folder } }] });
    for (const listener of added) listener();
    await promise;
    await sight.look();
    assert.deepEqual(messages, [labels.usesMlflow()]);
    sight.dispose();
  });
});
