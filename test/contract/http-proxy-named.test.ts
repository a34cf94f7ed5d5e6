import assert from 'node:assert/strict';
import { Problem } from '../../src/problem.ts';
import type { SourceContext } from '../../src/providers/source.ts';
import { startCorporateProxy } from '../support/servers/corporate-proxy.ts';
import type { CorporateProxy } from '../support/servers/corporate-proxy.ts';
import { patchAsEditor } from '../support/servers/editor-network.ts';
import { awsFixture } from './aws/fixture.ts';
import { azureFixture } from './azure/fixture.ts';
import { Bootstrap, vaultSources } from './vault/fixture.ts';

type Named = Partial<Pick<SourceContext, 'isHttpProxySet'>> & {
  readonly environment: Readonly<Record<string, string>>;
};

/** What names the proxy, and how the remedy calls that. */
const ways: readonly (readonly [from: string, named: Named])[] = [
  ['http.proxy', { isHttpProxySet: () => true, environment: { HTTPS_PROXY: 'http://other:8080' } }],
  ['HTTP_PROXY', { environment: { HTTP_PROXY: 'http://proxy:8080' } }],
  ['https_proxy', { environment: { https_proxy: 'http://proxy:8080', HTTP_PROXY: 'http://other:8080' } }],
  ['ALL_PROXY', { environment: { ALL_PROXY: 'http://proxy:8080' } }],
];

describe('The HTTP proxy on the way to a secret store', function () {
  this.timeout(60_000);
  const { read } = vaultSources();
  let proxy: CorporateProxy;
  let restore: () => void;

  before(async () => {
    proxy = await startCorporateProxy({ hosts: {}, signIn: { user: 'ada', password: 'canary-proxy' } });
    restore = patchAsEditor(proxy.url, 'override');
  });
  after(async () => {
    restore();
    await proxy.stop();
  });

  async function problemOf(work: Promise<unknown>): Promise<Problem> {
    const outcome = await work.catch((error: unknown) => error);
    assert.ok(outcome instanceof Problem, String(outcome));
    return outcome;
  }

  const askVault = async (address: string, { environment, ...named }: Named): Promise<Problem> =>
    problemOf(
      read({
        configuration: { address },
        bootstrap: new Bootstrap({ 'vault.token': 'canary-token' }),
        context: { ...named, environment },
      }),
    );

  for (const [from, named] of ways) {
    for (const scheme of ['http', 'https']) {
      it(`is called ${from} where that names it, and Vault is asked over ${scheme}`, async () => {
        const { code, message, remedy } = await askVault(`${scheme}://vault.company.example`, named);
        assert.equal(code, 'vault.httpProxy');
        assert.match(message, /requires a sign-in/);
        assert.equal(
          remedy,
          from === 'http.proxy'
            ? 'Put the user and password into http.proxy.'
            : `Put the user and password into ${from}, and restart VS Code.`,
        );
      });
    }
  }

  it('is called that of the system where nothing else names it', async () => {
    const { remedy } = await askVault('http://vault.company.example', { environment: {} });
    assert.equal(remedy, 'Set http.proxy in your user settings to its address, with the user and password.');
  });

  describe('to AWS', () => {
    const aws = awsFixture();

    for (const scheme of ['http', 'https']) {
      it(`is what asks for a sign-in over ${scheme}, rather than something unknown`, async () => {
        aws.signInByEnvironment();
        const endpoint = `${scheme}://aws.company.example`;
        const named = { isHttpProxySet: () => true };
        const { code, remedy } = await problemOf(
          aws.fetch({ endpoint: undefined, environmentEndpoint: endpoint }, undefined, named),
        );
        assert.equal(code, 'aws.httpProxy');
        assert.equal(remedy, 'Put the user and password into http.proxy.');
      });
    }
  });

  describe('to Azure', () => {
    const azure = azureFixture();

    it('is what asks for a sign-in, before the vault is reached or anybody signs in', async () => {
      azure.signInByEnvironment();
      const { code, remedy } = await problemOf(
        azure.fetch({ vaultUrl: 'https://mlflow.vault.azure.net' }, { isHttpProxySet: () => true }),
      );
      assert.equal(code, 'azure.httpProxy');
      assert.equal(remedy, 'Put the user and password into http.proxy.');
    });
  });
});
