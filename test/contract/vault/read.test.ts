import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo, Server } from 'node:net';
import { readFile } from 'node:fs/promises';
import { freePort } from '../../support/servers/child.ts';
import { startOpenBao } from '../../support/servers/openbao.ts';
import { runFolder } from '../../support/servers/run-folder.ts';
import { Bootstrap, problemOf, read, sharedBao, tokenWith, uniquePath, vaultSource } from './fixture.ts';

const credential = { username: 'ada', password: 'canary-vault' };

async function listening(server: Server): Promise<string> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe('reading from Vault', () => {
  let path = '';

  before(async function () {
    this.timeout(30_000);
    const bao = await sharedBao();
    await bao.call('POST', 'sys/mounts/kv1', { type: 'kv', options: { version: '1' } });
    await bao.call('POST', 'sys/mounts/teams/ml/kv', { type: 'kv', options: { version: '2' } });
  });

  beforeEach(async () => {
    path = uniquePath();
    await (await sharedBao()).call('POST', `secret/data/${path}`, { data: credential });
  });

  it('reads version 2, and tells the version', async () => {
    const found = await read({ configuration: { path: `secret/${path}` } });
    assert.deepEqual(JSON.parse(found.text), credential);
    assert.equal(found.version, '1');
  });

  for (const [name, write] of [
    ['with data/ in the path', (): string => `secret/data/${path}`],
    ['with slashes around the path', (): string => `/secret/${path}/`],
  ] as const) {
    it(`reads version 2 ${name}`, async () => {
      assert.deepEqual(JSON.parse((await read({ configuration: { path: write() } })).text), credential);
    });
  }

  it('reads a secret whose own name begins with data/', async () => {
    await (await sharedBao()).call('POST', `secret/data/data/${path}x`, { data: { value: 'canary-data' } });
    assert.equal((await read({ configuration: { path: `secret/data/${path}x` } })).text, 'canary-data');
  });

  it('reads version 1', async () => {
    await (await sharedBao()).call('POST', `kv1/${path}`, credential);
    const found = await read({ configuration: { path: `kv1/${path}` } });
    assert.deepEqual(JSON.parse(found.text), credential);
    assert.equal(found.version, undefined);
  });

  it('reads from a mount of several parts, given or found', async () => {
    await (await sharedBao()).call('POST', `teams/ml/kv/data/${path}`, { data: { token: 'canary-team' } });
    const found = await read({ configuration: { path: `teams/ml/kv/${path}` } });
    assert.deepEqual(JSON.parse(found.text), { token: 'canary-team' });
    const given = await read({ configuration: { mount: 'teams/ml/kv', path } });
    assert.deepEqual(JSON.parse(given.text), { token: 'canary-team' });
  });

  it('gives the text of a single field called value', async () => {
    await (await sharedBao()).call('POST', `secret/data/${path}`, { data: { value: 'canary-text' } });
    assert.equal((await read({ configuration: { path: `secret/${path}` } })).text, 'canary-text');
  });

  it('reads a pinned version', async () => {
    await (await sharedBao()).call('POST', `secret/data/${path}`, { data: { token: 'canary-second' } });
    const first = await read({ configuration: { path: `secret/${path}`, version: 1 } });
    assert.deepEqual(JSON.parse(first.text), credential);
    const newest = await read({ configuration: { path: `secret/${path}` } });
    assert.equal(newest.version, '2');
  });

  it('reads with a policy that allows nothing but the secret', async () => {
    const vaultToken = await tokenWith(`path "secret/data/${path}" { capabilities = ["read"] }`, {
      no_default_policy: true,
    });
    const options = { configuration: { path: `secret/${path}` }, bootstrap: new Bootstrap({ vaultToken }) };
    assert.deepEqual(JSON.parse((await read(options)).text), credential);
  });

  it('reads in a namespace, with its header on each call', async () => {
    const bao = await sharedBao();
    await bao.call('POST', `sys/namespaces/${path}`, {});
    await bao.call('POST', 'sys/mounts/kv', { type: 'kv', options: { version: '2' } }, { namespace: path });
    await bao.call('POST', 'kv/data/mlflow', { data: credential }, { namespace: path });
    const found = await read({ configuration: { namespace: path, path: 'kv/mlflow' } });
    assert.deepEqual(JSON.parse(found.text), credential);
  });

  it('tells a secret that is not there', async () => {
    const problem = await problemOf({ configuration: { path: `secret/${path}-none` } });
    assert.equal(problem.code, 'vault.noSuchSecret');
    assert.equal(problem.persistence, 'revoked');
    assert.ok(problem.message.includes(`secret/${path}-none`));
  });

  it('tells a deleted version from a destroyed one', async () => {
    const bao = await sharedBao();
    await bao.call('DELETE', `secret/data/${path}`);
    assert.equal((await problemOf({ configuration: { path: `secret/${path}` } })).code, 'vault.deleted');
    await bao.call('PUT', `secret/destroy/${path}`, { versions: [1] });
    assert.equal((await problemOf({ configuration: { path: `secret/${path}` } })).code, 'vault.destroyed');
  });

  it('tells a mount that is not there', async () => {
    const problem = await problemOf({ configuration: { path: `nowhere/${path}` } });
    assert.match(problem.code, /^vault\.(noSuchMount|noSuchSecret|denied)$/);
    assert.equal(problem.persistence, 'revoked');
  });

  it('names the policy line that is missing', async () => {
    const vaultToken = await tokenWith('path "secret/data/other" { capabilities = ["read"] }');
    const problem = await problemOf({
      configuration: { path: `secret/${path}` },
      bootstrap: new Bootstrap({ vaultToken }),
    });
    assert.equal(problem.code, 'vault.denied');
    assert.ok(
      problem.remedy.includes(`path "secret/data/${path}" { capabilities = ["read"] }`),
      problem.remedy,
    );
  });

  it('names a path that is only a mount', async () => {
    assert.equal((await problemOf({ configuration: { path: 'secret' } })).code, 'vault.path');
  });

  it('says that nobody listens there', async () => {
    const address = `http://127.0.0.1:${await freePort()}`;
    const problem = await problemOf({
      configuration: { address },
      bootstrap: new Bootstrap({ vaultToken: 'canary' }),
    });
    assert.equal(problem.code, 'vault.refused');
    assert.equal(problem.persistence, 'transient');
  });

  it('says that the name does not resolve', async () => {
    const options = {
      configuration: { address: 'https://vault.invalid' },
      bootstrap: new Bootstrap({ vaultToken: 'canary' }),
    };
    assert.equal((await problemOf(options)).code, 'vault.dns');
  });

  it('stops at once when it is told to, even where nobody answers', async () => {
    const server = createServer(() => undefined);
    try {
      const address = await listening(server);
      const source = await vaultSource({
        configuration: { address },
        bootstrap: new Bootstrap({ vaultToken: 'canary' }),
      });
      const stop = new AbortController();
      const reading = source.fetch(stop.signal);
      setTimeout(() => stop.abort(new Error('stopped by the test')), 50);
      await assert.rejects(reading, /stopped by the test/);
    } finally {
      server.close();
    }
  });

  it('does not follow a redirect, which would carry the token to another host', async () => {
    const bytes: string[] = [];
    const other = createServer((socket) => socket.on('data', (data) => bytes.push(String(data))));
    const target = await listening(other);
    const front = createServer((socket) => {
      socket.on('data', () =>
        socket.end(`HTTP/1.1 307 T\r\nlocation: ${target}/v1/x\r\ncontent-length: 0\r\n\r\n`),
      );
    });
    try {
      const address = await listening(front);
      const problem = await problemOf({
        configuration: { address },
        bootstrap: new Bootstrap({ vaultToken: 'canary' }),
      });
      assert.equal(problem.code, 'vault.redirected');
      assert.ok(problem.message.includes(target));
      assert.deepEqual(bytes, []);
    } finally {
      front.close();
      other.close();
    }
  });
});

describe('a Vault of its own', function () {
  this.timeout(30_000);

  it('is told to be sealed', async () => {
    const bao = await startOpenBao({ folder: await runFolder('bao-sealed') });
    try {
      await bao.call('PUT', 'sys/seal');
      const bootstrap = new Bootstrap({ vaultToken: bao.rootToken });
      const problem = await problemOf({ configuration: { address: bao.address }, bootstrap });
      assert.equal(problem.code, 'vault.sealed');
      assert.equal(problem.persistence, 'transient');
    } finally {
      await bao.stop();
    }
  });

  it('with a certificate of its own is trusted by the user’s file or VAULT_CACERT, and not without', async () => {
    const bao = await startOpenBao({ folder: await runFolder('bao-tls'), tls: true });
    try {
      const ca = await readFile(bao.caFile, 'utf8');
      const options = {
        configuration: { address: bao.address, path: 'secret/none' },
        bootstrap: new Bootstrap({ vaultToken: bao.rootToken }),
      };
      assert.equal((await problemOf(options)).code, 'vault.tlsUntrusted');
      const trusted = { ...options, context: { extraCertificates: [ca] } };
      assert.equal((await problemOf(trusted)).code, 'vault.noSuchSecret');
      const byVariable = { ...options, context: { environment: { VAULT_CACERT: bao.caFile } } };
      assert.equal((await problemOf(byVariable)).code, 'vault.noSuchSecret');
    } finally {
      await bao.stop();
    }
  });
});
