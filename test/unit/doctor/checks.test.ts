import assert from 'node:assert/strict';
import { destinationOf } from '../../../src/configuration/destination.ts';
import { checks, summary } from '../../../src/doctor/checks.ts';
import type { Finding } from '../../../src/doctor/checks.ts';
import type { Evidence } from '../../../src/doctor/evidence.ts';
import { Problem } from '../../../src/problem.ts';
import { evidenceOf, read, secretFacts, server, vault } from './evidence.ts';

async function findings(changes: Partial<Evidence> = {}): Promise<Record<string, Finding | undefined>> {
  const evidence = await evidenceOf(changes);
  return Object.fromEntries(checks.map(({ name, look }) => [name, look(evidence)]));
}

const sealed = new Problem({
  code: 'vault.sealed',
  message: 'Vault is sealed.',
  remedy: 'Ask an administrator to unseal it.',
  retry: 'automatic',
});

describe('the checks of a diagnosis', () => {
  it('find everything good in a window that is connected', async () => {
    const all = Object.values(await findings()).filter((finding) => finding !== undefined);
    assert.deepEqual([...new Set(all.map(({ verdict }) => verdict))], ['good']);
    assert.match(summary(await evidenceOf()), /^Connected to https:\/\/mlflow\.company\.com with .+Vault\.$/);
  });

  it('say what to do about everything that is not good', async () => {
    const evidence = await evidenceOf({
      isTrusted: false,
      read: await read({ 'cache.ttlSeconds': 'soon' }),
      server: { kind: 'doubtful', text: 'There is no answer.' },
      lastDenial: 'badHost',
    });
    for (const { look } of checks) {
      const finding = look(evidence);
      if (finding?.verdict === 'bad' || finding?.verdict === 'doubtful') assert.ok(finding.advice);
    }
  });

  it('name what is missing and what is wrong in the settings', async () => {
    const { Settings: finding } = await findings({ read: await read({ 'cache.ttlSeconds': 'soon' }) });
    assert.equal(finding?.verdict, 'bad');
    assert.match(
      finding.found,
      /Not set: trackingUri, provider\. mlflowSecretsAuth\.cache\.ttlSeconds must be/,
    );
  });

  it('doubt settings of which one is not used', async () => {
    const { Settings: finding } = await findings({
      read: await read({ ...server, ...vault, 'proxy.port': 'http' }),
    });
    assert.equal(finding?.verdict, 'doubtful');
    assert.match(finding.found, /proxy\.port must be a whole number from 0 to 65535; 0 is used instead/);
  });

  it('doubt a variable that is not used, and a way that others can read', async () => {
    const found = await read(
      { ...vault, trackingUri: 'http://mlflow.company.com' },
      { MLFLOW_VAULT_TTL_SEC: 'x' },
    );
    const { Settings: finding } = await findings({ read: found });
    assert.equal(finding?.verdict, 'doubtful');
    assert.match(finding.found, /^MLFLOW_VAULT_TTL_SEC is ignored: .+ reached over plain HTTP/);
  });

  it('tell a destination that was never approved from one that has changed', async () => {
    assert.match((await findings({ approved: undefined }))['Approval']?.found ?? '', /You have not approved/);
    const other = await read({ ...server, ...vault, 'vault.path': 'secret/other' });
    assert.ok(other.kind === 'ready');
    const { Approval: finding } = await findings({ approved: destinationOf(other.configuration) });
    assert.match(finding?.found ?? '', /another source, secret or server/);
  });

  it('name the credential that has to be typed', async () => {
    const { 'Sign-in': finding } = await findings({ missingCredential: 'Vault token' });
    assert.deepEqual([finding?.verdict, finding?.found], ['bad', 'There is no Vault token.']);
  });

  it('tell a failing store, with the last good secret and without', async () => {
    const { read: ready } = await evidenceOf();
    assert.ok(ready.kind === 'ready');
    const { configuration } = ready;
    const trouble = { store: sealed, upstream: undefined };
    const degraded = await findings({
      state: { kind: 'degraded', configuration, secret: secretFacts, trouble },
    });
    assert.equal(degraded['Secret']?.verdict, 'doubtful');
    assert.match(
      degraded['Secret'].found,
      /^Vault is sealed\. The last good one, fetched 30 s ago, is used\.$/,
    );
    const failed = await findings({ state: { kind: 'failed', configuration, problem: sealed } });
    assert.deepEqual(failed['Secret'], { verdict: 'bad', found: sealed.message, advice: sealed.remedy });
  });

  it('tell a credential that the tracking server does not accept', async () => {
    const signedIn = {
      kind: 'doubtful',
      text: 'The tracking server does not accept it (status 401).',
    } as const;
    const { Credential: finding } = await findings({ signedIn });
    assert.equal(finding?.verdict, 'bad');
    assert.match(finding.advice ?? '', /Refresh MLflow Secret/);
  });

  it('do not look at what comes after something that is not there', async () => {
    const incomplete = await findings({
      read: await read({}),
      server: { kind: 'notAsked', text: 'It was not asked: the settings come first.' },
      signedIn: { kind: 'notAsked', text: 'It is tried once MLflow is connected.' },
      pythonUri: undefined,
    });
    for (const name of ['Approval', 'Sign-in', 'Secret', 'Tracking server', 'Credential', 'Python']) {
      assert.equal(incomplete[name]?.verdict, 'unknown', name);
    }
  });
});
