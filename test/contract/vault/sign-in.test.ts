import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Problem } from '../../../src/problem.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { runFolder } from '../../support/servers/run-folder.ts';
import { accessors, Bootstrap, uniquePath, vaultFixture } from './fixture.ts';
import { fetchDeadline } from '../../support/fetch-deadline.ts';

const policy = 'path "secret/data/shared" { capabilities = ["read"] }';
const configuration = { path: 'secret/shared' } as const;

describe('Signing in to Vault', () => {
  const { bao, openSource, read, problemOf, tokenWith } = vaultFixture();

  async function isAlive(token: string): Promise<boolean> {
    const headers = { 'x-vault-token': token };
    const response = await fetch(`${bao.address}/v1/auth/token/lookup-self`, { headers });
    return response.status === 200;
  }

  before(async () => {
    await bao.call('POST', 'secret/data/shared', { data: { token: 'canary-shared' } });
    await bao.call('PUT', 'sys/policies/acl/reader', { policy });
    for (const type of ['approle', 'userpass']) await bao.call('POST', `sys/auth/${type}`, { type });
    await bao.call('POST', 'sys/auth/people', { type: 'userpass' });
  });

  describe('with a token', () => {
    it('prefers the typed one to VAULT_TOKEN, and that to ~/.vault-token', async () => {
      const good = await tokenWith(policy);
      const home = await runFolder('rightful-secret-home');
      const bad = 'hvs.canary-bad';
      await writeFile(join(home, '.vault-token'), bad);
      const typed = { configuration, bootstrap: new Bootstrap({ 'vault.token': good }) };
      await read({ ...typed, context: { environment: { VAULT_TOKEN: bad }, homeFolder: home } });
      const variable = { configuration, bootstrap: new Bootstrap() };
      await read({ ...variable, context: { environment: { VAULT_TOKEN: good }, homeFolder: home } });
      const file = await problemOf({ ...variable, context: { homeFolder: home } });
      assert.match(file.message, /the token in ~\/\.vault-token/);
      await writeFile(join(home, '.vault-token'), `${good}\n`);
      await read({ ...variable, context: { homeFolder: home } });
    });

    it('says that there is none, and where it looked', async () => {
      const problem = await problemOf({ configuration, bootstrap: new Bootstrap() });
      assert.equal(problem.code, 'vault.missingCredential');
      assert.match(problem.message, /VAULT_TOKEN nor ~\/\.vault-token/);
      assert.equal(problem.action?.kind, 'enterCredential');
    });

    it('says why ~/.vault-token cannot be read', async () => {
      const home = await runFolder('rightful-secret-home');
      await mkdir(join(home, '.vault-token'));
      const lines: string[] = [];
      const context = { homeFolder: home, log: (line: string) => lines.push(line) };
      const problem = await problemOf({ configuration, bootstrap: new Bootstrap(), context });
      assert.equal(problem.code, 'vault.tokenFile');
      for (const words of [problem.message, lines.join()])
        assert.match(words, /~\/\.vault-token could not be read \(it is not a regular file\)/);
    });

    it('is rejected with a token that was revoked, and says which', async () => {
      const vaultToken = await tokenWith(policy);
      const source = await openSource({
        configuration,
        bootstrap: new Bootstrap({ 'vault.token': vaultToken }),
      });
      await source.fetch(fetchDeadline());
      await bao.call('POST', 'auth/token/revoke', { token: vaultToken });
      await assert.rejects(source.fetch(fetchDeadline()), (error) => {
        assert.ok(error instanceof Problem);
        assert.equal(error.code, 'vault.tokenRefused');
        assert.equal(error.retry, 'purge');
        return true;
      });
    });

    for (const [place, remedy] of [
      ['VAULT_TOKEN', /set VAULT_TOKEN to one and restart VS Code/],
      ['~/.vault-token', /Run "vault login" in a terminal/],
    ] as const) {
      it(`says how there can be another one than that of ${place}`, async () => {
        const home = await runFolder('rightful-secret-home');
        const revoked = await tokenWith(policy);
        await bao.call('POST', 'auth/token/revoke', { token: revoked });
        if (place !== 'VAULT_TOKEN') await writeFile(join(home, '.vault-token'), revoked);
        const environment = place === 'VAULT_TOKEN' ? { VAULT_TOKEN: revoked } : {};
        const context = { homeFolder: home, environment };
        const problem = await problemOf({ configuration, bootstrap: new Bootstrap(), context });
        assert.equal(problem.code, 'vault.tokenRefused');
        assert.ok(problem.message.includes(place), problem.message);
        assert.match(problem.remedy, remedy);
      });
    }

    it('renews a token of the user’s own, and never revokes it', async () => {
      const vaultToken = await tokenWith(policy, { ttl: '1h' });
      const clock = new ManualClock(Date.now());
      const source = await openSource({
        configuration,
        bootstrap: new Bootstrap({ 'vault.token': vaultToken }),
        context: { clock },
      });
      const expiry = async (): Promise<unknown> => {
        const { data } = await bao.call('POST', 'auth/token/lookup', { token: vaultToken });
        return data?.['expire_time'];
      };
      await source.fetch(fetchDeadline());
      const expiries = new Set([await expiry()]);
      for (let renewals = 1; renewals <= 3; renewals += 1) {
        await clock.wakeFirst();
        while (expiries.size === renewals) expiries.add(await expiry());
        await source.fetch(fetchDeadline());
      }
      await source.close({ revoke: true });
      assert.ok(await isAlive(vaultToken));
    });
  });

  it('renews at two thirds of a lease, a little earlier at random, so that many do not renew at once', async () => {
    const vaultToken = await tokenWith(policy, { ttl: '30d' });
    const waits: number[] = [];
    for (const random of [0, 0.999]) {
      const clock = {
        now: () => Date.now(),
        sleep: async (ms: number) => {
          waits.push(ms);
          return new Promise<void>(() => undefined);
        },
      };
      const context = { clock, random: () => random };
      await read({ configuration, bootstrap: new Bootstrap({ 'vault.token': vaultToken }), context });
    }
    const day = 24 * 3_600_000;
    const [latest = 0, earliest = 0] = waits.map((wait) => wait / day);
    assert.ok(latest > 19.9 && latest <= 20, `${latest} days`);
    assert.ok(earliest > 17.9 && earliest < 18.1, `${earliest} days`);
  });

  describe('with AppRole', () => {
    async function role(
      options: Readonly<Record<string, unknown>> = {},
    ): Promise<{ name: string; roleId: string }> {
      const name = uniquePath();
      const settings = { token_policies: ['reader'], token_ttl: '1h', ...options };
      await bao.call('POST', `auth/approle/role/${name}`, settings);
      const { data } = await bao.call('GET', `auth/approle/role/${name}/role-id`);
      return { name, roleId: String(data?.['role_id']) };
    }

    async function secretId(name: string, wrapTtl?: string): Promise<string> {
      const options = wrapTtl === undefined ? {} : { wrapTtl };
      const made = await bao.call('POST', `auth/approle/role/${name}/secret-id`, {}, options);
      return made.wrap_info?.token ?? String(made.data?.['secret_id']);
    }

    it('reads with role id and secret id', async () => {
      const { name, roleId } = await role();
      const bootstrap = new Bootstrap({ 'vault.secretId': await secretId(name) });
      const found = await read({
        configuration: { ...configuration, authMethod: 'approle', roleId },
        bootstrap,
      });
      assert.equal(found.text, '{"token":"canary-shared"}');
    });

    it('unwraps a wrapped secret id once, and keeps it unwrapped', async () => {
      const { name, roleId } = await role();
      const wrapped = await secretId(name, '60s');
      const bootstrap = new Bootstrap({ 'vault.secretId': wrapped });
      const options = {
        configuration: { ...configuration, authMethod: 'approle', roleId },
        bootstrap,
      } as const;
      await read(options);
      const kept = bootstrap.values.get('vault.secretId')?.reveal();
      assert.ok(kept !== undefined && kept !== wrapped);
      await read(options);
    });

    it('reports a secret id that somebody else unwrapped', async () => {
      const { name, roleId } = await role();
      const wrapped = await secretId(name, '60s');
      await bao.call('POST', 'sys/wrapping/unwrap', { token: wrapped });
      const bootstrap = new Bootstrap({ 'vault.secretId': wrapped });
      const problem = await problemOf({
        configuration: { ...configuration, authMethod: 'approle', roleId },
        bootstrap,
      });
      assert.equal(problem.code, 'vault.alreadyUnwrapped');
      assert.match(problem.remedy, /stolen/);
    });

    it('rejects a wrapped value that is not a secret id', async () => {
      const { roleId } = await role();
      const forged = await bao.call('POST', 'sys/wrapping/wrap', { secret_id: 'x' }, { wrapTtl: '60s' });
      const bootstrap = new Bootstrap({ 'vault.secretId': forged.wrap_info?.token ?? '' });
      const problem = await problemOf({
        configuration: { ...configuration, authMethod: 'approle', roleId },
        bootstrap,
      });
      assert.equal(problem.code, 'vault.notASecretId');
    });

    for (const [what, options] of [
      ['a token', {}],
      ['a token that may do nothing, not even ask for itself', { no_default_policy: true }],
    ] as const)
      it(`does not take ${what} for a secret id that was stolen`, async () => {
        const { roleId } = await role();
        const bootstrap = new Bootstrap({ 'vault.secretId': await tokenWith(policy, options) });
        const problem = await problemOf({
          configuration: { ...configuration, authMethod: 'approle', roleId },
          bootstrap,
        });
        assert.equal(problem.code, 'vault.notASecretId');
        assert.match(problem.message, /is a Vault token/);
        assert.equal(problem.action?.kind, 'enterCredential');
      });

    it('says of a secret id that is for another network nothing but that', async () => {
      const { name, roleId } = await role();
      const path = `auth/approle/role/${name}/secret-id`;
      const { data } = await bao.call('POST', path, { cidr_list: ['10.1.2.3/32'] });
      const bootstrap = new Bootstrap({ 'vault.secretId': String(data?.['secret_id']) });
      const problem = await problemOf({
        configuration: { ...configuration, authMethod: 'approle', roleId },
        bootstrap,
      });
      assert.deepEqual([problem.code, problem.retry], ['vault.signInDenied', 'automatic']);
      assert.match(problem.message, /from this network/);
      assert.doesNotMatch(problem.remedy, /lock/);
    });

    it('is rejected with a wrong secret id, and offers to enter it', async () => {
      const { roleId } = await role();
      const bootstrap = new Bootstrap({ 'vault.secretId': 'canary-wrong' });
      const problem = await problemOf({
        configuration: { ...configuration, authMethod: 'approle', roleId },
        bootstrap,
      });
      assert.equal(problem.code, 'vault.signInRefused');
      assert.equal(problem.action?.kind, 'enterCredential');
    });

    it('reports that nothing is mounted where it should sign in', async () => {
      const bootstrap = new Bootstrap({ 'vault.secretId': 'canary' });
      const nowhere = { ...configuration, authMethod: 'approle', authMount: 'nowhere', roleId: 'x' } as const;
      const problem = await problemOf({ configuration: nowhere, bootstrap });
      assert.equal(problem.code, 'vault.noSuchSignIn');
    });

    it('stays signed in over several generations of short leases, without a failed reading', async () => {
      // Renewed for 4 s at most, then signed in again.
      const { name, roleId } = await role({ token_ttl: '1s', token_max_ttl: '4s' });
      const bootstrap = new Bootstrap({ 'vault.secretId': await secretId(name) });
      const lines: string[] = [];
      const source = await openSource({
        configuration: { ...configuration, authMethod: 'approle', roleId },
        bootstrap,
        context: { log: (line: string) => lines.push(line) },
      });
      do await source.fetch(fetchDeadline());
      while (lines.filter((line) => line.includes('signing in again')).length < 2);
    });

    it('signs in again when its token was revoked, without a failed reading', async () => {
      const { name, roleId } = await role();
      const bootstrap = new Bootstrap({ 'vault.secretId': await secretId(name) });
      const source = await openSource({
        configuration: { ...configuration, authMethod: 'approle', roleId },
        bootstrap,
      });
      await source.fetch(fetchDeadline());
      await bao.call('POST', 'sys/leases/revoke-prefix/auth/approle/login', {});
      await source.fetch(fetchDeadline());
    });

    it('revokes the token that it obtained when the connection ends', async () => {
      const { name, roleId } = await role();
      const bootstrap = new Bootstrap({ 'vault.secretId': await secretId(name) });
      const before = await accessors(bao);
      const source = await openSource({
        configuration: { ...configuration, authMethod: 'approle', roleId },
        bootstrap,
      });
      await source.fetch(fetchDeadline());
      const made = (await accessors(bao)).difference(before);
      assert.equal(made.size, 1);
      await source.close({ revoke: true });
      assert.equal((await accessors(bao)).intersection(made).size, 0);
    });
  });

  describe('and ending the connection meanwhile', () => {
    it('leaves no token behind', async () => {
      await bao.call('POST', 'auth/userpass/users/eve', {
        password: 'canary-eve',
        token_policies: ['reader'],
      });
      const before = await accessors(bao);
      const source = await openSource({
        configuration: { ...configuration, authMethod: 'userpass', username: 'eve' },
        bootstrap: new Bootstrap({ 'vault.password': 'canary-eve' }),
        context: {
          // The sign-in has its answer, and does not know yet that all is over.
          clock: {
            now: () => {
              closing ??= source.close({ revoke: true });
              return Date.now();
            },
            sleep: async () => new Promise(() => undefined),
          },
        },
      });
      let closing: Promise<void> | undefined;
      await source.fetch(fetchDeadline()).catch(() => undefined);
      await closing;
      assert.deepEqual([...(await accessors(bao)).difference(before)], []);
    });
  });

  describe('with user name and password', () => {
    it('reads with the default mount and with another', async () => {
      for (const mount of ['userpass', 'people']) {
        const user = { password: 'canary-ada', token_policies: ['reader'] };
        await bao.call('POST', `auth/${mount}/users/ada`, user);
        const bootstrap = new Bootstrap({ 'vault.password': 'canary-ada' });
        const authMount = mount === 'userpass' ? undefined : mount;
        await read({
          configuration: { ...configuration, authMethod: 'userpass', username: 'ada', authMount },
          bootstrap,
        });
      }
    });

    it('is told of a mount that is for another method', async () => {
      const bootstrap = new Bootstrap({ 'vault.password': 'canary-ada' });
      const signIn = { authMethod: 'userpass', authMount: 'approle', username: 'ada' } as const;
      const problem = await problemOf({ configuration: { ...configuration, ...signIn }, bootstrap });
      assert.equal(problem.code, 'vault.noSuchSignIn');
    });

    it('is told of a lock after wrong passwords, which ends by itself', async () => {
      const user = { password: 'canary-eve', token_policies: ['reader'] };
      await bao.call('POST', 'auth/userpass/users/locked', user);
      const body = JSON.stringify({ password: 'wrong' });
      const signIn = async (): Promise<Response> =>
        fetch(`${bao.address}/v1/auth/userpass/login/locked`, { method: 'POST', body });
      while ((await signIn()).status !== 403);
      const bootstrap = new Bootstrap({ 'vault.password': 'canary-eve' });
      const asLocked = { ...configuration, authMethod: 'userpass', username: 'locked' } as const;
      const problem = await problemOf({ configuration: asLocked, bootstrap });
      assert.deepEqual([problem.code, problem.retry], ['vault.signInDenied', 'automatic']);
      assert.match(problem.remedy, /15 minutes/);
    });

    it('is rejected with a wrong password', async () => {
      const bootstrap = new Bootstrap({ 'vault.password': 'canary-wrong' });
      const problem = await problemOf({
        configuration: { ...configuration, authMethod: 'userpass', username: 'ada' },
        bootstrap,
      });
      assert.equal(problem.code, 'vault.signInRefused');
      assert.match(problem.message, /user name or password of ada/);
    });
  });
});
