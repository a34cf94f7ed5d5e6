import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ConnectionConfiguration } from '../../../src/configuration/configuration.ts';
import { awsConfiguration } from './fixture.ts';
import { ConnectedWindow } from '../../support/connected-window.ts';
import { ScopedEnvironment } from '../../support/scoped-environment.ts';
import { until } from '../../support/until.ts';
import { storedConfiguration } from '../../unit/configuration/stored-configuration.ts';
import { MemoryStorage } from '../../unit/vscode/memory-storage.ts';

describe('Forgetting a secret of AWS', () => {
  const memory = new MemoryStorage();
  const windows: ConnectedWindow[] = [];
  let environment: ScopedEnvironment;
  /** A double: Secrets Manager API reference, GetSecretValue. */
  let secretsManager: Server;

  before(async () => {
    environment = new ScopedEnvironment(/^AWS_/);
    environment.set({ AWS_ACCESS_KEY_ID: 'AKIAFORGET', AWS_SECRET_ACCESS_KEY: 'canary-key' });
    secretsManager = createServer((request, response) => {
      assert.equal(request.headers['x-amz-target'], 'secretsmanager.GetSecretValue');
      response.setHeader('content-type', 'application/x-amz-json-1.1');
      response.end(JSON.stringify({ SecretString: '{"token":"canary-aws"}', VersionId: 'v1' }));
    }).listen(0, '127.0.0.1');
    await once(secretsManager, 'listening');
  });

  after(async () => {
    for (const { connection } of windows) await connection.disconnect({ revoke: false });
    environment.restore();
    secretsManager.closeAllConnections();
    secretsManager.close();
  });

  async function connectedWindow(secretId: string): Promise<ConnectedWindow> {
    const endpoint = `http://127.0.0.1:${(secretsManager.address() as AddressInfo).port}`;
    const source = awsConfiguration({ secretId, region: 'eu-west-1', endpoint });
    const cache = { ...storedConfiguration.cache, keep: 'secretStorage' } as const;
    const configuration: ConnectionConfiguration = { ...storedConfiguration, source, cache };
    const window = new ConnectedWindow(memory.records(), `window-${windows.length}`, configuration);
    windows.push(window);
    await window.approve();
    await window.connection.connect();
    assert.equal(window.connection.state.kind, 'connected', window.log.join('\n'));
    return window;
  }

  it('ends every window that uses it, and no other', async () => {
    const here = await connectedWindow('ml/one');
    const same = await connectedWindow('ml/one');
    const other = await connectedWindow('ml/two');
    await here.forget();
    await until(
      () => same.connection.state.kind === 'disconnected' && !memory.values.has('fetched/window-1'),
      () => same.connection.state.kind,
    );
    assert.equal(other.connection.state.kind, 'connected');
    assert.deepEqual(
      [...memory.values.keys()].filter((key) => key.startsWith('fetched/')),
      ['fetched/window-2'],
    );
  });
});
