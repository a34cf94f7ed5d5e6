import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ManualClock } from '../../support/manual-clock.ts';
import { startPlug } from '../../support/servers/plug.ts';
import type { Plug } from '../../support/servers/plug.ts';
import { runFolder } from '../../support/servers/run-folder.ts';
import { until } from '../../support/until.ts';
import { accessors, uniquePath, vaultConfiguration, vaultFixture } from '../vault/fixture.ts';
import type { VaultConfiguration } from '../../../src/providers/vault/configuration.ts';
import type { TimedText } from '../../../src/secrets/memory-text.ts';
import { loneProcesses, times } from './lone-process.ts';
import type { LoneOptions } from './lone-process.ts';

describe('Without a window, a secret of Vault', () => {
  const { start, prepare } = loneProcesses();
  const { bao, tokenWith } = vaultFixture();
  const policy = 'path "secret/data/*" { capabilities = ["read"] }';
  let path: string;
  let plug: Plug;
  let clock: ManualClock;

  before(async () => {
    await bao.call('PUT', 'sys/policies/acl/reader', { policy });
    for (const type of ['approle', 'userpass']) await bao.call('POST', `sys/auth/${type}`, { type });
    plug = await startPlug();
    plug.target = Number(new URL(bao.address).port);
  });
  after(async () => plug.pull());

  beforeEach(async () => {
    clock = new ManualClock(Date.now());
    path = uniquePath();
    await write('canary-1');
  });

  const write = async (token: string): Promise<unknown> =>
    bao.call('POST', `secret/data/${path}`, { data: { token } });

  function source(changes: Partial<VaultConfiguration>): VaultConfiguration {
    const address = `http://127.0.0.1:${plug.port}`;
    return vaultConfiguration({ address, path: `secret/${path}`, ...changes });
  }

  async function byAppRole(): Promise<LoneOptions> {
    await bao.call('POST', 'auth/approle/role/reader', { token_policies: ['reader'], token_ttl: '1h' });
    const role = await bao.call('GET', 'auth/approle/role/reader/role-id');
    const made = await bao.call('POST', 'auth/approle/role/reader/secret-id');
    return {
      source: source({ authMethod: 'approle', roleId: String(role.data?.['role_id']) }),
      bootstrap: { 'vault.secretId': String(made.data?.['secret_id']) },
      clock,
    };
  }

  async function byPassword(): Promise<LoneOptions> {
    const user = { password: 'canary-password', token_policies: ['reader'], token_ttl: '1h' };
    await bao.call('POST', 'auth/userpass/users/someone', user);
    return {
      source: source({ authMethod: 'userpass', username: 'someone' }),
      bootstrap: { 'vault.password': 'canary-password' },
      clock,
    };
  }

  for (const [signIn, options] of [
    ['AppRole', byAppRole],
    ['a user name and password', byPassword],
  ] as const) {
    it(`is fetched with ${signIn} for as long as nobody comes, and what was signed in for is given back`, async () => {
      const given = await options();
      const before = await accessors(bao);
      const alone = await start(given);
      await alone.using('Bearer canary-1');
      for (const value of ['canary-2', 'canary-3', 'canary-4', 'canary-5']) {
        await write(value);
        const posted = alone.next();
        await clock.advance(times.ttlMs * 0.67);
        await posted;
        await alone.using(`Bearer ${value}`);
      }
      assert.equal(alone.refreshes, 5);
      const versions = alone.posts.map((post) => (post.kind === 'ready' ? post.version : post.kind));
      assert.deepEqual(
        versions.map((version) => Number(version) - Number(versions[0])),
        [0, 1, 2, 3, 4],
      );
      const { record } = alone.attach();
      assert.match(record?.text ?? '', /canary-5/);
      await until(
        async () => (await accessors(bao)).size === before.size,
        () => 'the token is there',
      );
    });
  }

  it('is fetched anew when the tracking server rejects it, and once where it is the same', async () => {
    const alone = await start(await byAppRole());
    await alone.using('Bearer canary-1');
    await write('canary-2');
    alone.reject();
    await alone.using('Bearer canary-2');
    const again = alone.next();
    alone.reject();
    await again;
    assert.equal(alone.refreshes, 3);
    const [before, after] = alone.posts.slice(-2);
    assert.ok(before?.kind === 'ready' && after?.kind === 'ready' && before.version === after.version);
  });

  it('serves from the record that was handed over, and goes back to the window that comes', async () => {
    const given = await byAppRole();
    const first = await start(given);
    await first.using('Bearer canary-1');
    const { record } = first.attach();
    await write('canary-2');
    await until(
      () => first.isEnded,
      () => 'it is ending',
    );
    const before = await accessors(bao);
    const second = await prepare({ ...given, record: record ?? undefined });
    second.leave();
    await second.using('Bearer canary-1');
    assert.equal(second.refreshes, 0);
    assert.equal((await accessors(bao)).size, before.size, 'nobody signed in');
    assert.deepEqual(second.attach().record?.text, record?.text);
    // The window is gone without having handed over anything new.
    second.leave();
    await second.using('Bearer canary-1');
    assert.equal(second.refreshes, 0);
  });

  it('is served while the store is out of reach, until it is too old, and again when the store is back', async () => {
    const alone = await start(await byAppRole());
    const { version } = await alone.using('Bearer canary-1');
    await plug.pull();
    const posted = alone.next();
    await clock.advance(times.ttlMs * 0.67);
    await posted;
    const stale = await alone.using('Bearer canary-1');
    assert.equal(stale.version, version);
    assert.ok(stale.expiresAt > clock.now() + times.maxStaleMs);
    await clock.advance(times.ttlMs * 0.34 + times.maxStaleMs);
    alone.need('expired');
    const { response } = await alone.unavailable(503);
    assert.match(response.message, /refused the connection/);
    await plug.putBack();
    await write('canary-2');
    await clock.advance(60_000);
    await alone.using('Bearer canary-2');
  });

  it('has its sign-in renewed ahead of time while no request comes', async () => {
    const token = await tokenWith(policy, { ttl: '1h' });
    const record = await recordOf(token);
    const alone = await start({ source: source({}), bootstrap: { 'vault.token': token }, record, clock });
    await alone.using('Bearer canary-1');
    assert.equal(alone.refreshes, 0);
    await clock.advance(60_000);
    await until(
      () => alone.refreshes === 1,
      () => 'it has not signed in',
    );
    const renewedAt = async (): Promise<number> => {
      const { data } = await bao.call('POST', 'auth/token/lookup', { token });
      return Number(data?.['last_renewal_time'] ?? 0);
    };
    assert.equal(await renewedAt(), 0);
    await clock.advance(2_400_000);
    await until(
      async () => (await renewedAt()) > 0,
      () => 'the token was not renewed',
    );
  });

  it('says what to do when a token has reached its maximum time, and takes the next one', async () => {
    const home = await runFolder('home');
    const file = join(home, '.vault-token');
    await writeFile(file, await tokenWith(policy, { explicit_max_ttl: '2s' }));
    const alone = await start({ source: source({}), homeFolder: home, clock });
    await alone.using('Bearer canary-1');
    await until(
      async () => !(await isAlive((await readFile(file, 'utf8')).trim())),
      () => 'the token is still good',
    );
    await clock.advance(times.ttlMs * 0.67);
    const { response, askAgainAfterMs } = await alone.unavailable(424);
    assert.match(response.message, /Vault rejected the token in ~\/.vault-token/);
    assert.match(response.message, /vault login/);
    assert.ok(askAgainAfterMs);
    await writeFile(file, await tokenWith(policy));
    await clock.advance(60_000);
    alone.need('missing');
    await alone.using('Bearer canary-1');
  });

  it('is read with a sign-in from the browser until that ends, and then for as long as it may be stale', async () => {
    const token = await tokenWith(policy, { explicit_max_ttl: '1h' });
    const expiresAt = clock.now() + times.ttlMs;
    const leaseSeconds = times.ttlMs / 1000;
    const text = JSON.stringify({ token, leaseSeconds, isRenewable: false, origin: 'a token', expiresAt });
    const oidc = source({ authMethod: 'oidc', oidcRole: 'reader' });
    const alone = await start({ source: oidc, signIn: { text }, clock });
    await alone.using('Bearer canary-1');
    await bao.call('POST', 'auth/token/revoke', { token });
    const { response } = await alone.unavailableWhenStale(clock, 'Bearer canary-1');
    assert.match(response.message, /Open VS Code with this folder again\./);
    assert.equal(alone.attach().signIn, null, 'the next window does not use it, either');
  });

  it('hands over a secret ID that it has unwrapped', async () => {
    const given = await byAppRole();
    const wrapped = await bao.call('POST', 'auth/approle/role/reader/secret-id', {}, { wrapTtl: '5m' });
    const alone = await start({ ...given, bootstrap: { 'vault.secretId': wrapped.wrap_info?.token ?? '' } });
    await alone.using('Bearer canary-1');
    const { bootstrap } = alone.attach();
    const next = await start({ ...given, bootstrap });
    await next.using('Bearer canary-1');
  });

  /** As a window has it. */
  async function recordOf(token: string): Promise<TimedText | undefined> {
    const window = await start({ source: source({}), bootstrap: { 'vault.token': token }, clock });
    await window.using('Bearer canary-1');
    return window.attach().record ?? undefined;
  }

  async function isAlive(token: string): Promise<boolean> {
    const headers = { 'x-vault-token': token };
    return (await fetch(`${bao.address}/v1/auth/token/lookup-self`, { headers })).status === 200;
  }
});
