import assert from 'node:assert/strict';
import { editorWindow } from '../connect/inputs-double.ts';

const { showDisconnected } = await import('../../../../src/vscode/status/connection-messages.ts');
const { showMessage } = await import('../../../../src/vscode/sinks/messages.ts');

describe('what came of a command', () => {
  const { press: before } = editorWindow;
  let events: string[];

  beforeEach(() => {
    events = [];
    editorWindow.run.splice(0);
    editorWindow.press = async (message) => {
      events.push(...editorWindow.run.splice(0), message);
      return new Promise((answer) => closing.push(() => answer(undefined)));
    };
  });
  const closing: (() => void)[] = [];
  afterEach(() => closing.splice(0).forEach((close) => close()));
  after(() => (editorWindow.press = before));

  const disconnected = async (): Promise<void> => {
    void showDisconnected({ kind: 'ended' }, { isRevoked: false });
    await new Promise((resolve) => setImmediate(resolve));
  };

  it('does not stand beside an earlier message that it may contradict', async () => {
    void showMessage('information', ['Connected to MLflow.']);
    await disconnected();
    assert.deepEqual(events, [
      'Connected to MLflow.',
      'notifications.hideToasts',
      'Disconnected from MLflow.',
    ]);
  });

  it('leaves the screen as it is where nothing of ours is there', async () => {
    await disconnected();
    assert.deepEqual(events, ['Disconnected from MLflow.']);
  });
});
