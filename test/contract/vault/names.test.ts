import assert from 'node:assert/strict';
import type { SecretNames } from '../../../src/providers/source.ts';
import { fetchDeadline } from '../../support/fetch-deadline.ts';
import { Bootstrap, uniquePath, vaultFixture } from './fixture.ts';
import type { SourceOptions } from './fixture.ts';

describe('Vault: the names of secrets', function () {
  this.timeout(60_000);
  const { bao, openSource, tokenWith, problemOf } = vaultFixture();

  async function names(options: SourceOptions): Promise<SecretNames> {
    const source = await openSource(options);
    return (await source.names?.(fetchDeadline())) ?? { kind: 'notAsked' };
  }

  async function listed(options: SourceOptions): Promise<Extract<SecretNames, { kind: 'listed' }>> {
    const found = await names(options);
    assert.ok(found.kind === 'listed', found.kind);
    return found;
  }

  const namesOf = ({ secrets }: { secrets: readonly { readonly name: string }[] }): readonly string[] =>
    secrets.map(({ name }) => name).sort();

  const by = (token: string): Pick<SourceOptions, 'bootstrap'> => ({
    bootstrap: new Bootstrap({ 'vault.token': token }),
  });

  async function mounted(version: '1' | '2'): Promise<string> {
    const mount = uniquePath();
    await bao.call('POST', `sys/mounts/${mount}`, { type: 'kv', options: { version } });
    const [prefix, wrap] =
      version === '2' ? ['data/', (data: object) => ({ data })] : ['', (data: object) => data];
    for (const path of ['mlflow', 'team/ml flow', 'team/deep/mlflow']) {
      await bao.call('POST', `${mount}/${prefix}${encodeURI(path)}`, wrap({ token: 'canary' }));
    }
    return mount;
  }

  for (const version of ['1', '2'] as const) {
    it(`are found in the folders of key/value version ${version}, at the configured mount`, async () => {
      const mount = await mounted(version);
      const found = await listed({ configuration: { mount } });
      const paths = ['mlflow', 'team/deep/mlflow', 'team/ml flow'].map((path) => `${mount}/${path}`);
      assert.deepEqual(namesOf(found), paths);
      assert.equal(found.isCutOff, false);
      assert.equal(found.identity, 'token');
    });
  }

  it('are found at all mounts that Vault shows to the token, and read as they are named', async () => {
    const [first, second] = [await mounted('1'), await mounted('2')];
    const policy = [first, `${second}/metadata`, `${second}/data`]
      .map((path) => `path "${path}/*" { capabilities = ["read", "list"] }`)
      .join('\n');
    const token = await tokenWith(policy, { display_name: 'anna' });
    const found = await listed({ configuration: {}, ...by(token) });
    assert.deepEqual(
      [...new Set(namesOf(found).map((name) => name.split('/')[0]))].sort(),
      [first, second].sort(),
    );
    assert.equal(found.identity, 'token-anna');
    for (const { name: path } of found.secrets) {
      const source = await openSource({ configuration: { path }, ...by(token) });
      assert.equal((await source.fetch(fetchDeadline())).text.reveal(), '{"token":"canary"}');
    }
  });

  it('leave out folders that the policy does not show, and say that there may be more', async () => {
    const mount = await mounted('2');
    const token = await tokenWith(`path "${mount}/metadata/" { capabilities = ["list"] }`);
    const found = await listed({ configuration: { mount }, ...by(token) });
    assert.deepEqual(namesOf(found), [`${mount}/mlflow`]);
    assert.equal(found.isCutOff, true);
  });

  it('are denied by the policy, which is no problem', async () => {
    const mount = await mounted('2');
    const token = await tokenWith(`path "${mount}/data/mlflow" { capabilities = ["read"] }`);
    assert.deepEqual(await names({ configuration: { mount }, ...by(token) }), { kind: 'denied' });
    const nothing = await tokenWith('path "secret/data/mlflow" { capabilities = ["read"] }');
    assert.deepEqual(await names({ configuration: {}, ...by(nothing) }), { kind: 'denied' });
  });

  it('are as many as one can pick from', async () => {
    const mount = uniquePath();
    await bao.call('POST', `sys/mounts/${mount}`, { type: 'kv', options: { version: '1' } });
    for (let n = 0; n < 70; n += 1)
      await bao.call('POST', `${mount}/folder-${n}/secret`, { token: 'canary' });
    const found = await listed({ configuration: { mount } });
    assert.ok(found.secrets.length < 70 && found.isCutOff);
  });

  it('are asked for by no sign-in that is used up by it', async () => {
    const configuration = { authMethod: 'approle', roleId: 'role' } as const;
    assert.deepEqual(await names({ configuration }), { kind: 'notAsked' });
  });

  it('are not asked for with a token that Vault does not accept', async () => {
    const options = { configuration: {}, ...by('canary-wrong') };
    await assert.rejects(names(options), ({ code }: { code: string }) => code === 'vault.tokenRefused');
    assert.equal((await problemOf(options)).code, 'vault.tokenRefused');
  });
});
