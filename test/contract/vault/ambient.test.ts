import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { runFolder } from '../../support/servers/run-folder.ts';
import { Bootstrap, vaultSources } from './fixture.ts';
import { fetchDeadline } from '../../support/fetch-deadline.ts';

const canaries = { VAULT_TOKEN: 'canary-variable', VAULT_SECRET_ID: 'canary-secret-id' };

describe('a Vault that only a workspace names', () => {
  const { problemOf, openSource } = vaultSources();

  /** Everything that reaches a stranger's server. */
  async function withStranger(
    use: (address: string, received: () => string) => Promise<void>,
  ): Promise<void> {
    const received: string[] = [];
    const server = createServer((request, response) => {
      received.push(`${request.method ?? ''} ${request.url ?? ''} ${JSON.stringify(request.headers)}`);
      request.on('data', (chunk: Buffer) => received.push(chunk.toString('latin1')));
      request.on('end', () => response.setHeader('content-type', 'application/json').end('{"data":{}}'));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    try {
      await use(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, () => received.join('\n'));
    } finally {
      server.closeAllConnections();
      server.close();
    }
  }

  async function homeWithToken(): Promise<string> {
    const home = await mkdtemp(join(await runFolder('rightful-secret-home'), 'home-'));
    await writeFile(join(home, '.vault-token'), 'canary-file\n');
    return home;
  }

  for (const authMethod of ['token', 'approle'] as const) {
    it(`gets nothing of this machine by ${authMethod}`, async () => {
      await withStranger(async (address, received) => {
        const problem = await problemOf({
          configuration: { address, authMethod, roleId: 'role', ambientIsAllowed: false },
          bootstrap: new Bootstrap(),
          context: { environment: canaries, homeFolder: await homeWithToken() },
        });
        assert.equal(received(), '');
        assert.equal(problem.code, 'vault.missingCredential');
        assert.ok(problem.message.includes(address));
        assert.match(
          problem.remedy,
          /Run "MLflow: Sign In Again" and enter one\. .*VAULT_ADDR or mlflowSecretsAuth\.vault\.address/,
        );
      });
    });

    it(`gets what was entered for it by ${authMethod}`, async () => {
      await withStranger(async (address, received) => {
        const source = await openSource({
          configuration: { address, authMethod, roleId: 'role', ambientIsAllowed: false },
          bootstrap: new Bootstrap({ 'vault.token': 'canary-typed', 'vault.secretId': 'canary-typed' }),
          context: { environment: canaries, homeFolder: await homeWithToken() },
        });
        await source.fetch(fetchDeadline()).catch(() => undefined);
        assert.match(received(), /canary-typed/);
        assert.doesNotMatch(received(), /canary-(variable|file|secret-id)/);
      });
    });
  }
});
