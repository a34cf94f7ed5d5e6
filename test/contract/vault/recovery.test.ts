import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { VaultConfiguration } from '../../../src/providers/vault/configuration.ts';
import { vault } from '../../../src/providers/vault/provider.ts';
import { FedConnection } from '../../support/fed-connection.ts';
import { fetchDeadline } from '../../support/fetch-deadline.ts';
import { startOpenBao } from '../../support/servers/openbao.ts';
import { runFolder } from '../../support/servers/run-folder.ts';
import { Bootstrap, uniquePath, vaultFixture } from './fixture.ts';
import type { SourceOptions } from './fixture.ts';

describe('Vault: trouble that somebody ends elsewhere', function () {
  this.timeout(60_000);
  const { bao, openSource, tokenWith } = vaultFixture();
  const connections: FedConnection[] = [];
  let path: string;

  beforeEach(async () => {
    path = uniquePath();
    await bao.call('POST', `secret/data/${path}`, { data: { token: 'canary-read' } });
  });
  afterEach(async () => {
    for (const connection of connections.splice(0)) await connection.close();
  });

  async function connected(options: SourceOptions, homeFolder = ''): Promise<FedConnection> {
    const configuration: Pick<VaultConfiguration, 'provider' | 'authMethod' | 'ambientIsAllowed'> = {
      ...{ provider: 'vault', authMethod: 'token', ambientIsAllowed: true },
      ...options.configuration,
    };
    const files = vault.signInFiles(configuration as VaultConfiguration, { environment: {}, homeFolder });
    const connection = new FedConnection(await openSource(options), files);
    connections.push(connection);
    return connection;
  }

  const mayRead = (): string => `path "secret/data/${path}" { capabilities = ["read"] }`;

  it('is over once vault login has written its token', async () => {
    const homeFolder = await runFolder('home');
    const options = {
      configuration: { path: `secret/${path}` },
      bootstrap: new Bootstrap(),
      context: { homeFolder },
    };
    const connection = await connected(options, homeFolder);
    assert.equal(await connection.start(), 'vault.missingCredential');
    await writeFile(join(homeFolder, '.vault-token'), await tokenWith(mayRead()));
    const ms = await connection.served();
    assert.ok(ms < 10_000, `${ms} ms`);
  });

  it('is over once vault login has written a token of somebody who may read', async () => {
    const homeFolder = await runFolder('home');
    const file = join(homeFolder, '.vault-token');
    await writeFile(file, await tokenWith('path "secret/data/other" { capabilities = ["read"] }'));
    const options = {
      configuration: { path: `secret/${path}` },
      bootstrap: new Bootstrap(),
      context: { homeFolder },
    };
    const connection = await connected(options, homeFolder);
    assert.equal(await connection.start(), 'vault.denied');
    await writeFile(file, await tokenWith(mayRead()));
    await connection.served();
  });

  it('is over with the next look once the policy allows the secret', async () => {
    const name = uniquePath();
    const nothing = 'path "secret/data/other" { capabilities = ["read"] }';
    await bao.call('PUT', `sys/policies/acl/${name}`, { policy: nothing });
    const { auth } = await bao.call('POST', 'auth/token/create', { policies: [name] });
    const bootstrap = new Bootstrap({ 'vault.token': auth?.client_token ?? '' });
    const connection = await connected({ configuration: { path: `secret/${path}` }, bootstrap });
    assert.equal(await connection.start(), 'vault.denied');
    await bao.call('PUT', `sys/policies/acl/${name}`, { policy: mayRead() });
    await connection.feed.lookAgain();
    await connection.served();
  });

  it('is over with the next look once a policy is given to the user, whose token is of before', async () => {
    const name = uniquePath();
    await bao.call('POST', `sys/auth/${name}`, { type: 'userpass' });
    const user = `auth/${name}/users/eve`;
    await bao.call('POST', user, { password: 'canary-eve', token_policies: ['default'] });
    await bao.call('PUT', `sys/policies/acl/${name}`, { policy: mayRead() });
    const connection = await connected({
      configuration: {
        ...{ path: `secret/${path}`, authMethod: 'userpass', authMount: name, username: 'eve' },
      },
      bootstrap: new Bootstrap({ 'vault.password': 'canary-eve' }),
    });
    assert.equal(await connection.start(), 'vault.denied');
    await bao.call('POST', user, { token_policies: [name] });
    await connection.feed.lookAgain();
    await connection.served();
  });

  it('is over once the lock after wrong passwords has ended', async () => {
    const name = uniquePath();
    await bao.call('POST', `sys/auth/${name}`, { type: 'userpass' });
    const user_lockout_config = {
      ...{ lockout_threshold: '2', lockout_duration: '2s', lockout_counter_reset_duration: '2s' },
    };
    await bao.call('POST', `sys/auth/${name}/tune`, { user_lockout_config });
    await bao.call('PUT', `sys/policies/acl/${name}`, { policy: mayRead() });
    const user = { password: 'canary-eve', token_policies: [name] };
    await bao.call('POST', `auth/${name}/users/eve`, user);
    const connection = await connected({
      configuration: {
        ...{ path: `secret/${path}`, authMethod: 'userpass', authMount: name, username: 'eve' },
      },
      bootstrap: new Bootstrap({ 'vault.password': 'canary-eve' }),
    });
    const body = JSON.stringify({ password: 'wrong' });
    const signIn = async (): Promise<Response> =>
      fetch(`${bao.address}/v1/auth/${name}/login/eve`, { method: 'POST', body });
    while ((await signIn()).status !== 403);
    assert.equal(await connection.start(), 'vault.signInDenied');
    await connection.served();
  });

  it('uses up no secret ID that is good for a number of sign-ins', async () => {
    const name = uniquePath();
    await bao.call('POST', `sys/auth/${name}`, { type: 'approle' });
    const role = `auth/${name}/role/reader`;
    await bao.call('POST', role, { token_policies: ['default'], secret_id_num_uses: 2 });
    const roleId = (await bao.call('GET', `${role}/role-id`)).data?.['role_id'];
    const secretId = (await bao.call('POST', `${role}/secret-id`, {})).data?.['secret_id'];
    const source = await openSource({
      configuration: {
        ...{ path: `secret/${path}`, authMethod: 'approle', authMount: name, roleId: String(roleId) },
      },
      bootstrap: new Bootstrap({ 'vault.secretId': String(secretId) }),
    });
    for (let asked = 0; asked < 4; asked += 1) {
      await assert.rejects(source.fetch(fetchDeadline()), { code: 'vault.denied' });
    }
    const left = await bao.call('POST', `${role}/secret-id/lookup`, { secret_id: secretId });
    assert.equal(left.data?.['secret_id_num_uses'], 1);
  });

  it('is over once Vault is unsealed', async function () {
    this.timeout(150_000);
    const own = await startOpenBao({ folder: await runFolder('bao-sealed'), uninitialised: true });
    try {
      const init = await own.call('PUT', 'sys/init', { secret_shares: 1, secret_threshold: 1 });
      const { keys, root_token: token } = init as unknown as { keys: string[]; root_token: string };
      await own.call('PUT', 'sys/unseal', { key: keys[0] });
      await own.call('POST', 'sys/mounts/secret', { type: 'kv', options: { version: '2' } }, { token });
      while (
        !(await own
          .call('POST', `secret/data/${path}`, { data: { token: 'canary-read' } }, { token })
          .catch(() => undefined))
      );
      await own.call('PUT', 'sys/seal', {}, { token });
      const connection = await connected({
        configuration: { address: own.address, path: `secret/${path}` },
        bootstrap: new Bootstrap({ 'vault.token': token }),
      });
      assert.equal(await connection.start(), 'vault.sealed');
      await own.call('PUT', 'sys/unseal', { key: keys[0] });
      await connection.served();
    } finally {
      await own.stop();
    }
  });
});
