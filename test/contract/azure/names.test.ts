import assert from 'node:assert/strict';
import { createAzureSource } from '../../../src/providers/azure/source.ts';
import type { SecretNames } from '../../../src/providers/source.ts';
import { Problem } from '../../../src/problem.ts';
import { fetchDeadline } from '../../support/fetch-deadline.ts';
import { azureFixture } from './fixture.ts';

describe('Azure Key Vault: the names of secrets', function () {
  this.timeout(60_000);
  const azure = azureFixture();
  beforeEach(() => azure.signInByEnvironment());

  async function names(signal: AbortSignal = fetchDeadline()): Promise<SecretNames> {
    const source = createAzureSource(azure.configuration(), azure.context());
    try {
      return (await source.names?.(signal)) ?? { kind: 'notAsked' };
    } finally {
      await source.close({ revoke: false });
    }
  }

  function store(name: string, properties: object = {}): void {
    azure.vault.secrets.set(name, [{ value: 'canary', ...properties }]);
  }

  it('are those of the vault, without the certificates’, and no value is read', async () => {
    store('mlflow-auth', { contentType: 'application/json' });
    store('off', { enabled: false });
    store('certificate', { managed: true });
    assert.deepEqual(await names(), {
      kind: 'listed',
      secrets: [
        { name: 'mlflow-auth', about: 'application/json' },
        { name: 'off', about: 'disabled' },
      ],
      isCutOff: false,
      identity: undefined,
    });
    assert.deepEqual([...new Set(azure.vault.requests.map(({ path }) => path))], ['/secrets']);
  });

  it('come page by page, up to a bound', async () => {
    for (let n = 0; n < 60; n += 1) store(`s-${n}`);
    const found = await names();
    assert.ok(found.kind === 'listed' && !found.isCutOff);
    assert.equal(found.secrets.length, 60);
    for (let n = 0; n < 600; n += 1) store(`s-${n}`);
    const cut = await names();
    assert.ok(cut.kind === 'listed' && cut.isCutOff);
    assert.equal(cut.secrets.length, 500);
  });

  it('are denied by the vault for whatever reason, which is no problem: the fetch names the reason', async () => {
    // The SDK keeps status and code of a page that fails, and nothing of its body.
    for (const innerCode of [
      'ForbiddenByRbac',
      'ForbiddenByPolicy',
      'AccessDenied',
      'ForbiddenByFirewall',
      'Other',
    ]) {
      azure.vault.listError = { status: 403, code: 'Forbidden', innerCode, message: 'no list permission' };
      assert.deepEqual(await names(), { kind: 'denied' });
    }
  });

  it('are asked for nowhere else, whatever the vault says of the next page', async () => {
    for (let n = 0; n < 30; n += 1) store(`s-${n}`);
    azure.vault.nextPage = `https://other.vault.azure.net:${azure.vault.port}`;
    await assert.rejects(
      names(),
      (error) => error instanceof Problem && error.code === 'azure.foreignChallenge',
    );
    assert.equal(azure.vault.requests.filter(({ withToken }) => withToken).length, 1);
  });

  it('are given up at once when nobody waits any longer', async () => {
    azure.vault.hangs = true;
    const ending = new AbortController();
    const reason = new Error('cancelled');
    setTimeout(() => ending.abort(reason), 300);
    await assert.rejects(names(ending.signal), (error) => error === reason);
  });
});
