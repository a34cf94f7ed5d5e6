import assert from 'node:assert/strict';
import { PutSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { makeCertificates } from '../../support/servers/certificates.ts';
import { startCorporateProxy } from '../../support/servers/corporate-proxy.ts';
import type { CorporateProxy, CorporateProxyOptions } from '../../support/servers/corporate-proxy.ts';
import { adminClient } from '../../support/servers/moto-account.ts';
import { passOn } from '../../support/servers/pass-on.ts';
import type { PassingOn } from '../../support/servers/pass-on.ts';
import { runFolder } from '../../support/servers/run-folder.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { awsAtOwnNames, readerRole } from '../aws/own-names.ts';
import { azureFixture } from '../azure/fixture.ts';
import { vaultConfiguration, vaultFixture } from '../vault/fixture.ts';
import { loneProcesses, times } from './lone-process.ts';
import type { LoneOptions } from './lone-process.ts';

/**
 * No network patch of an editor is there: names resolve behind the proxy only, and nobody else trusts the authority.
 * `loneProcesses` comes before the fixtures, so that it gives the environment back before they do.
 */
describe('Without a window, behind a company’s HTTP proxy and with its own authority,', function () {
  this.timeout(60_000);
  const signIn = { user: 'someone', password: 'canary:p@ss' };
  let proxy: CorporateProxy | undefined;

  afterEach(async () => {
    await proxy?.stop();
    proxy = undefined;
  });

  /** By the setting, with a password in it. */
  async function through(hosts: CorporateProxyOptions['hosts']): Promise<Pick<LoneOptions, 'httpProxy'>> {
    assert.equal(proxy, undefined, 'a test has one');
    proxy = await startCorporateProxy({ hosts, signIn });
    const password = encodeURIComponent(signIn.password);
    const url = `http://${signIn.user}:${password}@127.0.0.1:${proxy.port}`;
    return { httpProxy: { proxy: url, noProxy: [], isOff: false, environment: {} } };
  }

  const trusting = (authority: string): Pick<LoneOptions, 'certificates'> => ({
    certificates: { extraCertificates: [authority], userCertificates: [authority] },
  });

  describe('a secret of Vault', () => {
    const name = 'vault.company.example';
    const { start } = loneProcesses();
    const { bao } = vaultFixture();
    let front: PassingOn;
    let authority: string;

    before(async () => {
      const certificates = await makeCertificates(await runFolder('front'), [name]);
      authority = certificates.ca;
      front = await passOn(0, Number(new URL(bao.address).port), certificates);
    });
    after(async () => front.stop());
    beforeEach(async () => write('canary-1'));

    const write = async (token: string): Promise<unknown> =>
      bao.call('POST', 'secret/data/proxied', { data: { token } });

    function at(address: string): LoneOptions {
      const source = vaultConfiguration({ address, path: 'secret/proxied' });
      return { source, bootstrap: { 'vault.token': bao.rootToken } };
    }

    it('is fetched and refreshed', async () => {
      const clock = new ManualClock(Date.now());
      const way = await through({ [`${name}:443`]: front.port });
      const alone = await start({ ...at(`https://${name}`), ...way, ...trusting(authority), clock });
      await alone.using('Bearer canary-1');
      await write('canary-2');
      await clock.advance(times.ttlMs * 0.67);
      await alone.using('Bearer canary-2');
      assert.ok(proxy?.tunnels.has(`${name}:443`));
    });

    it('is asked for by its whole address where Vault has no TLS', async () => {
      const way = await through({ [`${name}:8200`]: Number(new URL(bao.address).port) });
      const alone = await start({ ...at(`http://${name}:8200`), ...way });
      await alone.using('Bearer canary-1');
      assert.ok((proxy?.forwarded.get(`${name}:8200`) ?? 0) > 0);
      assert.equal(proxy?.tunnels.size, 0);
    });

    for (const [what, certificates, pattern] of [
      ['an authority that nobody named', [], /certificate that this machine does not trust/],
      ['a proxy that opens no tunnel', undefined, /HTTP proxy refused to connect to it/],
    ] as const) {
      it(`is not fetched with ${what}, which is said`, async () => {
        const way = await through(certificates ? { [`${name}:443`]: front.port } : {});
        const more = certificates ? {} : trusting(authority);
        const alone = await start({ ...at(`https://${name}`), ...way, ...more });
        const posted = await alone.next(0);
        assert.ok(posted.kind === 'unavailable');
        assert.match(posted.response.message, pattern);
        assert.doesNotMatch(alone.describe(), /canary:|canary%3A/);
      });
    }
  });

  describe('a secret of AWS', () => {
    const { start } = loneProcesses();
    const { aws, at } = awsAtOwnNames('canary-1');

    async function write(text: string): Promise<void> {
      const put = new PutSecretValueCommand({ SecretId: 'mlflow/auth', SecretString: text });
      await adminClient(aws.moto).send(put);
    }

    for (const [signedIn, roleArn] of [
      ['keys of the environment', undefined],
      ['a role that is assumed', readerRole],
    ] as const) {
      it(`is fetched and refreshed with ${signedIn}`, async () => {
        const clock = new ManualClock(Date.now());
        const { hosts, authority } = at;
        const source = aws.configuration({ endpoint: undefined, roleArn });
        const options = { source, homeFolder: aws.home, clock };
        const alone = await start({ ...options, ...(await through(hosts)), ...trusting(authority) });
        await alone.using('Bearer canary-1');
        await write('canary-2');
        alone.reject();
        await alone.using('Bearer canary-2');
        await write('canary-3');
        await clock.advance(times.ttlMs * 0.67);
        await alone.using('Bearer canary-3');
        const used = [...(proxy?.tunnels.keys() ?? [])].sort();
        assert.deepEqual(
          used,
          Object.keys(hosts).filter((host) => roleArn ?? !host.startsWith('sts')),
        );
      });
    }
  });

  describe('a secret of Azure', () => {
    const [vaultName, signInName] = ['mlflow.vault.azure.net', 'login.company.example'];
    const { start } = loneProcesses();
    const azure = azureFixture({ moreNames: [signInName] });
    const vaultUrl = `https://${vaultName}`;
    let hosts: Readonly<Record<string, number>>;

    beforeEach(() => {
      azure.signInByEnvironment();
      azure.tokens.url = `https://${signInName}`;
      azure.setEnvironment({ AZURE_AUTHORITY_HOST: azure.tokens.url });
      azure.vault.secrets.set('mlflow-auth', [{ value: 'canary-1' }]);
      hosts = { [`${vaultName}:443`]: azure.vault.port, [`${signInName}:443`]: azure.tokens.port };
    });

    const trust = (): Pick<LoneOptions, 'certificates'> => trusting(azure.certificates.ca);

    it('is fetched and refreshed', async () => {
      const clock = new ManualClock(Date.now());
      const source = azure.configuration({ vaultUrl });
      const alone = await start({ source, ...(await through(hosts)), ...trust(), clock });
      await alone.using('Bearer canary-1');
      azure.vault.secrets.set('mlflow-auth', [{ value: 'canary-2' }]);
      await clock.advance(times.ttlMs * 0.67);
      await alone.using('Bearer canary-2');
      assert.deepEqual([...(proxy?.tunnels.keys() ?? [])].sort(), Object.keys(hosts).sort());
    });

    it('that VS Code signs in for serves as long as it may, and then it is said to open VS Code', async () => {
      const clock = new ManualClock(Date.now());
      const way = await through(hosts);
      const first = await start({ source: azure.configuration({ vaultUrl }), clock, ...way, ...trust() });
      await first.using('Bearer canary-1');
      // As a window that had the session of VS Code hands it over.
      const source = azure.configuration({ vaultUrl, signIn: 'vscode' });
      const text = (first.attach().record?.text ?? '').replace(
        JSON.stringify(JSON.stringify('environment')).slice(1, -1),
        JSON.stringify(JSON.stringify('vscode')).slice(1, -1),
      );
      const alone = await start({ source, clock, ...way, ...trust(), record: { text } });
      const { response } = await alone.unavailableWhenStale(clock, 'Bearer canary-1');
      assert.equal(response.errorCode, 'INVALID_STATE');
      assert.match(response.message, /Open VS Code with this folder again\./);
    });
  });
});
