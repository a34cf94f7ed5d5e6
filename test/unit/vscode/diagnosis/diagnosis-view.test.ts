import assert from 'node:assert/strict';
import { reportTitle } from '../../../../src/doctor/report.ts';
import { editorWindow } from '../connect/inputs-double.ts';

/** To put into it what this test alone needs. */
const { editorDouble } = globalThis as unknown as {
  readonly editorDouble: { readonly window: object; readonly extensions: object };
};
const { DiagnosisView } = await import('../../../../src/vscode/diagnosis/diagnosis-view.ts');

describe('the page of a diagnosis', () => {
  const refresh = 'markdown.preview.refresh';
  let shown = '';
  let front: string | undefined;

  before(() => {
    const group = { activeTab: undefined as { readonly label: string } | undefined };
    const tabGroups = {
      ...{ all: [group], activeTabGroup: group },
      onDidChangeTabs: () => ({ dispose: () => undefined }),
      onDidChangeTabGroups: () => ({ dispose: () => undefined }),
    };
    Object.defineProperty(group, 'activeTab', { get: () => front && { label: front } });
    Object.assign(editorDouble.window, { tabGroups });
    Object.assign(editorDouble.extensions, { getExtension: () => ({}) });
    Object.assign(editorWindow.workspace, {
      registerTextDocumentContentProvider: () => ({ dispose: () => undefined }),
      openTextDocument: async () => Promise.resolve({ getText: () => shown }),
    });
  });
  after(() => void Object.assign(editorDouble.extensions, { getExtension: () => undefined }));
  beforeEach(() => void editorWindow.run.splice(0));

  it('is made once more, as it loses what changes while it loads, when the document has it all', async () => {
    front = 'train.py';
    const said: string[] = [];
    const view = new DiagnosisView(async () => {
      said.push(shown);
      shown = said.length === 1 ? 'being asked' : 'all';
      assert.ok(!editorWindow.run.includes(refresh));
      return Promise.resolve();
    });
    await view.show('being asked');
    view.update('all');
    await view.settle();
    assert.deepEqual([said.length, editorWindow.run.includes(refresh)], [2, true]);
  });

  it('stays where it was in front before', async () => {
    front = `Preview ${reportTitle()}.md`;
    const view = new DiagnosisView(async () => Promise.reject(new Error('waits')));
    await view.show('all');
    await view.settle();
    assert.ok(!editorWindow.run.includes(refresh));
  });
});
