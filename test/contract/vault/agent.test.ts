import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { readPluginEnvironment } from '../../../src/configuration/plugin-environment.ts';
import { startOnFreePort } from '../../support/servers/child.ts';
import { runFolder } from '../../support/servers/run-folder.ts';
import { tools } from '../../support/setup/parts.mjs';
import { Bootstrap, vaultFixture } from './fixture.ts';

describe('A Vault Agent that signs in by itself', function () {
  this.timeout(90_000);
  const { bao, read, problemOf } = vaultFixture();
  let agent: { readonly address: string; stop(): Promise<void> };
  const configuration = { authMethod: 'agent', path: 'secret/by-agent', ambientIsAllowed: true } as const;

  before(async () => {
    await bao.call('POST', 'secret/data/by-agent', { data: { token: 'canary-by-agent' } });
    await bao.call('POST', 'sys/auth/approle', { type: 'approle' }).catch(() => undefined);
    await bao.call('PUT', 'sys/policies/acl/by-agent', {
      policy: 'path "secret/data/by-agent" { capabilities = ["read"] }',
    });
    await bao.call('POST', 'auth/approle/role/agent', { token_policies: 'by-agent' });
    const role = await bao.call('GET', 'auth/approle/role/agent/role-id');
    const secret = await bao.call('POST', 'auth/approle/role/agent/secret-id');
    agent = await startAgent(String(role.data?.['role_id']), String(secret.data?.['secret_id']));
  });
  after(async () => agent.stop());

  async function startAgent(roleId: string, secretId: string): Promise<typeof agent> {
    const folder = join(await runFolder('agent'), 'agent');
    await mkdir(folder, { recursive: true });
    const [roleFile, secretFile] = [join(folder, 'role'), join(folder, 'secret')];
    await writeFile(roleFile, roleId);
    const { port, stop } = await startOnFreePort((free) => ({
      command: 'sh',
      // The agent takes the file of the secret ID away, so that no secret stays on the disk.
      args: [
        '-c',
        `printf %s "$1" > '${secretFile}'; printf %s "$2" > '${folder}/agent.hcl'; exec "$3" agent -config='${folder}/agent.hcl'`,
        'sh',
        secretId,
        `vault { address = "${bao.address}" }
         auto_auth { method "approle" { config = {
           role_id_file_path = "${roleFile}"
           secret_id_file_path = "${secretFile}"
         } } }
         api_proxy { use_auto_auth_token = true }
         listener "tcp" { address = "127.0.0.1:${free}"
           tls_disable = true }`,
        tools.program('openbao', 'bao'),
      ],
      logFile: join(folder, 'agent.log'),
      cwd: folder,
      env: process.env,
      isReady: async () =>
        (
          await fetch(`http://127.0.0.1:${free}/v1/secret/data/by-agent`, {
            headers: { 'X-Vault-Request': 'true' },
          })
        ).status === 200,
      readyWithinMs: 60_000,
    }));
    return { address: `http://127.0.0.1:${port}`, stop };
  }

  it('reads without a token on this side', async () => {
    const { text } = await read({ configuration: { ...configuration, address: agent.address } });
    assert.equal(text, '{"token":"canary-by-agent"}');
  });

  it('is told apart from a Vault without an agent', async () => {
    const problem = await problemOf({ configuration: { ...configuration, address: bao.address } });
    assert.equal(problem.code, 'vault.agentWithoutToken');
  });

  it('sends it no token, whatever this machine has', async () => {
    const seen: IncomingHttpHeaders[] = [];
    const server = createServer((request, response) => {
      seen.push(request.headers);
      response.writeHead(200, { 'content-type': 'application/json' }).end('{"data":{"ttl":0}}');
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const environment = { VAULT_TOKEN: 'canary-of-this-machine' };
    const bootstrap = new Bootstrap({ 'vault.token': 'canary-entered' });
    await problemOf({ configuration: { ...configuration, address }, bootstrap, context: { environment } });
    server.close();
    assert.ok(seen.length > 0 && seen.every((headers) => headers['x-vault-token'] === undefined));
  });

  it('is what VAULT_AGENT_ADDR means, before VAULT_ADDR, where there is no token or role', () => {
    const both = { VAULT_ADDR: 'https://vault.example', VAULT_AGENT_ADDR: 'http://127.0.0.1:8100' };
    const { values } = readPluginEnvironment(both);
    assert.equal(values['vault.address']?.value, 'http://127.0.0.1:8100');
    assert.equal(values['vault.authMethod']?.value, 'agent');
    const withToken = readPluginEnvironment({ ...both, VAULT_TOKEN: 'canary' }).values;
    assert.equal(withToken['vault.address']?.value, 'http://127.0.0.1:8100');
    assert.equal(withToken['vault.authMethod'], undefined);
  });
});
