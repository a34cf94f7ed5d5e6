import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo, Server } from 'node:net';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Problem } from '../../../src/problem.ts';
import { VaultClient } from '../../../src/providers/vault/client.ts';
import { freePort } from '../../support/servers/child.ts';
import { startOpenBao } from '../../support/servers/openbao.ts';
import { runFolder } from '../../support/servers/run-folder.ts';
import { Bootstrap, uniquePath, vaultFixture, vaultSources } from './fixture.ts';
import type { SourceOptions } from './fixture.ts';
import { fetchDeadline } from '../../support/fetch-deadline.ts';

const credential = { username: 'ada', password: 'canary-vault' };

async function listening(server: Server): Promise<string> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe('Reading from Vault', () => {
  const { bao, openSource, read, problemOf, tokenWith } = vaultFixture();
  let path = '';

  before(async () => {
    await bao.call('POST', 'sys/mounts/kv1', { type: 'kv', options: { version: '1' } });
    await bao.call('POST', 'sys/mounts/teams/ml/kv', { type: 'kv', options: { version: '2' } });
  });

  beforeEach(async () => {
    path = uniquePath();
    await bao.call('POST', `secret/data/${path}`, { data: credential });
  });

  it('reads version 2, with the version of the secret', async () => {
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

  it('gives away no token that signs in to Vault, wherever it may be read', async () => {
    const policy = ['secret/data/*', 'auth/token/*', 'cubbyhole/*', 'sys/internal/*']
      .map((path) => `path "${path}" { capabilities = ["read", "create", "update", "list"] }`)
      .join('\n');
    for (const policies of [policy, 'path "auth/token/lookup-self" { capabilities = ["read"] }']) {
      const bootstrap = new Bootstrap({ 'vault.token': await tokenWith(policies) });
      for (const configuration of [
        { path: 'auth/token/lookup-self' },
        { path: 'token/lookup-self', mount: 'auth' },
        { path: 'lookup-self', mount: 'auth/token' },
        { path: 'auth/token/lookup' },
        { path: 'token/auth/token/lookup-self' },
      ]) {
        const problem = await problemOf({ configuration, bootstrap });
        assert.match(problem.code, /^vault\.(?:notASecret|denied|no\w+)$/, JSON.stringify(configuration));
      }
    }
    // Whoever may write there may have put it anywhere.
    const token = await tokenWith(`path "secret/data/${path}" { capabilities = ["read"] }`);
    await bao.call('POST', `secret/data/${path}`, { data: { token: `x${token}` } });
    const bootstrap = new Bootstrap({ 'vault.token': token });
    const { code } = await problemOf({ configuration: { path: `secret/${path}` }, bootstrap });
    assert.equal(code, 'vault.notASecret');
  });

  it('asks no endpoint that shows a token, and says why', async () => {
    const token = await tokenWith('path "secret/*" { capabilities = ["read"] }');
    const bootstrap = new Bootstrap({ 'vault.token': token });
    for (const endpoint of ['lookup-self', 'lookup', `lookup/${token}`, 'lookup-accessor']) {
      for (const namespace of ['', 'team/']) {
        const configuration = { path: `${namespace}auth/token/${endpoint}` };
        const { code } = await problemOf({ configuration, bootstrap });
        assert.equal(code, 'vault.notASecret', configuration.path);
      }
    }
  });

  it('reads a secret whose path only has the words of where tokens are', async () => {
    for (const name of [`${path}/auth/token`, `auth/token/${path}`, `auth/token/lookups/${path}`]) {
      await bao.call('POST', `secret/data/${name}`, { data: { value: 'canary-second' } });
      await bao.call('POST', `kv1/${name}`, { value: 'canary-first' });
      assert.equal((await read({ configuration: { path: `secret/${name}` } })).text, 'canary-second', name);
      assert.equal((await read({ configuration: { path: `kv1/${name}` } })).text, 'canary-first', name);
    }
  });

  it('reads a secret with a word in it that somebody chose as a token', async () => {
    await bao.call('POST', 'auth/token/create', { id: 'canary-dev' });
    await bao.call('POST', `secret/data/${path}`, { data: { username: 'canary-dev', password: 'x' } });
    const bootstrap = new Bootstrap({ 'vault.token': 'canary-dev' });
    const found = await read({ configuration: { path: `secret/${path}` }, bootstrap });
    assert.match(found.text, /"username":"canary-dev"/);
  });

  it('reads a secret whose own name begins with data/', async () => {
    await bao.call('POST', `secret/data/data/${path}x`, { data: { value: 'canary-data' } });
    assert.equal((await read({ configuration: { path: `secret/data/${path}x` } })).text, 'canary-data');
  });

  it('reads version 1', async () => {
    await bao.call('POST', `kv1/${path}`, credential);
    const found = await read({ configuration: { path: `kv1/${path}` } });
    assert.deepEqual(JSON.parse(found.text), credential);
    assert.equal(found.version, undefined);
  });

  it('reads from a mount of several parts, given or found', async () => {
    await bao.call('POST', `teams/ml/kv/data/${path}`, { data: { token: 'canary-team' } });
    const found = await read({ configuration: { path: `teams/ml/kv/${path}` } });
    assert.deepEqual(JSON.parse(found.text), { token: 'canary-team' });
    const given = await read({ configuration: { mount: 'teams/ml/kv', path } });
    assert.deepEqual(JSON.parse(given.text), { token: 'canary-team' });
  });

  it('gives the text of a single field called value', async () => {
    await bao.call('POST', `secret/data/${path}`, { data: { value: 'canary-text' } });
    assert.equal((await read({ configuration: { path: `secret/${path}` } })).text, 'canary-text');
  });

  it('reads a pinned version', async () => {
    await bao.call('POST', `secret/data/${path}`, { data: { token: 'canary-second' } });
    const first = await read({ configuration: { path: `secret/${path}`, version: 1 } });
    assert.deepEqual(JSON.parse(first.text), credential);
    const newest = await read({ configuration: { path: `secret/${path}` } });
    assert.equal(newest.version, '2');
  });

  it('reads with a policy that allows nothing but the secret', async () => {
    const vaultToken = await tokenWith(`path "secret/data/${path}" { capabilities = ["read"] }`, {
      no_default_policy: true,
    });
    const options = {
      configuration: { path: `secret/${path}` },
      bootstrap: new Bootstrap({ 'vault.token': vaultToken }),
    };
    assert.deepEqual(JSON.parse((await read(options)).text), credential);
  });

  describe('with a policy that denies looking up the mount', () => {
    const noQuestion = 'path "sys/internal/ui/mounts/*" { capabilities = ["deny"] }';

    async function withPolicy(
      allowed: string,
      configuration: SourceOptions['configuration'],
    ): Promise<unknown> {
      const rule = `${noQuestion}\npath "${allowed}" { capabilities = ["read"] }`;
      const vaultToken = await tokenWith(rule, { no_default_policy: true });
      return JSON.parse(
        (await read({ configuration, bootstrap: new Bootstrap({ 'vault.token': vaultToken }) })).text,
      );
    }

    it('reads version 2, with data/ in the path and without', async () => {
      for (const written of [`secret/${path}`, `secret/data/${path}`]) {
        assert.deepEqual(await withPolicy(`secret/data/${path}`, { path: written }), credential);
      }
    });

    it('reads version 1', async () => {
      await bao.call('POST', `kv1/${path}`, credential);
      assert.deepEqual(await withPolicy(`kv1/${path}`, { path: `kv1/${path}` }), credential);
    });

    it('reads from a mount of several parts, given or not, with data/ in the path and without', async () => {
      await bao.call('POST', `teams/ml/kv/data/${path}`, { data: credential });
      for (const configuration of [
        { path: `teams/ml/kv/${path}` },
        { path: `teams/ml/kv/data/${path}` },
        { path, mount: 'teams/ml/kv' },
        { path: `teams/ml/kv/${path}`, mount: '/teams/ml/kv/' },
      ]) {
        assert.deepEqual(await withPolicy(`teams/ml/kv/data/${path}`, configuration), credential);
      }
    });

    it('names the path that the policy may lack, and the mount to set', async () => {
      const vaultToken = await tokenWith(noQuestion);
      const problem = await problemOf({
        configuration: { path: `teams/ml/kv/${path}` },
        bootstrap: new Bootstrap({ 'vault.token': vaultToken }),
      });
      assert.equal(problem.code, 'vault.denied');
      assert.match(problem.remedy, /mlflowSecretsAuth\.vault\.mount.*capabilities = \["read"\]/);
    });
  });

  it('reads in a namespace, with its header on each call', async () => {
    await bao.call('POST', `sys/namespaces/${path}`, {});
    await bao.call('POST', 'sys/mounts/kv', { type: 'kv', options: { version: '2' } }, { namespace: path });
    await bao.call('POST', 'kv/data/mlflow', { data: credential }, { namespace: path });
    const found = await read({ configuration: { namespace: path, path: 'kv/mlflow' } });
    assert.deepEqual(JSON.parse(found.text), credential);
  });

  it('reports a namespace that does not exist, whatever it is asked there', async () => {
    const problem = await problemOf({ configuration: { namespace: `${path}-none`, path: 'kv/mlflow' } });
    assert.equal(problem.code, 'vault.noSuchNamespace');
    assert.match(problem.remedy, /mlflowSecretsAuth\.vault\.namespace/);
  });

  it('keeps reading after the engine was upgraded to version 2', async () => {
    const mount = `kv-${path}`;
    await bao.call('POST', `sys/mounts/${mount}`, { type: 'kv', options: { version: '1' } });
    await bao.call('POST', `${mount}/mlflow`, credential);
    const source = await openSource({ configuration: { path: `${mount}/mlflow` } });
    const readAgain = async (): Promise<unknown> =>
      JSON.parse((await source.fetch(fetchDeadline())).text.reveal());
    assert.deepEqual(await readAgain(), credential);
    await bao.call('DELETE', `sys/mounts/${mount}`);
    await assert.rejects(readAgain());
    await bao.call('POST', `sys/mounts/${mount}`, { type: 'kv', options: { version: '2' } });
    let written: unknown;
    // A new engine of version 2 takes a moment to be ready.
    do {
      written = await bao
        .call('POST', `${mount}/data/mlflow`, { data: { token: 'canary-v2' } })
        .catch(() => undefined);
    } while (written === undefined);
    assert.deepEqual(await readAgain(), { token: 'canary-v2' });
  });

  it('gives a 64 kB secret whole', async () => {
    const value = 'canary-ü€😀'.repeat(4000);
    await bao.call('POST', `secret/data/${path}`, { data: { value } });
    assert.equal((await read({ configuration: { path: `secret/${path}` } })).text, value);
  });

  it('reports a secret that does not exist', async () => {
    const problem = await problemOf({ configuration: { path: `secret/${path}-none` } });
    assert.equal(problem.code, 'vault.noSuchSecret');
    assert.equal(problem.retry, 'purge');
    assert.ok(problem.message.includes(`secret/${path}-none`));
  });

  it('reports a version that does not exist', async () => {
    await bao.call('POST', `secret/data/${path}`, { data: credential });
    const problem = await problemOf({ configuration: { path: `secret/${path}`, version: 7 } });
    assert.equal(problem.code, 'vault.noSuchVersion');
    assert.match(problem.remedy, /mlflowSecretsAuth\.vault\.version/);
  });

  it('distinguishes a deleted version from a destroyed one', async () => {
    await bao.call('DELETE', `secret/data/${path}`);
    assert.equal((await problemOf({ configuration: { path: `secret/${path}` } })).code, 'vault.deleted');
    await bao.call('PUT', `secret/destroy/${path}`, { versions: [1] });
    assert.equal((await problemOf({ configuration: { path: `secret/${path}` } })).code, 'vault.destroyed');
  });

  it('reports a mount that does not exist', async () => {
    const problem = await problemOf({ configuration: { path: `nowhere/${path}` } });
    assert.match(problem.code, /^vault\.(noSuchMount|noSuchSecret|denied)$/);
    assert.equal(problem.retry, 'purge');
  });

  it('names the line that the policy lacks', async () => {
    const vaultToken = await tokenWith('path "secret/data/other" { capabilities = ["read"] }');
    const problem = await problemOf({
      configuration: { path: `secret/${path}` },
      bootstrap: new Bootstrap({ 'vault.token': vaultToken }),
    });
    assert.equal(problem.code, 'vault.denied');
    assert.ok(
      problem.remedy.includes(`path "secret/data/${path}" { capabilities = ["read"] }`),
      problem.remedy,
    );
  });

  it('reports a path that is only a mount', async () => {
    assert.equal((await problemOf({ configuration: { path: 'secret' } })).code, 'vault.path');
  });

  it('reports that nothing listens at the address', async () => {
    const address = `http://127.0.0.1:${await freePort()}`;
    const problem = await problemOf({
      configuration: { address },
      bootstrap: new Bootstrap({ 'vault.token': 'canary' }),
    });
    assert.equal(problem.code, 'vault.refused');
    assert.equal(problem.retry, 'automatic');
  });

  it('reports that the name does not resolve', async () => {
    const options = {
      configuration: { address: 'https://vault.invalid' },
      bootstrap: new Bootstrap({ 'vault.token': 'canary' }),
    };
    assert.equal((await problemOf(options)).code, 'vault.dns');
  });

  it('reports that the server did not respond in time', async () => {
    const server = createServer(() => undefined);
    try {
      const address = await listening(server);
      const client = new VaultClient({
        address,
        namespace: undefined,
        tls: { rejectUnauthorized: true },
        callTimeoutMs: 50,
      });
      const signal = new AbortController().signal;
      await assert.rejects(client.call({ method: 'GET', path: 'sys/health', signal }), (error) => {
        assert.ok(error instanceof Problem);
        assert.deepEqual([error.code, error.retry], ['vault.timeout', 'automatic']);
        return true;
      });
    } finally {
      server.close();
    }
  });

  it('stops at once when it is aborted, even where nothing responds, and closes the connection', async () => {
    let asked: () => void = () => undefined;
    let closed: () => void = () => undefined;
    const wasAsked = new Promise<void>((resolve) => (asked = resolve));
    const wasClosed = new Promise<void>((resolve) => (closed = resolve));
    const server = createServer((socket) => {
      socket.on('data', asked).on('close', closed).on('error', closed);
    });
    try {
      const address = await listening(server);
      const source = await openSource({
        configuration: { address },
        bootstrap: new Bootstrap({ 'vault.token': 'canary' }),
      });
      const stop = new AbortController();
      const reading = source.fetch(stop.signal);
      await wasAsked;
      stop.abort(new Error('stopped by the test'));
      await assert.rejects(reading, /stopped by the test/);
      await wasClosed;
    } finally {
      server.close();
    }
  });

  it('does not follow a redirect, which would send the token to another host', async () => {
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
        bootstrap: new Bootstrap({ 'vault.token': 'canary' }),
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

describe('A Vault of its own', () => {
  const { openSource, problemOf } = vaultSources();

  it('is reported as sealed', async () => {
    const bao = await startOpenBao({ folder: await runFolder('bao-sealed') });
    try {
      await bao.call('PUT', 'sys/seal');
      const bootstrap = new Bootstrap({ 'vault.token': bao.rootToken });
      const problem = await problemOf({ configuration: { address: bao.address }, bootstrap });
      assert.equal(problem.code, 'vault.sealed');
      assert.equal(problem.retry, 'automatic');
      const inNamespace = { address: bao.address, namespace: 'ml' };
      assert.equal((await problemOf({ configuration: inNamespace, bootstrap })).code, 'vault.sealed');
    } finally {
      await bao.stop();
    }
  });

  it('is reported as not initialised', async () => {
    const bao = await startOpenBao({ folder: await runFolder('bao-new'), uninitialised: true });
    try {
      const bootstrap = new Bootstrap({ 'vault.token': 'canary-token' });
      const problem = await problemOf({ configuration: { address: bao.address }, bootstrap });
      assert.equal(problem.code, 'vault.notInitialised');
      assert.equal(problem.retry, 'automatic');
    } finally {
      await bao.stop();
    }
  });

  it('is reported as limiting requests, with the time to wait', async () => {
    const bao = await startOpenBao({ folder: await runFolder('bao-quota') });
    try {
      await bao.call('POST', 'secret/data/mlflow', { data: { token: 'canary-quota' } });
      const source = await openSource({
        configuration: { address: bao.address, path: 'secret/mlflow' },
        bootstrap: new Bootstrap({ 'vault.token': bao.rootToken }),
      });
      await source.fetch(fetchDeadline());
      await bao.call('POST', 'sys/quotas/config', { enable_rate_limit_response_headers: true });
      await bao.call('POST', 'sys/quotas/rate-limit/slow', { rate: 1, interval: '60s', path: 'secret' });
      const problem = await new Promise<Problem>((resolve, reject) => {
        const again = (): void => {
          source
            .fetch(fetchDeadline())
            .then(again, (error: unknown) =>
              error instanceof Problem ? resolve(error) : reject(error as Error),
            );
        };
        again();
      });
      assert.deepEqual([problem.code, problem.retry], ['vault.rateLimited', 'automatic']);
      assert.ok((problem.retryAfterMs ?? 0) > 0 && (problem.retryAfterMs ?? 0) <= 60_000);
    } finally {
      await bao.stop();
    }
  });

  it('is not called with a VAULT_CACERT that cannot be used', async () => {
    const empty = join(await runFolder('ca'), 'ca.pem');
    await writeFile(empty, 'canary, and no certificate');
    for (const [file, words] of [
      [`${empty}.gone`, /could not be read \(ENOENT\)/],
      [empty, /contains no PEM certificate/],
    ] as const) {
      const problem = await problemOf({
        configuration: {
          address: 'https://127.0.0.1:1',
          storeCertificates: { path: file, from: 'VAULT_CACERT' },
        },
        bootstrap: new Bootstrap({ 'vault.token': 'canary' }),
      });
      assert.equal(problem.code, 'settings.certificateVariable');
      assert.match(problem.message, words);
    }
    await rm(empty);
  });

  it('with its own certificate is trusted with the user’s file or VAULT_CACERT, and not without', async () => {
    const bao = await startOpenBao({ folder: await runFolder('bao-tls'), tls: true });
    try {
      const ca = await readFile(bao.caFile, 'utf8');
      const options = {
        configuration: { address: bao.address, path: 'secret/none' },
        bootstrap: new Bootstrap({ 'vault.token': bao.rootToken }),
      };
      assert.equal((await problemOf(options)).code, 'vault.tlsUntrusted');
      const trusted = { ...options, context: { extraCertificates: [ca] } };
      assert.equal((await problemOf(trusted)).code, 'vault.noSuchSecret');
      const configuration = {
        ...options.configuration,
        storeCertificates: { path: bao.caFile, from: 'VAULT_CACERT' },
      };
      const byVariable = { ...options, configuration };
      assert.equal((await problemOf(byVariable)).code, 'vault.noSuchSecret');
    } finally {
      await bao.stop();
    }
  });
});
