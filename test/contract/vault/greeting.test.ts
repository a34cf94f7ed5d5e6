import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { Problem } from '../../../src/problem.ts';
import { fetchDeadline } from '../../support/fetch-deadline.ts';
import { onLoopback } from '../../support/servers/on-loopback.ts';
import { Bootstrap, vaultFixture } from './fixture.ts';

describe('Vault: what it says of itself', function () {
  this.timeout(60_000);
  const { bao, openSource } = vaultFixture();

  async function greeting(address?: string): Promise<string | undefined> {
    const configuration = address === undefined ? {} : { address };
    const bootstrap = new Bootstrap({ 'vault.token': 'canary-token' });
    return (await openSource({ configuration, bootstrap })).greet?.(fetchDeadline());
  }

  async function codeOf(work: Promise<unknown>): Promise<string> {
    return work.then(
      () => 'it responded',
      (error: unknown) => (error instanceof Problem ? error.code : String(error)),
    );
  }

  /** What such a server answers (HTTP API reference, /sys/health), and what it was sent. */
  async function answering(
    status: number,
    body: string,
  ): Promise<{ code: string; tokens: readonly unknown[] }> {
    const tokens: unknown[] = [];
    const server = createServer((request, response) => {
      tokens.push(request.headers['x-vault-token']);
      response.writeHead(status, { 'content-type': 'application/json' }).end(body);
    });
    const front = await onLoopback(server);
    try {
      return { code: await codeOf(greeting(front.url)), tokens };
    } finally {
      await front.stop();
    }
  }

  it('is its version, and no token is sent for it', async () => {
    assert.match((await greeting()) ?? '', /^Vault \d+\.\d+\.\d+\S* responded\.$/);
    const health = { initialized: true, sealed: false, standby: true, version: '1.20.0' };
    const { code, tokens } = await answering(200, JSON.stringify(health));
    assert.equal(code, 'it responded');
    assert.deepEqual(tokens, [undefined]);
  });

  it('is that it is sealed, or not initialized', async () => {
    const sealed = { initialized: true, sealed: true };
    assert.equal((await answering(503, JSON.stringify(sealed))).code, 'vault.sealed');
    const empty = { initialized: false, sealed: true };
    assert.equal((await answering(501, JSON.stringify(empty))).code, 'vault.notInitialised');
  });

  it('is as good of a standby, also where something on the way leaves out what was asked', async () => {
    const standby = JSON.stringify({ initialized: true, sealed: false, standby: true, version: '1.20.0' });
    assert.equal((await answering(429, standby)).code, 'it responded');
    assert.equal((await answering(473, standby)).code, 'it responded');
    assert.equal((await answering(474, standby)).code, 'vault.standby');
  });

  it('is no answer where something else listens, or nothing', async () => {
    assert.equal((await answering(200, '<html>')).code, 'vault.notVault');
    assert.equal((await answering(200, '{"status":"ok"}')).code, 'vault.notVault');
    assert.equal((await answering(404, '{"errors":[]}')).code, 'vault.notVault');
    assert.equal(await codeOf(greeting('http://127.0.0.1:9')), 'vault.refused');
  });

  // The last one: the server stays so.
  it('is that it is sealed, of a real server', async () => {
    await bao.seal();
    assert.equal(await codeOf(greeting()), 'vault.sealed');
  });
});
