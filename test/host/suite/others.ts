import assert from 'node:assert/strict';
import manifest from '../../../package.json' with { type: 'json' };
import * as vscode from 'vscode';
import { statusText } from '../../../src/vscode/labels.ts';
import type { MlflowConnection } from '../../../src/vscode/public-connection.ts';
import type { Consumer } from '../consumer/extension.ts';
import { ask, hands } from './hands.ts';
import { localEnvironment, until } from './local-proxy.ts';

const id = 'mlflow-secrets-auth.mlflow-secrets-auth';

/** Other extensions and agents, in a window that is connected. */
export function othersSuite(): void {
  describe('another extension', () => {
    let seen: readonly string[];
    let connection: MlflowConnection;

    before(async () => {
      const consumer = vscode.extensions.getExtension<Consumer>(
        'mlflow-secrets-auth-tests.connection-consumer',
      );
      const own = vscode.extensions.getExtension<MlflowConnection>(id);
      assert.ok(consumer !== undefined && own !== undefined);
      ({ seen } = await consumer.activate());
      connection = own.exports;
    });

    it('sees the state and the local address of the connection, from the start', () => {
      assert.equal(connection.version, manifest.version);
      assert.equal(connection.state, 'connected');
      assert.equal(connection.trackingUri, localEnvironment()?.uri);
      assert.equal(seen[0], 'disconnected');
      assert.equal(seen.at(-1), `connected ${localEnvironment()?.uri ?? ''}`);
      for (const state of ['connecting', 'error']) assert.ok(seen.some((one) => one.startsWith(state)));
    });

    it('is told when the connection ends, and when it is back', async () => {
      const before = seen.length;
      await vscode.commands.executeCommand('mlflowSecretsAuth.disconnect');
      await until(() => connection.state === 'disconnected');
      assert.equal(connection.trackingUri, undefined);
      await vscode.commands.executeCommand('mlflowSecretsAuth.connect');
      await hands({ do: 'waitForStatus', text: statusText('connected') });
      const since = seen.slice(before);
      const uri = localEnvironment()?.uri ?? '';
      assert.deepEqual([since[0], since.at(-1)], ['disconnected', `connected ${uri}`], since.join('\n'));
    });

    it('gets no secret, no session token and no part of the extension', async () => {
      assert.ok(Object.isFrozen(connection));
      const { onDidChangeState, ...values } = connection;
      for (const [name, value] of Object.entries(values)) assert.equal(typeof value, 'string', name);
      assert.deepEqual(Object.keys(values).sort(), ['state', 'trackingUri', 'version']);
      assert.deepEqual(Reflect.ownKeys(onDidChangeState).sort(), ['length', 'name']);
      const text = JSON.stringify([values, seen]);
      assert.ok(!text.includes(localEnvironment()?.token ?? 'no token'));
      assert.deepEqual(await ask('secrets-in', { text }), { names: [] });
    });
  });
}
