import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { destinationOf } from '../../../../src/configuration/destination.ts';
import { Approvals } from '../../../../src/connection/approvals.ts';
import { minReadingMs } from '../../../../src/vscode/sinks/reading-time.ts';
import { until } from '../../../support/until.ts';
import { read, server } from '../../doctor/evidence.ts';
import { editorWindow } from './inputs-double.ts';

// After the double of the editor.
const { forgetCredential } = await import('../../../../src/vscode/connect/credential-commands.ts');

describe('Forgetting a credential', () => {
  const { press } = editorWindow;
  afterEach(() => (editorWindow.press = press));

  it('takes the approval back with the end of the connection, however long deleting takes', async () => {
    const memory = new Map<string, unknown>();
    const approvals = new Approvals({
      get: (key) => memory.get(key),
      update: async (key, value) => Promise.resolve(void memory.set(key, value)),
    });
    const ready = async (): ReturnType<typeof read> => read({ ...server, provider: 'stored' });
    const result = await ready();
    assert.ok(result.kind === 'ready');
    const destination = destinationOf(result.configuration);
    await approvals.approve(destination);
    editorWindow.press = async (_message, buttons) => sleep(minReadingMs, buttons.at(-1));
    const deleting = Promise.withResolvers<undefined>();
    let isDisconnected = false;
    const forgetting = forgetCredential({
      approvals,
      read: ready,
      forget: async () => deleting.promise,
      disconnect: async () => {
        isDisconnected = true;
        return Promise.resolve({ kind: 'ended' });
      },
    });
    await until(
      () => isDisconnected,
      () => 'it is connected',
    );
    assert.equal(approvals.isApproved(destination), false);
    deleting.resolve(undefined);
    await forgetting;
  });
});
