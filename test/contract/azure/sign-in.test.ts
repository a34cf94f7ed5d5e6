import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { azure as azureProvider } from '../../../src/providers/azure/provider.ts';
import { createAzureSource } from '../../../src/providers/azure/source.ts';
import type { SourceContext } from '../../../src/providers/source.ts';
import { Secret } from '../../../src/secret.ts';
import { FedConnection } from '../../support/fed-connection.ts';
import { azureFixture } from './fixture.ts';
import { makeCertificates } from '../../support/servers/certificates.ts';
import { runFolder } from '../../support/servers/run-folder.ts';
import { clientId, tenantId, TokenService } from '../../support/servers/token-service.ts';
import { fetchDeadline } from '../../support/fetch-deadline.ts';

const otherClient = '44444444-4444-4444-8444-444444444444';

describe('Azure Key Vault: sign-in', function () {
  this.timeout(90_000);
  const azure = azureFixture();
  beforeEach(() => {
    azure.vault.secrets.set('mlflow-auth', [{ value: 'canary-value' }]);
  });

  async function reads(changes: Parameters<typeof azure.fetch>[0] = {}): Promise<void> {
    assert.equal((await azure.fetch(changes)).text.reveal(), 'canary-value');
  }

  describe('environment', () => {
    beforeEach(() => azure.signInByEnvironment());

    it('signs in with a client secret', async () => {
      await reads({ signIn: 'environment' });
      assert.deepEqual(azure.tokens.calls, [
        { scope: 'https://vault.azure.net/.default', clientId, withAssertion: false },
      ]);
    });

    it('signs in with a certificate', async () => {
      azure.setEnvironment({ AZURE_CLIENT_SECRET: undefined });
      azure.setEnvironment({ AZURE_CLIENT_CERTIFICATE_PATH: await makeRsaCertificate() });
      await reads({ signIn: 'environment' });
      await reads({ signIn: 'environment', clientId: otherClient });
      assert.deepEqual(
        azure.tokens.calls.map((call) => [call.clientId, call.withAssertion]),
        [clientId, otherClient].map((client) => [client, true]),
      );
    });

    it('takes tenant and client id of the settings before the variables', async () => {
      azure.setEnvironment({ AZURE_TENANT_ID: '99999999-9999-4999-8999-999999999999' });
      await reads({ signIn: 'environment', tenantId, clientId: otherClient });
      assert.equal(azure.tokens.calls[0]?.clientId, otherClient);
      azure.setEnvironment({ AZURE_TENANT_ID: undefined });
      azure.setEnvironment({ AZURE_CLIENT_ID: undefined });
      await reads({ signIn: 'environment', tenantId, clientId: otherClient });
    });

    it('reports a wrong client secret', async () => {
      azure.setEnvironment({ AZURE_CLIENT_SECRET: 'canary-wrong' });
      const problem = await azure.problem({ signIn: 'environment' });
      assert.equal(problem.code, 'azure.clientSecretWrong');
      assert.equal(problem.retry, 'afterFix');
    });

    it('reads again once the client secret is right', async () => {
      azure.setEnvironment({ AZURE_CLIENT_SECRET: 'canary-wrong' });
      const source = createAzureSource(azure.configuration(), azure.context());
      await assert.rejects(source.fetch(fetchDeadline()));
      azure.signInByEnvironment();
      assert.equal((await source.fetch(fetchDeadline())).text.reveal(), 'canary-value');
      await source.close({ revoke: false });
    });

    it('asks for the variables when they are incomplete', async () => {
      azure.setEnvironment({ AZURE_CLIENT_SECRET: undefined });
      const problem = await azure.problem({ signIn: 'environment' });
      assert.equal(problem.code, 'azure.environmentIncomplete');
      assert.match(problem.remedy, /AZURE_CLIENT_SECRET/);
    });

    it('asks for a tenant when the vault is in another', async () => {
      azure.setEnvironment({ AZURE_TENANT_ID: '99999999-9999-4999-8999-999999999999' });
      const problem = await azure.problem({ signIn: 'environment' });
      assert.equal(problem.code, 'azure.otherTenant');
    });

    it('signs in again before its token expires, without a failed read', async () => {
      // Shorter than the time before the end at which the SDK stops using a token.
      azure.tokens.lifetimeSeconds = 60;
      // The SDK renews beside the readings, not before one.
      await readsUntilAnew({ signIn: 'environment' }, () => azure.tokens.calls.length);
    });
  });

  describe('default', () => {
    it('takes the environment first', async () => {
      azure.signInByEnvironment();
      await reads({ signIn: 'default' });
    });

    it('takes workload identity', async () => {
      azure.setEnvironment({
        AZURE_TENANT_ID: tenantId,
        AZURE_CLIENT_ID: clientId,
        AZURE_FEDERATED_TOKEN_FILE: await azure.write('federated-token', 'canary-assertion'),
      });
      await reads({ signIn: 'default' });
      assert.equal(azure.tokens.calls[0]?.withAssertion, true);
    });

    it('takes the Azure CLI, and says so when it is signed out', async () => {
      await installCli(`cat <<'END'\n${await cliAnswer()}\nEND\n`);
      await reads({ signIn: 'azureCli' });
      await installCli(`echo "ERROR: Please run 'az login' to setup account." >&2; exit 1\n`);
      const problem = await azure.problem({ signIn: 'azureCli' });
      assert.equal(problem.code, 'azure.cliSignedOut');
      assert.deepEqual(problem.action, { kind: 'runInTerminal', command: 'az login', label: 'Run az login' });
      const inTenant = await azure.problem({ signIn: 'azureCli', tenantId });
      assert.equal(
        inTenant.action?.kind === 'runInTerminal' && inTenant.action.command,
        `az login --tenant ${tenantId}`,
      );
    });

    it('says what was tried when there is nothing', async () => {
      azure.setEnvironment({ AZURE_TOKEN_CREDENTIALS: 'dev' });
      const problem = await azure.problem({ signIn: 'default' });
      assert.equal(problem.code, 'azure.noCredentials');
      assert.match(problem.message, /Azure CLI \(not installed\)/);
      assert.match(problem.remedy, /azure\.signIn to "vscode"/);
    });
  });

  it('azureCli: names the configured tenant, and asks again before the token expires', async () => {
    const calls = join(azure.folder, 'calls');
    await installCli(`echo "$@" >> '${calls}'\ncat <<'END'\n${await cliAnswer(60)}\nEND\n`);
    const lines = async (): Promise<string[]> => (await readFile(calls, 'utf8')).trim().split('\n');
    await readsUntilAnew({ signIn: 'azureCli', tenantId }, async () => (await lines()).length);
    assert.ok((await lines()).every((line) => line.includes(`--tenant ${tenantId}`)));
  });

  it('azureCli: comes back by itself once az login has signed in', async () => {
    await installCli(`echo "ERROR: Please run 'az login' to setup account." >&2; exit 1\n`);
    const configuration = azure.configuration({ signIn: 'azureCli' });
    const places = { environment: process.env, homeFolder: azure.folder };
    const files = azureProvider.signInFiles(configuration, places);
    const connection = new FedConnection(createAzureSource(configuration, azure.context()), files);
    try {
      assert.equal(await connection.start(), 'azure.cliSignedOut');
      await installCli(`cat <<'END'\n${await cliAnswer()}\nEND\n`);
      await azure.write('.azure/msal_token_cache.json', '{}');
      await azure.write('.azure/azureProfile.json', '{}');
      const ms = await connection.served();
      assert.ok(ms < 10_000, `${ms} ms`);
    } finally {
      await connection.close();
    }
  });

  it('azureCli: says when it is not installed', async () => {
    assert.equal((await azure.problem({ signIn: 'azureCli' })).code, 'azure.cliMissing');
  });

  describe('managedIdentity', () => {
    const unknownIdentity = '33333333-3333-4333-8333-333333333333';
    let service: Server;
    let port: number;
    const asked: URL[] = [];
    let lifetimeSeconds = 3600;
    // Once: the SDK finds out what kind of machine this is once in a process.
    before(async () => {
      // App Service, managed identity REST endpoint reference: a token from a local address, with a header.
      service = createServer((request, response) => {
        const url = new URL(request.url ?? '/', 'http://localhost');
        asked.push(url);
        void answer(url.searchParams.get('client_id') !== unknownIdentity).then(
          ({ status, body }) => response.writeHead(status, { 'content-type': 'application/json' }).end(body),
          () => response.destroy(),
        );
      }).listen(0, '127.0.0.1');
      await once(service, 'listening');
      ({ port } = service.address() as AddressInfo);
    });
    beforeEach(() => {
      asked.length = 0;
      lifetimeSeconds = 3600;
      azure.setEnvironment({
        IDENTITY_ENDPOINT: `http://127.0.0.1:${port}/msi/token`,
        IDENTITY_HEADER: 'canary-header',
      });
    });
    after(async () => {
      service.closeAllConnections();
      service.close();
      await once(service, 'close');
    });
    async function answer(isAllowed: boolean): Promise<{ status: number; body: string }> {
      if (!isAllowed) return { status: 400, body: '{"statusCode":400,"message":"no identity"}' };
      const expires = Math.floor(Date.now() / 1000) + lifetimeSeconds;
      const token = {
        access_token: await azure.tokens.token(),
        expires_on: String(expires),
        token_type: 'Bearer',
      };
      return { status: 200, body: JSON.stringify({ ...token, resource: 'https://vault.azure.net' }) };
    }

    it('takes the machine’s own identity', async () => {
      await reads({ signIn: 'managedIdentity' });
      assert.equal(asked[0]?.searchParams.get('resource'), 'https://vault.azure.net');
    });

    it('takes a user-assigned one', async () => {
      await reads({ signIn: 'managedIdentity', clientId });
      assert.equal(asked[0]?.searchParams.get('client_id'), clientId);
    });

    it('asks again before the token expires', async () => {
      // The SDK keeps tokens by client id for the life of the process, so this one is of this test only.
      lifetimeSeconds = 60;
      await readsUntilAnew({ signIn: 'managedIdentity', clientId: otherClient }, () => asked.length);
    });

    it('says when the machine has none', async () => {
      const problem = await azure.problem({ signIn: 'managedIdentity', clientId: unknownIdentity });
      assert.equal(problem.code, 'azure.noManagedIdentity');
      assert.match(problem.message, new RegExp(unknownIdentity));
    });
  });

  describe('vscode', () => {
    it('takes the editor’s account, in the vault’s tenant', async () => {
      const asked: unknown[] = [];
      const secret = await azure.fetch(
        { signIn: 'vscode' },
        {
          microsoftToken: async (scopes, options) => {
            asked.push({ scopes, ...options });
            return { token: new Secret(await azure.tokens.token()), expiresAt: Date.now() + 3_600_000 };
          },
        },
      );
      assert.equal(secret.text.reveal(), 'canary-value');
      assert.deepEqual(asked, [{ scopes: ['https://vault.azure.net/.default'], tenantId, isAttended: true }]);
    });

    it('asks the editor again before the token expires', async () => {
      let asked = 0;
      await readsUntilAnew({ signIn: 'vscode' }, () => asked, {
        microsoftToken: async () => {
          asked += 1;
          return { token: new Secret(await azure.tokens.token()), expiresAt: Date.now() + 60_000 };
        },
      });
    });

    it('takes the configured tenant before the vault’s', async () => {
      const tenants: (string | undefined)[] = [];
      await azure.fetch(
        { signIn: 'vscode', tenantId: 'corp.example' },
        {
          microsoftToken: async (_scopes, options) => {
            tenants.push(options.tenantId);
            return { token: new Secret(await azure.tokens.token()), expiresAt: Date.now() + 3_600_000 };
          },
        },
      );
      assert.deepEqual(tenants, ['corp.example']);
    });

    it('asks nothing while nobody is there, and says how to sign in', async () => {
      const asked: boolean[] = [];
      const microsoftToken: SourceContext['microsoftToken'] = async (_scopes, { isAttended }) => {
        asked.push(isAttended);
        return Promise.resolve(undefined);
      };
      const source = createAzureSource(
        azure.configuration({ signIn: 'vscode' }),
        azure.context({ microsoftToken }),
      );
      await assert.rejects(source.fetch(fetchDeadline()), {
        code: 'azure.signInNeeded',
        action: { kind: 'signIn' },
        retry: 'afterFix',
      });
      assert.deepEqual(asked, [false]);
    });

    it('says when the user declined', async () => {
      const answers = [Promise.resolve(undefined), Promise.reject(new Error('canary: User did not consent'))];
      for (const answer of answers) {
        answer.catch(() => undefined);
        const problem = await azure.problem({ signIn: 'vscode' }, { microsoftToken: async () => answer });
        assert.equal(problem.code, 'azure.signInDeclined');
      }
    });
  });

  describe('a token, as the vault validates it', () => {
    const wrong = [
      ['has expired', { lifetimeSeconds: -60 }],
      ['is for another audience', { audience: 'https://graph.microsoft.com' }],
      ['is of another issuer', { issuer: 'https://sts.windows.net/other/' }],
    ] as const;
    for (const [what, changes] of wrong) {
      it(`is rejected when it ${what}`, async () => {
        const token = await azure.tokens.token(changes);
        const problem = await problemWith(token);
        assert.equal(problem.code, 'azure.unauthorized');
        assert.equal(problem.retry, 'afterFix');
      });
    }

    it('is rejected when it is signed by another key', async () => {
      const [head, body] = (await azure.tokens.token()).split('.');
      assert.equal((await problemWith(`${head!}.${body!}.AAAA`)).code, 'azure.unauthorized');
    });

    async function problemWith(token: string): ReturnType<typeof azure.problem> {
      const session = { token: new Secret(token), expiresAt: Date.now() + 3_600_000 };
      return azure.problem({ signIn: 'vscode' }, { microsoftToken: async () => Promise.resolve(session) });
    }
  });

  describe('over the network', () => {
    beforeEach(() => azure.signInByEnvironment());

    it('reports a sign-in address that refuses the connection', async () => {
      azure.setEnvironment({ AZURE_AUTHORITY_HOST: 'https://localhost:9' });
      const problem = await azure.problem({ signIn: 'environment' });
      assert.equal(problem.code, 'azure.refused');
      assert.equal(problem.retry, 'automatic');
      assert.match(problem.message, /^The Azure sign-in service \(localhost:9\) refused/);
    });

    it('reports a sign-in address with an untrusted certificate', async () => {
      // The vault is trusted here, so that the sign-in comes first to fail.
      const unknown = await TokenService.start(
        await makeCertificates(await runFolder('unknown-authority'), ['localhost']),
      );
      try {
        azure.setEnvironment({ AZURE_AUTHORITY_HOST: unknown.url });
        const problem = await azure.problem({ signIn: 'environment' });
        assert.equal(problem.code, 'azure.tlsUntrusted');
        assert.match(problem.message, /^The Azure sign-in service/);
      } finally {
        await unknown.stop();
      }
    });
  });

  async function makeRsaCertificate(): Promise<string> {
    const file = join(azure.folder, 'client.pem');
    const subject = ['-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '1', '-subj', '/CN=client'];
    await promisify(execFile)('openssl', ['req', ...subject, '-keyout', file, '-out', `${file}.cert`]);
    await appendFile(file, await readFile(`${file}.cert`));
    return file;
  }

  /** Reads with one source until it has signed in more than once; each reading must succeed. */
  async function readsUntilAnew(
    changes: Parameters<typeof azure.fetch>[0],
    signIns: () => number | Promise<number>,
    context: Parameters<typeof azure.fetch>[1] = {},
  ): Promise<void> {
    const source = createAzureSource(azure.configuration(changes), azure.context(context));
    do {
      assert.equal((await source.fetch(fetchDeadline())).text.reveal(), 'canary-value');
    } while ((await signIns()) < 2);
    await source.close({ revoke: false });
  }

  /** A double of the `az` command: azure-cli reference, az account get-access-token. */
  async function installCli(script: string): Promise<void> {
    await azure.write('bin/az', `#!/bin/sh\n${script}`, 0o700);
    azure.setEnvironment({ PATH: `${azure.folder}/bin:/bin:/usr/bin` });
  }

  async function cliAnswer(lifetimeSeconds = 3600): Promise<string> {
    const expires = Math.floor(Date.now() / 1000) + lifetimeSeconds;
    const token = { accessToken: await azure.tokens.token(), expires_on: expires, tenant: tenantId };
    return JSON.stringify({
      ...token,
      expiresOn: new Date(expires * 1000).toISOString(),
      tokenType: 'Bearer',
    });
  }
});
