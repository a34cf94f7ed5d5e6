import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { text } from 'node:stream/consumers';
import { Problem } from '../../../src/problem.ts';
import { attended } from '../../../src/providers/source.ts';
import { Changes } from '../../support/changes.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { accessors, Bootstrap, vaultFixture } from './fixture.ts';
import { fetchDeadline } from '../../support/fetch-deadline.ts';
import { singleSignOn, usualPort } from './single-sign-on.ts';

function redirectUriOf(url: string): URL {
  return new URL(new URL(url).searchParams.get('redirect_uri') ?? '');
}

/** Visits as a browser does, following redirects back to the callback, which it notes. */
async function visit(url: string, redirectUris: URL[] = []): Promise<boolean> {
  redirectUris.push(redirectUriOf(url));
  await (await fetch(url)).text();
  return true;
}

/** Makes sure that a port is in use; resolves to what gives it back if it was free. */
async function occupy(port: number): Promise<() => Promise<unknown>> {
  const server = createServer().listen(port, '127.0.0.1');
  try {
    await once(server, 'listening');
  } catch (error) {
    assert.equal((error as NodeJS.ErrnoException).code, 'EADDRINUSE');
    return async () => Promise.resolve();
  }
  return async () => new Promise((resolve) => server.close(resolve));
}

describe('Signing in to Vault by single sign-on', () => {
  const { bao, openSource, read } = vaultFixture();
  const provider = singleSignOn(bao, 'single');
  const configuration = { path: 'secret/single', authMethod: 'oidc', oidcRole: 'reader' } as const;

  before(async () => {
    await bao.call('POST', 'secret/data/single', { data: { token: 'canary-single' } });
    await bao.call('PUT', 'sys/policies/acl/single', {
      policy: 'path "secret/data/single" { capabilities = ["read"] }',
    });
  });

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

  it('renews without the browser, and opens it again only for a person, after the token has expired', async () => {
    const events: string[] = [];
    const clock = new ManualClock(Date.now());
    const before = await accessors(bao);
    const source = await openSource({
      configuration,
      bootstrap: new Bootstrap(),
      context: {
        clock,
        log: (line) => {
          events.push(line);
          changes.notify();
        },
        openExternal: async (url) => {
          events.push('opened');
          return visit(url);
        },
      },
    });
    const changes = new Changes();
    await source.fetch(fetchDeadline(), attended);
    const [accessor] = (await accessors(bao)).difference(before);
    const expiry = async (): Promise<unknown> =>
      (await bao.call('POST', 'auth/token/lookup-accessor', { accessor })).data?.['expire_time'];
    const first = await expiry();
    await clock.wakeFirst();
    while ((await expiry()) === first);
    await source.fetch(fetchDeadline());
    assert.deepEqual(events, ['opened']);

    // As at its maximum TTL: it can no longer be renewed.
    await bao.call('POST', 'auth/token/revoke-accessor', { accessor });
    await clock.wakeFirst();
    await changes.until(() => events[1], 'the end of the renewal');
    await clock.advance(3_600_000);
    await assert.rejects(source.fetch(fetchDeadline()), { code: 'vault.signInNeeded' });
    await source.fetch(fetchDeadline(), attended);
    assert.deepEqual(events, [
      'opened',
      'Vault: the token from "auth/oidc" can no longer be renewed.',
      'opened',
    ]);
  });

  it('opens nothing while nobody is there, and says how to sign in', async () => {
    const opened: string[] = [];
    const source = await openSource({
      configuration,
      bootstrap: new Bootstrap(),
      context: {
        openExternal: async (url) => {
          opened.push(url);
          return visit(url);
        },
      },
    });
    await assert.rejects(source.fetch(fetchDeadline()), {
      code: 'vault.signInNeeded',
      action: { kind: 'signIn' },
      retry: 'afterFix',
    });
    assert.deepEqual(opened, []);
    assert.match((await source.fetch(fetchDeadline(), attended)).text.reveal(), /canary-single/);
    assert.match((await source.fetch(fetchDeadline())).text.reveal(), /canary-single/);
    assert.equal(opened.length, 1);
  });

  it('revokes the token that it obtained when the connection ends', async () => {
    const before = await accessors(bao);
    const source = await openSource({
      configuration,
      bootstrap: new Bootstrap(),
      context: { openExternal: visit },
    });
    await source.fetch(fetchDeadline(), attended);
    const made = (await accessors(bao)).difference(before);
    assert.equal(made.size, 1);
    await source.close({ revoke: true });
    assert.equal((await accessors(bao)).intersection(made).size, 0);
  });

  it('uses another port when the default one is in use', async () => {
    const release = await occupy(usualPort);
    try {
      const redirectUris: URL[] = [];
      const found = await read({
        configuration,
        bootstrap: new Bootstrap(),
        context: { openExternal: async (url) => visit(url, redirectUris) },
      });
      assert.equal(found.text, '{"token":"canary-single"}');
      assert.deepEqual(
        redirectUris.map(({ port }) => port !== '' && port !== String(usualPort)),
        [true],
      );
    } finally {
      await release();
    }
  });

  it('ignores a callback with another state', async () => {
    const stop = new AbortController();
    const source = await openSource({
      configuration,
      bootstrap: new Bootstrap(),
      context: {
        openExternal: async (url) => {
          const response = await fetch(`${redirectUriOf(url).href}?state=forged&code=forged`);
          assert.equal(response.status, 200);
          setImmediate(() => stop.abort(new Error('stopped by the test')));
          return true;
        },
      },
    });
    await assert.rejects(source.fetch(stop.signal, attended), /stopped by the test/);
  });

  it('survives whatever else is asked of it', async () => {
    const found = await read({
      configuration,
      bootstrap: new Bootstrap(),
      context: {
        openExternal: async (url) => {
          const { port } = redirectUriOf(url);
          for (const target of ['//', '///', 'http://', 'http://[', '*', '//[']) {
            const client = connect(Number(port), '127.0.0.1');
            client.end(`GET ${target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`);
            assert.match(await text(client), /^HTTP\/1\.1 40[04] /, target);
          }
          return visit(url);
        },
      },
    });
    assert.equal(found.text, '{"token":"canary-single"}');
  });

  it('reports that the browser was not opened', async () => {
    const options = { configuration, bootstrap: new Bootstrap() };
    await assert.rejects(
      read(options),
      (error) => error instanceof Problem && error.code === 'vault.oidcDeclined',
    );
  });

  it('tells a clock that differs from a role that is not for the user', async () => {
    const source = async (oidcRole: string): Promise<unknown> => {
      const asRole = { ...configuration, oidcRole };
      const context = { openExternal: async (url: string) => visit(url) };
      return read({ configuration: asRole, bootstrap: new Bootstrap(), context });
    };
    const later = ({ payload }: { payload: Record<string, unknown> }): void => {
      payload['nbf'] = Math.floor(Date.now() / 1000) + 3600;
    };
    provider.service.on('beforeTokenSigning', later);
    await assert.rejects(source('reader'), { code: 'vault.oidcRefused', message: /clock/ });
    provider.service.off('beforeTokenSigning', later);
    await bao.call('POST', 'auth/oidc/role/others', {
      ...{ user_claim: 'sub', bound_audiences: ['vscode'], bound_claims: { groups: ['others'] } },
      allowed_redirect_uris: [`http://localhost:${usualPort}/oidc/callback`],
    });
    await assert.rejects(source('others'), { code: 'vault.oidcRefused', message: /the role others/ });
  });

  it('reports a role that does not exist', async () => {
    const options = { configuration: { ...configuration, oidcRole: 'nobody' }, bootstrap: new Bootstrap() };
    await assert.rejects(
      read(options),
      (error) => error instanceof Problem && error.code === 'vault.oidcNotOffered',
    );
  });

  it('stops listening when it has the code', async () => {
    const redirectUris: URL[] = [];
    await read({
      configuration,
      bootstrap: new Bootstrap(),
      context: { openExternal: async (url) => visit(url, redirectUris) },
    });
    const [redirectUri] = redirectUris;
    assert.ok(redirectUri);
    await assert.rejects(fetch(redirectUri));
  });
});
