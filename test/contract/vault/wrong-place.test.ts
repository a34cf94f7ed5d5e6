import assert from 'node:assert/strict';
import { createServer } from 'node:tls';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { versionOne } from '../../../src/providers/vault/kv-path.ts';
import { deniedElsewhere } from '../../../src/providers/vault/kv-problem.ts';
import { makeCertificates } from '../../support/servers/certificates.ts';
import { startOpenBao } from '../../support/servers/openbao.ts';
import { runFolder } from '../../support/servers/run-folder.ts';
import { Bootstrap, vaultFixture } from './fixture.ts';

const policy = 'path "secret/data/shared" { capabilities = ["read"] }';

describe('A secret looked for in the wrong place of a Vault', () => {
  const { bao, read, problemOf, tokenWith } = vaultFixture();

  before(async () => {
    await bao.call('POST', 'secret/data/shared', { data: { token: 'canary-shared' } });
    await bao.call('POST', 'sys/mounts/transit', { type: 'transit' });
    await bao.call('POST', 'sys/mounts/first', { type: 'kv', options: { version: '1' } });
  });

  for (const path of ['transit/mlflow', 'auth/token/create'])
    it(`is where no secrets are kept: ${path}`, async () => {
      const problem = await problemOf({ configuration: { path } });
      assert.equal(problem.code, 'vault.otherEngine');
      assert.match(problem.remedy, /a key\/value mount/);
    });

  it('is missing, whatever version is asked for, where there are none', async () => {
    const problem = await problemOf({ configuration: { path: 'first/none', version: 3 } });
    assert.equal(problem.code, 'vault.noSuchSecret');
  });

  it('is denied to a token of another namespace, which is named', async () => {
    await bao.call('POST', 'sys/namespaces/ml', {});
    await bao.call('PUT', 'sys/policies/acl/reader', { policy }, { namespace: 'ml' });
    const made = await bao.call('POST', 'auth/token/create', { policies: ['reader'] }, { namespace: 'ml' });
    const bootstrap = new Bootstrap({ 'vault.token': made.auth?.client_token ?? '' });
    const problem = await problemOf({ configuration: { path: 'secret/shared' }, bootstrap });
    assert.equal(problem.code, 'vault.denied');
    assert.match(problem.message, /of the namespace "ml".* in the namespace "root"/);
    assert.match(problem.remedy, /mlflowSecretsAuth\.vault\.namespace/);
    // No policy of "root" is in a token of "ml".
    assert.doesNotMatch(problem.remedy, /capabilities/);
    const own = new Bootstrap({ 'vault.token': await tokenWith('path "x" { capabilities = ["read"] }') });
    const plain = await problemOf({ configuration: { path: 'secret/shared' }, bootstrap: own });
    assert.doesNotMatch(plain.message, /namespace/);
  });

  it('may be denied because of the namespace where the token may not be asked for its own', async () => {
    const unasked = await tokenWith('path "x" { capabilities = ["read"] }', { no_default_policy: true });
    const bootstrap = new Bootstrap({ 'vault.token': unasked });
    const problem = await problemOf({ configuration: { path: 'secret/shared' }, bootstrap });
    assert.equal(problem.code, 'vault.denied');
    assert.match(problem.remedy, /mlflowSecretsAuth\.vault\.namespace: Vault does not tell/);
    assert.match(problem.remedy, /path "secret\/data\/shared"/);
  });

  it('is denied to a token of the root namespace in another, and both are named', async () => {
    await bao.call('POST', 'sys/namespaces/ops', {});
    const bootstrap = new Bootstrap({ 'vault.token': await tokenWith(policy) });
    const configuration = { path: 'secret/shared', namespace: 'ops' };
    const problem = await problemOf({ configuration, bootstrap });
    assert.equal(problem.code, 'vault.denied');
    assert.match(problem.message, /of the namespace "root".* in the namespace "ops"/);
  });

  it('is denied to a token of a namespace above, with the path that its policy has to have', () => {
    const path = versionOne('kv', 'shared');
    assert.match(deniedElsewhere(path, '', 'ml/ops').remedy, /path "ml\/ops\/kv\/shared"/);
    assert.match(deniedElsewhere(path, 'ml', 'ml/ops').remedy, /path "ops\/kv\/shared"/);
  });

  for (const path of ['v1', 'ui', 'ui/vault/secrets/secret/show/shared'])
    it(`is not below an address with the path ${path}, which is named`, async () => {
      const configuration = { address: `${bao.address}/${path}`, path: 'secret/shared' };
      const bootstrap = new Bootstrap({ 'vault.token': bao.rootToken });
      const problem = await problemOf({ configuration, bootstrap });
      assert.equal(problem.code, 'vault.notVault');
      assert.ok(problem.remedy.includes(`${bao.address}.`), problem.remedy);
      await read({ configuration: { path: 'secret/shared' } });
    });

  it('is asked for over http where the server expects https', async () => {
    const secure = await startOpenBao({ folder: await runFolder('bao-https-only'), tls: true });
    try {
      const configuration = { address: secure.address.replace('https:', 'http:'), path: 'secret/shared' };
      const bootstrap = new Bootstrap({ 'vault.token': 'canary-token' });
      const problem = await problemOf({ configuration, bootstrap });
      assert.equal(problem.code, 'vault.tlsProtocol');
      assert.ok(problem.remedy.includes(secure.address), problem.remedy);
    } finally {
      await secure.stop();
    }
  });

  it('is asked for over http where the server expects https, and closes without a word', async () => {
    const { cert, key } = await makeCertificates(await runFolder('https-only'), ['127.0.0.1']);
    const server = createServer({ cert, key }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const configuration = { address: `http://127.0.0.1:${port}`, path: 'secret/shared' };
    const bootstrap = new Bootstrap({ 'vault.token': 'canary-token' });
    const problem = await problemOf({ configuration, bootstrap });
    server.close();
    assert.equal(problem.code, 'vault.tlsProtocol');
  });
});
