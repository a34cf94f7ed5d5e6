import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { VaultConfiguration } from '../../../src/providers/vault/configuration.ts';
import type { Problem } from '../../../src/problem.ts';
import { makeCertificates, issueAnother } from '../../support/servers/certificates.ts';
import { startNginx } from '../../support/servers/nginx.ts';
import { onLoopback } from '../../support/servers/on-loopback.ts';
import { runFolder } from '../../support/servers/run-folder.ts';
import { Bootstrap, vaultSources } from './fixture.ts';

/** What is given for each way to sign in. */
const entered = {
  'vault.token': 'canary-token',
  'vault.secretId': 'canary-secret-id',
  'vault.password': 'canary-password',
};
const waysIn: readonly Partial<VaultConfiguration>[] = [
  { authMethod: 'token' },
  { authMethod: 'approle', roleId: 'role' },
  { authMethod: 'userpass', username: 'ada' },
  { authMethod: 'oidc', oidcRole: 'reader' },
  { authMethod: 'agent' },
];

describe('What responds in the place of Vault', function () {
  this.timeout(60_000);
  const { problemOf } = vaultSources();

  async function problemBehind(
    respond: (response: ServerResponse, request: IncomingMessage) => unknown,
    configuration: Partial<VaultConfiguration>,
    secrets: Readonly<Record<string, string>> = entered,
  ): Promise<Problem> {
    const server = createServer((request, response) => {
      request.resume();
      respond(response, request);
    });
    const front = await onLoopback(server);
    try {
      const bootstrap = new Bootstrap(secrets);
      return await problemOf({ configuration: { address: front.url, ...configuration }, bootstrap });
    } finally {
      await front.stop();
    }
  }

  for (const configuration of waysIn) {
    for (const [status, type] of [
      [200, 'text/html'],
      [200, 'application/json'],
      [403, 'text/html'],
      [403, 'application/json'],
    ] as const)
      it(`is no Vault to a sign-in by ${configuration.authMethod}: a page with ${status} as ${type}`, async () => {
        const page = (response: ServerResponse): unknown =>
          response.writeHead(status, { 'content-type': type }).end('<!doctype html><title>Sign in</title>');
        const problem = await problemBehind(page, configuration);
        assert.equal(problem.code, 'vault.notVault');
      });

    it(`is asked again by ${configuration.authMethod} where the response was cut off`, async () => {
      const cut = (response: ServerResponse): unknown =>
        response.writeHead(200, { 'content-type': 'application/json' }).end('{"auth": {"client_tok');
      const problem = await problemBehind(cut, configuration);
      assert.deepEqual([problem.code, problem.retry], ['vault.noAnswer', 'automatic']);
    });

    it(`is asked again by ${configuration.authMethod} where the connection ended in the response`, async () => {
      const cut = (response: ServerResponse): unknown =>
        response.writeHead(200, { 'content-length': 900 }).write('{"auth":', () => response.destroy());
      const problem = await problemBehind(cut, configuration);
      assert.deepEqual([problem.code, problem.retry], ['vault.noAnswer', 'automatic']);
    });
  }

  it('is a page to the wrapped secret ID, too, which nobody has stolen', async () => {
    const page = (response: ServerResponse): unknown =>
      response.writeHead(200, { 'content-type': 'text/html' }).end('<html>');
    const approle = { authMethod: 'approle', roleId: 'role' } as const;
    const problem = await problemBehind(page, approle, { 'vault.secretId': 'hvs.canary-wrapped' });
    assert.equal(problem.code, 'vault.notVault');
  });

  it('is busy to a locked user who is asked for as nobody', async () => {
    let asked = 0;
    const busy = (response: ServerResponse): unknown =>
      response
        .writeHead((asked += 1) === 1 ? 403 : 429, { 'content-type': 'application/json' })
        .end('{"errors":["permission denied"]}');
    const problem = await problemBehind(busy, { authMethod: 'userpass', username: 'ada' });
    assert.equal(problem.code, 'vault.rateLimited');
  });

  it('is busy while the token of a denied reading is looked at', async () => {
    const busy = (response: ServerResponse, { url = '' }: IncomingMessage): unknown => {
      const isOfToken = url.endsWith('/lookup-self');
      const status = !isOfToken ? 403 : (asked += 1) === 1 ? 200 : 429;
      return response
        .writeHead(status, { 'content-type': 'application/json' })
        .end(status === 200 ? '{"data":{}}' : '{"errors":["permission denied"]}');
    };
    let asked = 0;
    assert.equal((await problemBehind(busy, { authMethod: 'token' })).code, 'vault.rateLimited');
  });

  it('sends back to itself, as for a cookie of a browser’s', async () => {
    const back = (response: ServerResponse, { url, headers }: IncomingMessage): unknown =>
      response.writeHead(302, { location: `http://${headers.host}${url}`, 'set-cookie': 'seen=1' }).end();
    const problem = await problemBehind(back, { authMethod: 'token' });
    assert.equal(problem.code, 'vault.notVault');
    assert.match(problem.message, /only a browser can use/);
  });

  describe('over TLS', () => {
    async function problemOfGateway(server: (ca: string) => string, hasOwn = false): Promise<Problem> {
      const folder = await runFolder('before-vault');
      const certificates = await makeCertificates(folder, ['127.0.0.1']);
      const own = hasOwn ? await issueAnother(folder, ['ada'], 'serverAuth') : undefined;
      const gateway = await startNginx({
        ...{ folder: await runFolder('before-vault-nginx'), tls: certificates },
        server: server(certificates.caFile),
      });
      try {
        return await problemOf({
          configuration: {
            address: `https://127.0.0.1:${gateway.port}`,
            ...(own && { storeClientCertificate: { certFile: own.certFile, keyFile: own.keyFile } }),
          },
          bootstrap: new Bootstrap(entered),
          context: { extraCertificates: [certificates.ca] },
        });
      } finally {
        await gateway.stop();
      }
    }

    for (const hasOwn of [false, true])
      it(`is nginx that asks for a client certificate, and ${hasOwn ? 'does not accept this one' : 'gets none'}`, async () => {
        const asking = (ca: string): string =>
          `ssl_client_certificate ${ca}; ssl_verify_client on; location / { return 200; }`;
        const problem = await problemOfGateway(asking, hasOwn);
        assert.equal(problem.code, 'vault.clientCertificateNeeded');
        assert.match(problem.remedy, /VAULT_CLIENT_CERT/);
      });

    it('never talks anybody into giving up TLS by a redirect', async () => {
      const down = (): string => 'location / { return 307 http://127.0.0.1:8200$request_uri; }';
      const problem = await problemOfGateway(down);
      assert.equal(problem.code, 'vault.redirected');
      assert.doesNotMatch(problem.remedy, /http:/);
    });
  });
});
