import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { VaultConfiguration } from '../../../src/providers/vault/configuration.ts';
import { attended } from '../../../src/providers/source.ts';
import { Bootstrap, vaultSources } from './fixture.ts';
import { fetchDeadline } from '../../support/fetch-deadline.ts';

/** A host that Vault shares with other applications: it records what each would have got. */
class SharedHost {
  readonly targets: string[] = [];
  readonly #server: Server;
  /** What Vault says about where a path is mounted. */
  mountPath = 'secret/';
  authUrl = 'https://idp.company.com/authorize?state=st';

  constructor() {
    this.#server = createServer((request, response) => {
      this.targets.push(`${request.method ?? ''} ${request.url ?? ''}`);
      response.setHeader('content-type', 'application/json');
      response.end(
        JSON.stringify({
          auth: { client_token: 'canary-login', lease_duration: 60, renewable: false },
          data: {
            ttl: 0,
            renewable: false,
            path: this.mountPath,
            options: { version: '1' },
            value: 'canary-secret',
            auth_url: this.authUrl,
          },
        }),
      );
    });
  }

  async start(): Promise<void> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
  }

  get address(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  stop(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }
}

const hostilePaths = [
  '../../other-app/collect',
  'secret/../../../other-app',
  'secret/./mlflow',
  'secret//mlflow',
  '//other-app/collect',
  'secret/..',
  'secret/%2e%2e/%2E%2E/other-app',
  'secret/%252e%252e/other-app',
  'secret/..%2f..%2fother-app',
  'secret/..;/other-app',
  'secret/mlflow;v=1',
  'secret/mlflow?x=1',
  'secret/mlflow#x',
  'secret\\..\\..\\other-app',
  'secret/ml\nflow',
  'secret/\u2025/other-app',
  'secret/\uff0e\uff0e/other-app',
  'secret\u2215mlflow',
  'secret/\u200b../x',
  'secret/ ../x',
];

describe('a value that becomes part of a request to Vault', () => {
  const { problemOf, read, openSource } = vaultSources();
  let host: SharedHost;
  beforeEach(async () => {
    host = new SharedHost();
    await host.start();
  });
  afterEach(() => {
    host.stop();
  });

  const bootstrap = new Bootstrap({
    'vault.token': 'canary-token',
    'vault.secretId': 'canary-secret-id',
    'vault.password': 'canary-password',
  });

  async function nothingIsSent(change: Partial<VaultConfiguration>, setting: string): Promise<void> {
    const problem = await problemOf({ configuration: { address: host.address, ...change }, bootstrap });
    assert.deepEqual(host.targets, [], JSON.stringify(change));
    assert.ok(problem.message.includes(`mlflowSecretsAuth.vault.${setting}`), problem.message);
    assert.equal(problem.retry, 'afterFix');
    assert.notEqual(problem.remedy, '');
  }

  for (const value of hostilePaths) {
    const name = JSON.stringify(value);
    it(`sends nothing with the path ${name}`, async () => nothingIsSent({ path: value }, 'path'));
    it(`sends nothing with the mount ${name}`, async () =>
      nothingIsSent({ mount: value, path: 'x' }, 'mount'));
    for (const authMethod of ['approle', 'userpass', 'ldap', 'oidc'] as const) {
      it(`sends nothing with the sign-in mount ${name} of ${authMethod}`, async () =>
        nothingIsSent({ authMethod, authMount: value, roleId: 'r', username: 'ada' }, 'authMount'));
    }
    it(`sends nothing with the namespace ${name}`, async () =>
      nothingIsSent({ namespace: value }, 'namespace'));
    it(`sends nothing with the user name ${name}`, async () =>
      nothingIsSent({ authMethod: 'userpass', username: value }, 'username'));
    it(`sends nothing with the LDAP user name ${name}`, async () =>
      nothingIsSent({ authMethod: 'ldap', username: value }, 'username'));
  }

  for (const prefix of ['/a/%2e%2e%2fother', '/a//b', '/a;x', '/%252e%252e/other']) {
    it(`sends nothing with the address’s path ${prefix}`, async () =>
      nothingIsSent({ address: host.address + prefix }, 'address'));
  }

  it('sends nothing with a version that is no number', async () => {
    await nothingIsSent({ version: Number.NaN }, 'version');
  });

  it('asks no other application for what Vault says is a mount', async () => {
    for (const mountPath of ['../../other-app/', 'a/../../x/', 'x?y/', '%2e%2e/']) {
      host.targets.length = 0;
      host.mountPath = mountPath;
      await problemOf({ configuration: { address: host.address, path: 'secret/x' }, bootstrap });
      assert.deepEqual(host.targets, [
        'GET /v1/auth/token/lookup-self',
        'GET /v1/sys/internal/ui/mounts/secret/x',
      ]);
    }
  });

  it('takes a slash around it, letters of other scripts and a blank', async () => {
    for (const path of [
      'secret/mlflow',
      '/secret/mlflow/',
      'secret/Zürich',
      'secret/my key',
      'secret/a:b@c+d',
    ]) {
      assert.equal(
        (await read({ configuration: { address: host.address, path }, bootstrap })).text.length > 0,
        true,
      );
    }
    const configuration = {
      ...{ address: host.address, path: 'secret/x' },
      ...{
        authMethod: 'userpass' as const,
        authMount: 'teams/userpass/',
        username: 'ada.müller@company.com',
      },
    };
    host.targets.length = 0;
    await read({ configuration, bootstrap });
    assert.equal(host.targets[0], 'POST /v1/auth/teams/userpass/login/ada.m%C3%BCller%40company.com');
  });

  it('opens no single sign-on address without a state', async () => {
    const addresses = [
      'https://idp.company.com/authorize',
      'https://idp.company.com/authorize?state=',
      'https:',
      `https://idp.company.com/?state=${'x'.repeat(20_000)}`,
      'file:///etc/passwd?state=x',
    ];
    for (const authUrl of addresses) {
      host.authUrl = authUrl;
      const opened: string[] = [];
      const source = await openSource({
        configuration: { address: host.address, authMethod: 'oidc' },
        bootstrap,
        context: {
          openExternal: async (url) => {
            opened.push(url);
            return Promise.resolve(true);
          },
        },
      });
      await assert.rejects(source.fetch(fetchDeadline(), attended), { code: 'vault.oidcAddress' });
      assert.deepEqual(opened, []);
    }
  });
});
