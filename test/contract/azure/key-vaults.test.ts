import assert from 'node:assert/strict';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { Problem } from '../../../src/problem.ts';
import { azureCredential } from '../../../src/providers/azure/credential.ts';
import { listKeyVaults } from '../../../src/providers/azure/key-vaults.ts';
import { azureTarget } from '../../../src/providers/azure/target.ts';
import { unattended } from '../../../src/providers/source.ts';
import type { SecretNames } from '../../../src/providers/source.ts';
import { fetchDeadline } from '../../support/fetch-deadline.ts';
import { ResourceManagerDouble } from '../../support/servers/resource-manager-double.ts';
import { azureFixture, managerHost } from './fixture.ts';

const team = '33333333-3333-4333-8333-333333333333';
const others = ['4', '5', '6'].map((digit) => team.replaceAll('3', digit));

describe('Azure Resource Manager: the key vaults', function () {
  this.timeout(60_000);
  const azure = azureFixture();
  let manager: ResourceManagerDouble;
  let port: number;

  beforeEach(async () => {
    azure.signInByEnvironment();
    manager = await ResourceManagerDouble.start(azure.certificates, azure.tokens);
    port = manager.port;
    manager.subscriptions.set(team, { displayName: 'ML', vaults: [{ name: 'ml-team' }] });
  });
  afterEach(async () => manager.stop());

  async function vaults(): Promise<SecretNames> {
    const configuration = azure.configuration();
    const target = azureTarget(configuration);
    const trust = { ca: [azure.certificates.ca], rejectUnauthorized: true as const };
    const { scope } = target.manager;
    const credential = azureCredential(
      configuration,
      azure.context(),
      { ...target, scope },
      {
        trust,
        options: () => unattended,
        onNetworkError: () => undefined,
        onResponse: () => undefined,
      },
    );
    const asked = { ...target.manager, origin: `https://${managerHost}:${port}` };
    return listKeyVaults(credential, {
      manager: asked,
      trust,
      signal: fetchDeadline(),
      httpProxy: undefined,
    });
  }

  async function problem(): Promise<Problem> {
    const outcome: unknown = await vaults().catch((error: unknown) => error);
    assert.ok(outcome instanceof Problem, JSON.stringify(outcome));
    return outcome;
  }

  function addresses(names: SecretNames): readonly string[] {
    assert.ok(names.kind === 'listed');
    return names.secrets.map(({ name }) => name);
  }

  it('are those of each subscription, page by page, by address, with where they are', async () => {
    const many = ['a', 'b', 'c'].map((name) => ({ name: `more-${name}` }));
    others.forEach((id, index) =>
      manager.subscriptions.set(id, { displayName: `Other ${index}`, vaults: index === 0 ? many : [] }),
    );
    assert.deepEqual(await vaults(), {
      kind: 'listed',
      secrets: [
        { name: 'https://ml-team.vault.azure.net', about: 'ML, westeurope' },
        ...many.map(({ name }) => ({
          name: `https://${name}.vault.azure.net`,
          about: 'Other 0, westeurope',
        })),
      ],
      isCutOff: false,
      identity: undefined,
    });
    assert.ok(manager.requests.every(({ isSignedIn }) => isSignedIn));
    assert.deepEqual(azure.vault.requests, [], 'no vault is asked');
  });

  it('are asked for with a token for Azure Resource Manager alone', async () => {
    await vaults();
    assert.deepEqual(
      [...new Set(azure.tokens.calls.map(({ scope }) => scope))],
      ['https://management.azure.com/.default'],
    );
  });

  it('leave out those of a subscription that denies them, and what is no vault of the cloud', async () => {
    manager.subscriptions.set(others[0] ?? '', { displayName: 'Closed', vaults: 'denied' });
    const uris = [
      'https://evil.example/',
      'http://a.vault.azure.net/',
      'https://a.vault.azure.net:8443/',
      '',
    ];
    const vaultsOfOthers = uris.map((uri, index) => ({ name: `v${index}`, uri }));
    manager.subscriptions.set(others[1] ?? '', { displayName: 'Odd', vaults: vaultsOfOthers });
    assert.deepEqual(addresses(await vaults()), ['https://ml-team.vault.azure.net']);
  });

  it('are denied to a sign-in that Azure Resource Manager does not take', async () => {
    manager.answer = { status: 403, body: '{}' };
    assert.deepEqual(await vaults(), { kind: 'denied' });
  });

  it('are none of another host, which a next page or a redirect names and which gets nothing', async () => {
    let requests = 0;
    const { key, cert } = azure.certificates;
    const evil = createServer({ key, cert }, (_request, response) => {
      requests += 1;
      response.end('{"value":[]}');
    });
    evil.listen(0, '127.0.0.1');
    await once(evil, 'listening');
    const elsewhere = `https://localhost:${(evil.address() as AddressInfo).port}`;
    try {
      for (const id of others) manager.subscriptions.set(id, { displayName: 'More', vaults: [] });
      manager.nextPage = elsewhere;
      assert.equal((await problem()).code, 'azure.notKeyVault');
      manager.answer = { status: 302, body: '', location: `${elsewhere}/subscriptions` };
      assert.equal((await problem()).code, 'azure.notKeyVault');
      assert.equal(requests, 0);
    } finally {
      evil.closeAllConnections();
      evil.close();
    }
  });

  for (const [status, body, code] of [
    [200, '<html>sign in</html>', 'azure.notKeyVault'],
    [200, '{"value":"none"}', 'azure.notKeyVault'],
    [429, '{}', 'azure.throttled'],
    [503, '{}', 'azure.serverFault'],
  ] as const) {
    it(`are none of an answer ${status} ${body}, which is told as ${code}`, async () => {
      manager.answer = { status, body };
      const { code: found, message } = await problem();
      assert.equal(found, code);
      assert.match(message, /Azure Resource Manager \(management\.azure\.com/);
    });
  }

  it('are none of a server that is not there, which is named', async () => {
    await manager.stop();
    const { code, message } = await problem();
    manager = await ResourceManagerDouble.start(azure.certificates, azure.tokens);
    assert.equal(code, 'azure.refused');
    assert.match(message, /Azure Resource Manager/);
  });
});
