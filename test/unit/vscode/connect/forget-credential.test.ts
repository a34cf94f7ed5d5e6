import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { destinationOf } from '../../../../src/configuration/destination.ts';
import { Approvals } from '../../../../src/connection/approvals.ts';
import { minReadingMs } from '../../../../src/vscode/sinks/reading-time.ts';
import { Secret } from '../../../../src/secret.ts';
import { SecretStore } from '../../../../src/vscode/secret-store.ts';
import { MemoryStorage } from '../memory-storage.ts';
import { until } from '../../../support/until.ts';
import { read, server } from '../../doctor/evidence.ts';
import { editorWindow } from './inputs-double.ts';

// After the double of the editor.
const { forgetCredential } = await import('../../../../src/vscode/connect/credential-commands.ts');

/** In the dialog; what is told afterwards stays, so that its button runs nothing in a later test. */
async function confirm(message: string, buttons: readonly string[]): Promise<string | undefined> {
  return message.endsWith('?') ? sleep(minReadingMs, buttons.at(-1)) : undefined;
}

describe('Forgetting a credential', () => {
  const { press, choose } = editorWindow;
  afterEach(() => Object.assign(editorWindow, { press, choose }));

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
    const triedInVain = new Map([[result.configuration.tracking.origin, []]]);
    editorWindow.press = confirm;
    const deleting = Promise.withResolvers<undefined>();
    let isDisconnected = false;
    const forgetting = forgetCredential({
      ...{ approvals, read: ready, triedInVain },
      ...{ forget: async () => deleting.promise, entered: async () => Promise.resolve([]) },
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
    assert.deepEqual([...triedInVain.keys()], [], 'as whom somebody tried to sign in is offered again');
    deleting.resolve(undefined);
    await forgetting;
  });

  it('offers what was entered elsewhere where nothing is set up, as the workspace that it was for may be gone', async () => {
    const memory = new MemoryStorage();
    const about = 'VS Code, for https://mlflow.company.com';
    const gone = new SecretStore(memory.records(), 'gone');
    const entered = { scope: 'scope', about };
    await gone.bootstrap(entered).set('vault.password', new Secret('canary'));
    await gone.bootstrap(entered).set('vault.secretId', new Secret('canary'));
    const other = { scope: 'other', about: 'VS Code, for https://other.company.com' };
    await gone.bootstrap(other).set('vault.token', new Secret('canary-other'));
    const store = new SecretStore(memory.records(), 'one');
    const offered: (readonly string[])[] = [];
    const asked: string[] = [];
    editorWindow.choose = (rows) => {
      offered.push(rows);
      return about;
    };
    editorWindow.press = async (message, buttons) => {
      asked.push(message);
      return confirm(message, buttons);
    };
    await forgetCredential({
      triedInVain: new Map(),
      approvals: new Approvals({ get: () => undefined, update: async () => Promise.resolve() }),
      read: async () => read({}),
      forget: async (scope) => {
        await store.forget(scope);
      },
      entered: async () => store.entered(),
      disconnect: async () => Promise.reject(new Error('Nothing is connected.')),
    });
    assert.deepEqual(offered, [[about, other.about]]);
    assert.equal(asked[0], `Forget the credential for ${about}?`);
    assert.deepEqual([...memory.values.keys()], ['typed/other/vault.token']);
  });
});
