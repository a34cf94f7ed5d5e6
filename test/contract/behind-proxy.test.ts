import assert from 'node:assert/strict';
import type { ProxySupportSetting } from '@vscode/proxy-agent';
import { Problem } from '../../src/problem.ts';
import { Secret } from '../../src/secret.ts';
import { makeCertificates } from '../support/servers/certificates.ts';
import { startCorporateProxy } from '../support/servers/corporate-proxy.ts';
import type { CorporateProxy } from '../support/servers/corporate-proxy.ts';
import { patchAsEditor } from '../support/servers/editor-network.ts';
import { passOn } from '../support/servers/pass-on.ts';
import type { PassingOn } from '../support/servers/pass-on.ts';
import { awsAtOwnNames, readerRole } from './aws/own-names.ts';
import { azureFixture } from './azure/fixture.ts';
import { Bootstrap, vaultFixture } from './vault/fixture.ts';
import { runFolder } from '../support/servers/run-folder.ts';

/**
 * The user's own authority (`tls.caFile`) and the company's HTTP proxy together: the names resolve behind the proxy
 * only, and the servers' certificates are of an authority that nobody else trusts.
 */
describe('Behind a company’s HTTP proxy, with certificates of the company’s authority,', function () {
  this.timeout(60_000);

  /** Runs with the network of an extension host whose user set `http.proxy`. */
  async function behindProxy(
    hosts: Readonly<Record<string, number>>,
    use: (proxy: CorporateProxy) => Promise<void>,
    support: ProxySupportSetting = 'override',
  ): Promise<void> {
    const proxy = await startCorporateProxy({ hosts });
    const restore = patchAsEditor(proxy.url, support);
    try {
      await use(proxy);
    } finally {
      restore();
      await proxy.stop();
    }
  }

  async function codeOf(work: Promise<unknown>): Promise<string> {
    return work.then(
      () => 'it was read',
      (error: unknown) => (error instanceof Problem ? error.code : String(error)),
    );
  }

  describe('Vault', () => {
    const name = 'vault.company.example';
    const { bao, read } = vaultFixture();
    let front: PassingOn;
    let authority: string;

    before(async () => {
      await bao.call('POST', 'secret/data/proxied', { data: { token: 'canary-proxied' } });
      const certificates = await makeCertificates(await runFolder('front'), [name]);
      authority = certificates.ca;
      front = await passOn(0, Number(new URL(bao.address).port), certificates);
    });
    after(async () => front.stop());

    async function readThere(extraCertificates: readonly string[]): Promise<string> {
      const configuration = { address: `https://${name}`, path: 'secret/proxied' };
      const bootstrap = new Bootstrap({ 'vault.token': bao.rootToken });
      return (await read({ configuration, bootstrap, context: { extraCertificates } })).text;
    }

    for (const support of ['override', 'on'] as const) {
      it(`is read where http.proxySupport is "${support}"`, async () => {
        const use = async ({ tunnels }: CorporateProxy): Promise<void> => {
          assert.equal(await readThere([authority]), '{"token":"canary-proxied"}');
          assert.ok(tunnels.has(`${name}:443`));
          assert.equal(await codeOf(readThere([])), 'vault.tlsUntrusted');
        };
        await behindProxy({ [`${name}:443`]: front.port }, use, support);
      });
    }

    it('is distinguished from a proxy that denies the tunnel or is not running', async () => {
      await behindProxy({}, async (proxy) => {
        assert.equal(await codeOf(readThere([authority])), 'vault.notVault');
        await proxy.stop();
        assert.equal(await codeOf(readThere([authority])), 'vault.httpProxy');
      });
    });
  });

  describe('AWS Secrets Manager', () => {
    const { aws, at } = awsAtOwnNames('canary-proxied');

    /** At AWS's own addresses. */
    async function readThere(extraCertificates: readonly string[]): Promise<string> {
      const changes = { endpoint: undefined, roleArn: readerRole };
      return (await aws.fetch(changes, undefined, { extraCertificates })).text.reveal();
    }

    it('is read with a role, through tunnels to the store and to the sign-in', async () => {
      const { hosts, authority } = at;
      await behindProxy(hosts, async ({ tunnels }) => {
        assert.equal(await readThere([authority]), 'canary-proxied');
        assert.deepEqual([...tunnels.keys()].sort(), Object.keys(hosts).sort());
        assert.equal(await codeOf(readThere([])), 'aws.tlsUntrusted');
      });
    });

    it('is distinguished from a proxy that denies the tunnel or is not running', async () => {
      await behindProxy({}, async (proxy) => {
        assert.equal(await codeOf(readThere([at.authority])), 'aws.notAws');
        await proxy.stop();
        assert.equal(await codeOf(readThere([at.authority])), 'aws.httpProxy');
      });
    });
  });

  describe('Azure Key Vault', () => {
    const [vaultName, signInName] = ['mlflow.vault.azure.net', 'login.company.example'];
    const azure = azureFixture({ moreNames: [signInName] });
    let hosts: Readonly<Record<string, number>>;

    beforeEach(() => {
      azure.signInByEnvironment();
      azure.tokens.url = `https://${signInName}`;
      azure.setEnvironment({ AZURE_AUTHORITY_HOST: azure.tokens.url });
      azure.vault.secrets.set('mlflow-auth', [{ value: 'canary-proxied' }]);
      hosts = { [`${vaultName}:443`]: azure.vault.port, [`${signInName}:443`]: azure.tokens.port };
    });

    async function readThere(changes = {}): Promise<string> {
      return (await azure.fetch({ vaultUrl: `https://${vaultName}` }, changes)).text.reveal();
    }

    it('is read through tunnels to the vault and to the sign-in', async () => {
      await behindProxy(hosts, async ({ tunnels }) => {
        assert.equal(await readThere(), 'canary-proxied');
        assert.deepEqual([...tunnels.keys()].sort(), Object.keys(hosts).sort());
        assert.equal(await codeOf(readThere({ extraCertificates: [] })), 'azure.tlsUntrusted');
      });
    });

    // The SDK reads HTTPS_PROXY itself, and then leaves out the certificates that it was given.
    for (const [where, support] of [
      ['as the editor patches it', 'override'],
      ['as it is', undefined],
    ] as const) {
      it(`is read where the proxy is in HTTPS_PROXY, over Node’s network ${where}`, async () => {
        const proxy = await startCorporateProxy({ hosts });
        azure.setEnvironment({ HTTPS_PROXY: proxy.url });
        const restore = support === undefined ? undefined : patchAsEditor(proxy.url, support);
        try {
          assert.equal(await readThere(), 'canary-proxied');
          assert.deepEqual([...proxy.tunnels.keys()].sort(), Object.keys(hosts).sort());
        } finally {
          restore?.();
          await proxy.stop();
        }
      });
    }

    it('is distinguished from a proxy that denies the tunnel or is not running', async () => {
      const session = async (): Promise<{ token: Secret; expiresAt: number }> => ({
        token: new Secret(await azure.tokens.token()),
        expiresAt: Date.now() + 3_600_000,
      });
      await behindProxy({}, async (proxy) => {
        const changes = { vaultUrl: `https://${vaultName}`, signIn: 'vscode' } as const;
        const problem = await azure.problem(changes, { microsoftToken: session });
        assert.equal(problem.code, 'azure.notKeyVault');
        assert.notEqual(problem.retry, 'purge');
        await proxy.stop();
        assert.equal((await azure.problem(changes, { microsoftToken: session })).code, 'azure.httpProxy');
      });
    });
  });
});
