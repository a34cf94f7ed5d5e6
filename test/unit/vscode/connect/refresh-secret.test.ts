import assert from 'node:assert/strict';
import type { ConnectionState } from '../../../../src/connection/state.ts';
import { Problem } from '../../../../src/problem.ts';
import { connectedState, degradedState } from '../../connection/serving-states.ts';
import { read, server } from '../../doctor/evidence.ts';
import { editorWindow } from './inputs-double.ts';

// After the double of the editor.
const { refreshSecret } = await import('../../../../src/vscode/connect/answered-commands.ts');
const { showMessage } = await import('../../../../src/vscode/sinks/messages.ts');

const secret = { version: '3', fetchedAt: 0, nextRefreshAt: 1 };
const store = new Problem({
  ...{
    code: 'vault.unreachable',
    message: 'Vault does not respond.',
    remedy: 'Start it.',
    retry: 'automatic',
  },
});

describe('Fetching the secret again', () => {
  const { press } = editorWindow;
  const events: string[] = [];
  const closing: (() => void)[] = [];

  beforeEach(() => {
    editorWindow.run.splice(0);
    editorWindow.press = async (message) => {
      events.push(...editorWindow.run.splice(0), message);
      return new Promise((answer) => closing.push(() => answer(undefined)));
    };
  });
  afterEach(() => closing.splice(0).forEach((close) => close()));
  after(() => (editorWindow.press = press));

  it('says what came of it in the place of what was said before', async () => {
    const result = await read({
      ...server,
      provider: 'vault',
      'vault.address': 'https://vault.example',
      'vault.path': 'a/b',
    });
    assert.ok(result.kind === 'ready');
    const { configuration } = result;
    let state: ConnectionState = connectedState(configuration, secret);
    void showMessage('error', ['Vault is sealed.'], [{ label: 'Diagnose', run: () => undefined }]);
    const refresh = async (): Promise<void> => {
      state = degradedState(configuration, secret, store);
      return Promise.resolve();
    };
    await refreshSecret({ connection: () => ({ state, refresh }) });
    assert.deepEqual(events, [
      'Vault is sealed.',
      'notifications.hideToasts',
      'Vault does not respond. Start it. (vault.unreachable)',
    ]);
  });
});
