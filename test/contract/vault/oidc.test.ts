import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { OAuth2Server } from 'oauth2-mock-server';
import { Problem } from '../../../src/problem.ts';
import { accessors, Bootstrap, read, sharedBao, vaultSource } from './fixture.ts';

/** Visits as a browser does, following redirects back to the callback. */
async function visit(url: string): Promise<boolean> {
  await (await fetch(url)).text();
  return true;
}

describe('signing in to Vault by single sign-on', function () {
  this.timeout(30_000);
  const provider = new OAuth2Server();
  const configuration = { path: 'secret/single', authMethod: 'oidc', oidcRole: 'reader' } as const;

  before(async () => {
    await provider.issuer.keys.generate('RS256');
    await provider.start(0, '127.0.0.1');
    const issuer = `http://localhost:${provider.address().port}`;
    provider.issuer.url = issuer;
    const bao = await sharedBao();
    await bao.call('POST', 'secret/data/single', { data: { token: 'canary-single' } });
    await bao.call('PUT', 'sys/policies/acl/single', {
      policy: 'path "secret/data/single" { capabilities = ["read"] }',
    });
    await bao.call('POST', 'sys/auth/oidc', { type: 'oidc' });
    await bao.call('POST', 'auth/oidc/config', {
      oidc_discovery_url: issuer,
      oidc_client_id: 'vscode',
      oidc_client_secret: 'canary-client',
    });
    await bao.call('POST', 'auth/oidc/role/reader', {
      user_claim: 'sub',
      bound_audiences: ['vscode'],
      allowed_redirect_uris: ['http://localhost:8250/oidc/callback'],
      token_policies: ['single'],
      token_ttl: '1h',
    });
    provider.service.on('beforeTokenSigning', (token: { payload: Record<string, unknown> }) => {
      token.payload['aud'] = 'vscode';
    });
  });

  after(async () => provider.stop());

  it('opens the provider in the browser and reads with what comes back', async () => {
    const opened: string[] = [];
    const found = await read({
      configuration,
      bootstrap: new Bootstrap(),
      context: {
        openExternal: async (url) => {
          opened.push(new URL(url).origin);
          return visit(url);
        },
      },
    });
    assert.equal(found.text, '{"token":"canary-single"}');
    assert.deepEqual(opened, [provider.issuer.url]);
  });

  it('is renewed without the browser; at its end the browser is asked at the next reading', async () => {
    const bao = await sharedBao();
    await bao.call('POST', 'auth/oidc/role/short', {
      ...{ user_claim: 'sub', bound_audiences: ['vscode'], token_policies: ['single'] },
      allowed_redirect_uris: ['http://localhost:8250/oidc/callback'],
      ...{ token_ttl: '1s', token_max_ttl: '3s' },
    });
    let opened = 0;
    const events: string[] = [];
    const source = await vaultSource({
      configuration: { ...configuration, oidcRole: 'short' },
      bootstrap: new Bootstrap(),
      context: {
        log: (line) => events.push(line),
        openExternal: async (url) => {
          opened += 1;
          events.push('opened');
          return visit(url);
        },
      },
    });
    const started = Date.now();
    do await source.fetch(AbortSignal.timeout(10_000));
    while (opened < 2);
    // Longer than its first lease, so it was renewed.
    assert.ok(Date.now() - started > 1500);
    assert.deepEqual(events, [
      'opened',
      'Vault: the token from "auth/oidc" can no longer be renewed.',
      'opened',
    ]);
  });

  it('revokes the token that it obtained when the connection ends', async () => {
    const bao = await sharedBao();
    const before = await accessors(bao);
    const source = await vaultSource({
      configuration,
      bootstrap: new Bootstrap(),
      context: { openExternal: visit },
    });
    await source.fetch(AbortSignal.timeout(10_000));
    const made = (await accessors(bao)).difference(before);
    assert.equal(made.size, 1);
    await source.close({ revoke: true });
    assert.equal((await accessors(bao)).intersection(made).size, 0);
  });

  it('takes another port where the usual one is in use', async () => {
    const taken = createServer().listen(8250, '127.0.0.1');
    await once(taken, 'listening');
    try {
      await (
        await sharedBao()
      ).call('POST', 'auth/oidc/role/any-port', {
        ...{ user_claim: 'sub', bound_audiences: ['vscode'], token_policies: ['single'] },
        // The port of a loopback address is left out of the comparison (RFC 8252, 7.3).
        allowed_redirect_uris: ['http://localhost:8250/oidc/callback'],
      });
      const found = await read({
        configuration: { ...configuration, oidcRole: 'any-port' },
        bootstrap: new Bootstrap(),
        context: { openExternal: visit },
      });
      assert.equal(found.text, '{"token":"canary-single"}');
    } finally {
      taken.close();
    }
  });

  it('does not take a callback that carries another state', async () => {
    const stop = new AbortController();
    const source = await vaultSource({
      configuration,
      bootstrap: new Bootstrap(),
      context: {
        openExternal: async () => {
          const answer = await fetch('http://localhost:8250/oidc/callback?state=forged&code=forged');
          assert.equal(answer.status, 200);
          setImmediate(() => stop.abort(new Error('stopped by the test')));
          return true;
        },
      },
    });
    await assert.rejects(source.fetch(stop.signal), /stopped by the test/);
  });

  it('says so when the browser was not opened', async () => {
    const options = { configuration, bootstrap: new Bootstrap() };
    await assert.rejects(
      read(options),
      (error) => error instanceof Problem && error.code === 'vault.oidcDeclined',
    );
  });

  it('names the role that does not exist', async () => {
    const options = { configuration: { ...configuration, oidcRole: 'nobody' }, bootstrap: new Bootstrap() };
    await assert.rejects(
      read(options),
      (error) => error instanceof Problem && error.code === 'vault.oidcNotOffered',
    );
  });

  it('gives the port back when it is over', async () => {
    await assert.rejects(fetch('http://localhost:8250/oidc/callback'));
  });
});
