import assert from 'node:assert/strict';
import { createAzureSource } from '../../../src/providers/azure/source.ts';
import { Secret } from '../../../src/secret.ts';
import { azureFixture } from './fixture.ts';
import { fetchDeadline } from '../../support/fetch-deadline.ts';

const inAnHour = Math.floor(Date.now() / 1000) + 3600;

describe('Azure Key Vault: reading', function () {
  this.timeout(60_000);
  const azure = azureFixture({ lifetime: 'suite' });
  before(() => azure.signInByEnvironment());
  beforeEach(() => {
    azure.vault.secrets.clear();
    azure.vault.deleted.clear();
    azure.vault.requests.length = 0;
    azure.vault.error = undefined;
    azure.vault.challenge = undefined;
    azure.vault.hangs = false;
    azure.vault.givenUp = 0;
    azure.vault.page = undefined;
    azure.vault.resource = 'https://vault.azure.net';
    azure.tokens.calls.length = 0;
  });

  function store(...versions: Parameters<typeof azure.vault.secrets.set>[1]): void {
    azure.vault.secrets.set('mlflow-auth', versions);
  }

  it('gives the newest version, and a named one', async () => {
    const [older, newer] = ['a'.repeat(32), 'b'.repeat(32)];
    store({ value: 'canary-old', version: older }, { value: 'canary-new', version: newer });
    const newest = await azure.fetch();
    assert.equal(newest.text.reveal(), 'canary-new');
    assert.equal(newest.version, newer);
    assert.equal(newest.expiresAt, undefined);
    assert.equal((await azure.fetch({ secretVersion: older })).text.reveal(), 'canary-old');
  });

  it('signs in once for many fetches', async () => {
    store({ value: 'canary-1' });
    const source = createAzureSource(azure.configuration(), azure.context());
    await source.fetch(fetchDeadline());
    store({ value: 'canary-2' });
    const second = await source.fetch(fetchDeadline());
    await source.close({ revoke: true });
    assert.equal(second.text.reveal(), 'canary-2');
    assert.equal(azure.tokens.calls.length, 1);
    // The first request is bare, to be challenged; no value is asked for without a token after that.
    assert.deepEqual(
      azure.vault.requests.map(({ withToken }) => withToken),
      [false, true, true],
    );
  });

  it('reports when the secret expires', async () => {
    store({ value: 'canary', exp: inAnHour, nbf: 1 });
    assert.equal((await azure.fetch()).expiresAt, inAnHour * 1000);
  });

  // About secrets, Date-time controlled operations: both are given out by the vault.
  it('refuses a secret that has expired, or is not yet valid', async () => {
    store({ value: 'canary', exp: 1_700_000_000 });
    const expired = await azure.problem();
    assert.equal(expired.code, 'azure.expired');
    assert.equal(expired.retry, 'purge');
    store({ value: 'canary', nbf: inAnHour });
    const early = await azure.problem();
    assert.equal(early.code, 'azure.notYetValid');
    assert.match(early.message, /not valid before 20\d\d-/);
  });

  it('refuses a secret whose end cannot be read, and takes one that has none', async () => {
    store({ value: 'canary', exp: 0 });
    assert.equal((await azure.problem()).code, 'azure.expired');
    for (const exp of [1e308, -1e308, 9e12, 'never', {}, [1, 2]]) {
      store({ value: 'canary', exp: exp as number });
      assert.equal((await azure.problem()).code, 'azure.notKeyVault', JSON.stringify(exp));
      store({ value: 'canary', nbf: exp as number });
      assert.equal((await azure.problem()).code, 'azure.notKeyVault', JSON.stringify(exp));
    }
    store({ value: 'canary', exp: null as unknown as number, nbf: null as unknown as number });
    assert.equal((await azure.fetch()).expiresAt, undefined);
  });

  it('reports a disabled secret', async () => {
    store({ value: 'canary', enabled: false });
    const problem = await azure.problem();
    assert.equal(problem.code, 'azure.disabled');
    assert.equal(problem.retry, 'purge');
  });

  it('distinguishes secrets that never existed, have no such version, or were deleted', async () => {
    const never = await azure.problem();
    assert.equal(never.code, 'azure.notFound');
    assert.equal(never.retry, 'purge');
    store({ value: 'canary', version: 'a'.repeat(32) });
    assert.match((await azure.problem({ secretVersion: 'f'.repeat(32) })).message, /no version f+/);
    azure.vault.secrets.clear();
    azure.vault.deleted.add('mlflow-auth');
    const deleted = await azure.problem();
    assert.equal(deleted.code, 'azure.deleted');
    assert.equal(deleted.retry, 'purge');
  });

  /** Key Vault REST API reference, Common parameters and errors; inner codes as the service sends them. */
  const denials = [
    ['roles', 'ForbiddenByRbac', 'Caller is not authorized to perform action on resource.', 'deniedByRole'],
    [
      'access policies',
      'ForbiddenByPolicy',
      'The user does not have secrets get permission',
      'deniedByPolicy',
    ],
    ['the firewall', 'ForbiddenByFirewall', 'Client address is not authorized', 'firewall'],
    ['a perimeter', 'ForbiddenByNsp', 'The request was forbidden by NSP policy.', 'firewall'],
    ['private link', 'ForbiddenByConnection', 'Public network access is disabled', 'privateOnly'],
    ['something new', 'ForbiddenByMoon', 'canary says no', 'denied'],
  ] as const;
  for (const [who, innerCode, message, code] of denials) {
    it(`distinguishes access denied by ${who}`, async () => {
      store({ value: 'canary' });
      azure.vault.error = { status: 403, code: 'Forbidden', innerCode, message };
      const problem = await azure.problem();
      assert.equal(problem.code, `azure.${code}`);
      assert.equal(problem.retry, 'purge');
    });
  }

  it('recognises why access is denied by the sentence where there is no inner code', async () => {
    const message = 'Client address is not authorized and caller is not a trusted service.';
    azure.vault.error = { status: 403, code: 'Forbidden', message };
    assert.equal((await azure.problem()).code, 'azure.firewall');
  });

  // Key Vault throttling guidance: HTTP 429, back off.
  it('leaves the retry of a throttled request to the resolver, with its Retry-After', async () => {
    const headers = { 'Retry-After': '7' };
    azure.vault.error = { status: 429, code: 'Throttled', message: 'too many', headers };
    const problem = await azure.problem();
    assert.equal(problem.code, 'azure.throttled');
    assert.equal(problem.retry, 'automatic');
    assert.equal(problem.retryAfterMs, 7000);
    assert.equal(azure.vault.requests.length, 2);
  });

  it('reports a service error as one to retry', async () => {
    azure.vault.error = { status: 503, code: 'ServiceUnavailable', message: 'busy' };
    const problem = await azure.problem();
    assert.equal(problem.code, 'azure.serverFault');
    assert.equal(problem.retry, 'automatic');
  });

  for (const [cloud, domain] of [
    ['usGovernment', 'vault.usgovcloudapi.net'],
    ['china', 'vault.azure.cn'],
  ] as const) {
    it(`reads from the vaults of the cloud ${cloud}, with tokens for them`, async () => {
      store({ value: 'canary-cloud' });
      azure.vault.resource = `https://${domain}`;
      const vaultUrl = `https://mlflow.${domain}:${azure.vault.port}`;
      const secret = await azure.fetch(
        { cloud, vaultUrl, signIn: 'vscode' },
        {
          microsoftToken: async ([scope]) => {
            assert.equal(scope, `https://${domain}/.default`);
            return editorToken(azure, `https://${domain}`);
          },
        },
      );
      assert.equal(secret.text.reveal(), 'canary-cloud');
    });
  }

  it('does not take the page of a proxy for a response of the vault', async () => {
    for (const [status, retry] of [
      [200, 'afterFix'],
      [403, 'afterFix'],
      [404, 'afterFix'],
      [502, 'automatic'],
    ] as const) {
      for (const type of ['text/html', 'application/json']) {
        azure.vault.page = { status, type, body: '<html>canary: blocked</html>' };
        const problem = await azure.problem();
        assert.deepEqual([problem.code, problem.retry], ['azure.notKeyVault', retry], `${status} ${type}`);
      }
    }
  });

  describe('at the address of the vault', () => {
    it('sends no token to a host that is not a vault of the cloud', async () => {
      const port = azure.vault.port;
      const hosts = [
        'mlflow.vault.azure.net.evil.example',
        'vault.azure.net',
        'a.b.vault.azure.net',
        'mlflow-vault.azure.net',
        'mlflow.blob.core.windows.net',
        'mlflow.vault.azure.cn',
      ];
      for (const host of hosts) {
        const problem = await azure.problem({ vaultUrl: `https://${host}:${port}` });
        assert.equal(problem.code, 'azure.foreignVault', host);
      }
      assert.equal(azure.tokens.calls.length + azure.vault.requests.length, 0);
    });

    it('names the cloud that the vault is in', async () => {
      const problem = await azure.problem({ vaultUrl: 'https://mlflow.vault.azure.cn' });
      assert.match(problem.remedy, /azure\.cloud to "china"/);
    });

    it('sends no token to a listener on this machine', async () => {
      store({ value: 'canary-local' });
      for (const host of ['localhost', '127.0.0.1', 'mlflow.localhost', '[::1]']) {
        const problem = await azure.problem({ vaultUrl: `https://${host}:${azure.vault.port}` });
        assert.equal(problem.code, 'azure.foreignVault');
      }
      assert.equal(azure.tokens.calls.length + azure.vault.requests.length, 0);
    });

    for (const [what, changes] of [
      ['vaultUrl', { vaultUrl: 'http://mlflow.vault.azure.net' }],
      ['vaultUrl', { vaultUrl: 'mlflow' }],
      ['secretName', { secretName: 'a/../b' }],
      ['secretName', { secretName: '' }],
      ['secretVersion', { secretVersion: '../../keys' }],
      ['tenantId', { tenantId: 'x; rm -rf ~' }],
      ['clientId', { clientId: 'me' }],
    ] as const) {
      it(`names a malformed ${what}: ${JSON.stringify(changes)}`, async () => {
        const { code, action } = await azure.problem(changes);
        assert.equal(code, 'azure.malformedSetting');
        assert.deepEqual(action, { kind: 'openSetting', setting: `azure.${what}` });
      });
    }
  });

  describe('a hostile challenge', () => {
    const login = 'https://login.microsoftonline.com/11111111-1111-4111-8111-111111111111';
    const hostile = [
      ['another service', `Bearer authorization="${login}", resource="https://graph.microsoft.com"`],
      ['the parent domain', `Bearer authorization="${login}", resource="https://azure.net"`],
      ['the vault itself', `Bearer authorization="${login}", resource="https://mlflow.vault.azure.net"`],
      ['another cloud', `Bearer authorization="${login}", resource="https://vault.azure.cn"`],
      [
        'a scope of its own',
        `Bearer authorization="${login}", scope="https://vault.azure.net/user_impersonation"`,
      ],
      ['a path', `Bearer authorization="${login}", resource="https://vault.azure.net/x"`],
      ['http', `Bearer authorization="${login}", resource="http://vault.azure.net"`],
      ['no address', `Bearer authorization="${login}", resource="vault"`],
    ] as const;
    for (const [what, challenge] of hostile) {
      it(`that asks for ${what} gets no token`, async () => {
        store({ value: 'canary' });
        azure.vault.challenge = challenge;
        const problem = await azure.problem();
        assert.equal(problem.code, 'azure.foreignChallenge');
        assert.deepEqual(azure.tokens.calls, []);
        assert.ok(azure.vault.requests.every(({ withToken }) => !withToken));
      });
      it(`that asks for ${what} gets none from a listener on this machine either`, async () => {
        azure.vault.challenge = challenge;
        const problem = await azure.problem({ vaultUrl: `https://localhost:${azure.vault.port}` });
        assert.equal(problem.code, 'azure.foreignVault');
        assert.deepEqual(azure.tokens.calls, []);
      });
    }

    it('cannot lead the sign-in to another server', async () => {
      store({ value: 'canary' });
      const tenant = '11111111-1111-4111-8111-111111111111';
      azure.vault.challenge = `Bearer authorization="https://evil.example/${tenant}", resource="https://vault.azure.net"`;
      // The tenant is taken from it; the server is the configured one.
      assert.equal((await azure.fetch()).text.reveal(), 'canary');
      assert.equal(azure.tokens.calls.length, 1);
    });

    it('cannot lead the sign-in to another tenant', async () => {
      const other = '99999999-9999-4999-8999-999999999999';
      azure.vault.challenge = `Bearer authorization="https://login.microsoftonline.com/${other}", resource="https://vault.azure.net"`;
      assert.equal((await azure.problem()).code, 'azure.otherTenant');
      assert.deepEqual(azure.tokens.calls, []);
    });
  });

  it('follows no redirect to another host', async () => {
    store({ value: 'canary' });
    const headers = { Location: `https://other.vault.azure.net:${azure.vault.port}/secrets/mlflow-auth` };
    azure.vault.error = { status: 307, code: 'Redirect', message: 'elsewhere', headers };
    assert.equal((await azure.problem()).code, 'azure.refusedRequest');
    assert.equal(azure.vault.requests.length, 2);
  });

  describe('over the network', () => {
    it('reports a vault whose name does not resolve', async () => {
      const problem = await azure.problem({ vaultUrl: 'https://gone.vault.azure.net' });
      assert.equal(problem.code, 'azure.dns');
      assert.equal(problem.retry, 'automatic');
      assert.match(problem.message, /gone\.vault\.azure\.net/);
    });

    it('reports a refused connection', async () => {
      const problem = await azure.problem({ vaultUrl: 'https://mlflow.vault.azure.net:9' });
      assert.equal(problem.code, 'azure.refused');
    });

    it('reports an untrusted certificate', async () => {
      const problem = await azure.problem({}, { extraCertificates: [] });
      assert.equal(problem.code, 'azure.tlsUntrusted');
      assert.deepEqual(problem.action, { kind: 'openSetting', setting: 'tls.caFile' });
    });

    it('trusts what REQUESTS_CA_BUNDLE names, as Python does, and nothing else', async () => {
      store({ value: 'canary-value' });
      const named = { path: azure.certificates.caFile, from: 'REQUESTS_CA_BUNDLE' };
      const secret = await azure.fetch({ storeCertificates: named }, { extraCertificates: [] });
      assert.equal(secret.text.reveal(), 'canary-value');
      const key = { ...named, path: azure.certificates.keyFile };
      const problem = await azure.problem({ storeCertificates: key });
      assert.equal(problem.code, 'settings.certificateVariable');
    });

    it('ends promptly with the signal’s reason while the vault hangs, and closes the connection', async () => {
      azure.vault.hangs = true;
      const controller = new AbortController();
      const reason = new Error('disconnected');
      const work = azure.fetch({}, {}, controller.signal);
      while (azure.vault.requests.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
      controller.abort(reason);
      await assert.rejects(work, reason);
      while (azure.vault.givenUp === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    });
  });
});

async function editorToken(
  azure: ReturnType<typeof azureFixture>,
  audience: string,
): Promise<{ token: Secret; expiresAt: number }> {
  return { token: new Secret(await azure.tokens.token({ audience })), expiresAt: Date.now() + 3_600_000 };
}
