import assert from 'node:assert/strict';
import { editorWindow } from './connect/inputs-double.ts';

const { terminalsBefore } = await import('../../../src/vscode/unaware-terminals.ts');

describe('the terminals that do not know the connection', () => {
  afterEach(() => void editorWindow.terminals.splice(0));

  it('are told by the process where several have one name', async function () {
    if (process.platform !== 'linux') this.skip();
    for (const name of ['bash', 'bash', 'train']) {
      editorWindow.terminals.push({ name, processId: Promise.resolve(process.pid) });
    }
    const variables = [
      { action: 'replace', name: 'MLFLOW_TRACKING_URI', value: 'http://127.0.0.1:1' } as const,
    ];
    const { unaware } = await terminalsBefore(variables);
    const bash = `bash (process ${process.pid})`;
    assert.deepEqual(unaware, [bash, bash, 'train']);
  });
});
