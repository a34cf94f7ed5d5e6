import assert from 'node:assert/strict';
import { Problem } from '../../../src/problem.ts';
import type { SecretSource } from '../../../src/providers/source.ts';
import { freePort } from '../../support/servers/child.ts';
import { startLdap } from '../../support/servers/ldap.ts';
import type { LdapServer } from '../../support/servers/ldap.ts';
import { startOpenBao } from '../../support/servers/openbao.ts';
import type { OpenBaoServer } from '../../support/servers/openbao.ts';
import { runFolder } from '../../support/servers/run-folder.ts';
import { accessors, Bootstrap, vaultSources } from './fixture.ts';
import type { SourceOptions } from './fixture.ts';
import { fetchDeadline } from '../../support/fetch-deadline.ts';

const policy =
  'path "secret/data/shared" { capabilities = ["read"] }\npath "ldap/*" { capabilities = ["read"] }';
const person = { ada: 'canary-ada', 'CORP\\grace': 'canary-grace' };

describe('Signing in to Vault with LDAP', function () {
  this.timeout(60_000);
  const { openSource, read, problemOf } = vaultSources();
  let directory: LdapServer;
  let bao: OpenBaoServer;

  before(async function () {
    this.timeout(300_000);
    directory = await startLdap(await runFolder('rightful-secret-ldap'), person);
    bao = await startOpenBao({ folder: await runFolder('bao-ldap'), part: 'openbao-ldap' });
    await bao.call('POST', 'secret/data/shared', { data: { token: 'canary-shared' } });
    await bao.call('PUT', 'sys/policies/acl/reader', { policy });
    await signInMount('ldap');
    // What makes an entry of the directory at each reading, and deletes it with its lease.
    await bao.call('POST', 'sys/mounts/ldap', { type: 'ldap' });
    const { url, admin, people } = directory;
    await bao.call('POST', 'ldap/config', { url, binddn: admin.dn, bindpass: admin.password });
    const entry = `dn: uid={{.Username}},${people}`;
    await bao.call('POST', 'ldap/role/mlflow', {
      creation_ldif:
        `${entry}\nobjectClass: inetOrgPerson\nuid: {{.Username}}\ncn: x\nsn: x\n` +
        'userPassword: {{.Password}}\n',
      deletion_ldif: `${entry}\nchangetype: delete\n`,
      default_ttl: '60s',
    });
  });

  after(async () => {
    await bao.stop();
    await directory.stop();
  });

  /** Mounts the sign-in, backed by the directory. Policies are of everybody in it. */
  async function signInMount(name: string, options: Readonly<Record<string, unknown>> = {}): Promise<void> {
    await bao.call('POST', `sys/auth/${name}`, { type: 'ldap' });
    const { url, admin, people } = directory;
    await bao.call('POST', `auth/${name}/config`, {
      ...{ url, binddn: admin.dn, bindpass: admin.password, userdn: people, userattr: 'uid' },
      ...{ token_policies: ['reader'], token_ttl: '1h', ...options },
    });
  }

  function as(
    username: string,
    vaultPassword: string,
    more: SourceOptions['configuration'] = {},
  ): SourceOptions {
    return {
      configuration: {
        ...{ address: bao.address, path: 'secret/shared', authMethod: 'ldap', username },
        ...more,
      },
      bootstrap: new Bootstrap({ 'vault.password': vaultPassword }),
    };
  }

  async function readOnce(source: SecretSource): Promise<string> {
    return (await source.fetch(fetchDeadline())).text.reveal();
  }

  it('reads with the default mount and with another', async () => {
    await signInMount('company');
    for (const authMount of [undefined, 'company']) {
      assert.equal((await read(as('ada', person.ada, { authMount }))).text, '{"token":"canary-shared"}');
    }
  });

  for (const [what, username, password] of [
    ['a wrong password', 'ada', 'canary-wrong'],
    ['a name that the directory does not have', 'bob', 'canary-bob'],
    ['a name that would be a filter', '*)(uid=*', 'canary-ada'],
  ] as const) {
    it(`is rejected with ${what}`, async () => {
      const problem = await problemOf(as(username, password));
      assert.equal(problem.code, 'vault.signInRefused');
      assert.equal(problem.retry, 'purge');
      assert.ok(problem.message.includes(username));
      assert.equal(problem.action?.kind, 'enterCredential');
    });
  }

  it('reads with a name in a Windows domain', async () => {
    const options = as('CORP\\grace', person['CORP\\grace']);
    assert.equal((await read(options)).text, '{"token":"canary-shared"}');
  });

  it('does not send a name that would be a path', async () => {
    const problem = await problemOf(as('../*)(uid=*', 'canary-ada'));
    assert.equal(problem.code, 'vault.malformedSetting');
  });

  it('stays signed in over several generations of short leases, without a failed reading', async () => {
    await signInMount('short', { token_ttl: '1s', token_max_ttl: '4s' });
    const lines: string[] = [];
    const options = as('ada', person.ada, { authMount: 'short' });
    const source = await openSource({ ...options, context: { log: (line) => lines.push(line) } });
    do await readOnce(source);
    while (lines.filter((line) => line.includes('signing in again')).length < 2);
  });

  it('revokes the token that it obtained when the connection ends', async () => {
    const before = await accessors(bao);
    const source = await openSource(as('ada', person.ada));
    await readOnce(source);
    const made = (await accessors(bao)).difference(before);
    assert.equal(made.size, 1);
    await source.close({ revoke: true });
    assert.equal((await accessors(bao)).intersection(made).size, 0);
  });

  it('is signed out when the directory forgets the person', async () => {
    await signInMount('soon', { token_ttl: '1s', token_max_ttl: '2s' });
    const made = await bao.call('GET', 'ldap/creds/mlflow');
    const { username, password } = made.data as { username: string; password: string };
    const source = await openSource(as(username, password, { authMount: 'soon' }));
    await readOnce(source);
    await bao.call('PUT', 'sys/leases/revoke', { lease_id: made.lease_id, sync: true });
    const problem = await new Promise<Problem>((resolve, reject) => {
      const again = (): void => {
        readOnce(source).then(again, (error: unknown) =>
          error instanceof Problem ? resolve(error) : reject(error as Error),
        );
      };
      again();
    });
    assert.equal(problem.code, 'vault.signInRefused');
    assert.equal(problem.retry, 'purge');
  });

  it('reports a directory that does not respond as an error to retry, not as a wrong password', async () => {
    await signInMount('away', { url: `ldap://127.0.0.1:${await freePort()}` });
    const problem = await problemOf(as('ada', person.ada, { authMount: 'away' }));
    assert.equal(problem.code, 'vault.directory');
    assert.equal(problem.retry, 'automatic');
  });

  describe('and reading a dynamic secret', () => {
    const dynamic = { path: 'ldap/creds/mlflow' };

    it('reports when its lease expires, and gets another at the next reading', async () => {
      const source = await openSource(as('ada', person.ada, dynamic));
      const earliest = Date.now() + 60_000;
      const first = await source.fetch(fetchDeadline());
      const latest = Date.now() + 60_000;
      const { expiresAt = 0 } = first;
      assert.ok(expiresAt >= earliest - 1000 && expiresAt <= latest, `${latest - expiresAt} ms early`);
      const { username, password } = JSON.parse(first.text.reveal()) as Record<string, string>;
      // It is an entry of the directory.
      await read(as(username ?? '', password ?? ''));
      assert.notEqual(await readOnce(source), first.text.reveal());
    });

    it('revokes it when the connection ends', async () => {
      const source = await openSource(as('ada', person.ada, dynamic));
      const { username = '', password = '' } = JSON.parse(await readOnce(source)) as Record<string, string>;
      await read(as(username, password));
      await source.close({ revoke: true });
      // Vault revokes a token's leases beside the answer.
      const signIn = async (): Promise<string> =>
        read(as(username, password)).then(
          () => 'vault.read',
          (error: unknown) => (error instanceof Problem ? error.code : String(error)),
        );
      let outcome: string;
      do outcome = await signIn();
      while (outcome === 'vault.read');
      assert.equal(outcome, 'vault.signInRefused');
    });
  });
});
