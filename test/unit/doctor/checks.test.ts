import assert from 'node:assert/strict';
import { destinationOf } from '../../../src/configuration/destination.ts';
import { checks } from '../../../src/doctor/checks.ts';
import { summary } from '../../../src/doctor/summary.ts';
import type { Finding } from '../../../src/doctor/checks.ts';
import type { Evidence } from '../../../src/doctor/evidence.ts';
import { Problem } from '../../../src/problem.ts';
import {
  connectedState,
  degradedState,
  rejectedState,
  unavailableState,
} from '../connection/serving-states.ts';
import { evidenceOf, read, secretFacts, server, vault } from './evidence.ts';

async function findings(changes: Partial<Evidence> = {}): Promise<Record<string, Finding | undefined>> {
  const evidence = await evidenceOf(changes);
  return Object.fromEntries(checks.map(({ title, run }) => [title(), run(evidence)]));
}

const sealed = new Problem({
  code: 'vault.sealed',
  message: 'Vault is sealed.',
  remedy: 'Ask an administrator to unseal it.',
  retry: 'automatic',
});

function troubleOf(name: 'noPermission' | 'rejected' | 'refused' | 'wall'): Problem {
  return new Problem({
    code: `upstream.${name}`,
    message: 'So it is.',
    remedy: 'Do this.',
    retry: 'afterFix',
  });
}

describe('The checks of a diagnosis', () => {
  it('all pass in a window that is connected', async () => {
    const all = Object.values(await findings()).filter((finding) => finding !== undefined);
    assert.deepEqual([...new Set(all.map(({ outcome }) => outcome))], ['passed']);
    assert.match(summary(await evidenceOf()), /^Connected to https:\/\/mlflow\.company\.com with .+Vault\.$/);
  });

  it('say what to do about everything that did not pass', async () => {
    const evidence = await evidenceOf({
      isTrusted: false,
      read: await read({ 'cache.ttlSeconds': 'soon' }),
      server: { kind: 'failed', text: 'The local proxy did not respond.' },
      lastDenial: 'badHost',
    });
    for (const { run } of checks) {
      const finding = run(evidence);
      if (finding?.outcome === 'failed' || finding?.outcome === 'warning') assert.ok(finding.advice);
    }
  });

  it('name what is missing and what is wrong in the settings', async () => {
    const { Settings: finding } = await findings({ read: await read({ 'cache.ttlSeconds': 'soon' }) });
    assert.equal(finding?.outcome, 'failed');
    assert.match(
      finding.found,
      /Not set: mlflowSecretsAuth\.trackingUri, mlflowSecretsAuth\.provider\. mlflowSecretsAuth\.cache\.ttlSeconds must be/,
    );
  });

  it('warn of a setting that is not used', async () => {
    const { Settings: finding } = await findings({
      read: await read({ ...server, ...vault, 'proxy.port': 'http' }),
    });
    assert.equal(finding?.outcome, 'warning');
    assert.match(finding.found, /proxy\.port must be a whole number from 0 to 65535; 0 is used instead/);
  });

  it('warn of a variable that is not used, and of a server that is reached in the clear', async () => {
    const found = await read(
      { ...vault, trackingUri: 'http://mlflow.company.com' },
      { MLFLOW_VAULT_TTL_SEC: 'x' },
    );
    const { Settings: finding } = await findings({ read: found });
    assert.equal(finding?.outcome, 'warning');
    assert.match(finding.found, /^MLFLOW_VAULT_TTL_SEC is ignored: .+ reached over plain HTTP/);
  });

  it('distinguish a destination that was never approved from one that has changed', async () => {
    assert.match((await findings({ approved: undefined }))['Approval']?.found ?? '', /You have not approved/);
    const other = await read({ ...server, ...vault, 'vault.path': 'secret/other' });
    assert.ok(other.kind === 'ready');
    const { Approval: finding } = await findings({ approved: destinationOf(other.configuration) });
    assert.match(finding?.found ?? '', /a different source, secret or server/);
  });

  it('say of a credential that was entered in vain that it is not kept, rather than missing', async () => {
    const { 'Sign-in': finding } = await findings({
      missingCredential: 'password',
      state: { kind: 'failed', configuration: undefined, problem: troubleOf('rejected') },
    });
    assert.equal(finding?.found, 'The password that was entered was not accepted, and is not kept.');
    assert.equal(finding.advice, 'Run "MLflow: Sign In Again" and enter it.');
  });

  it('name the credential that is missing', async () => {
    const { 'Sign-in': finding } = await findings({ missingCredential: 'Vault token' });
    assert.deepEqual([finding?.outcome, finding?.found], ['failed', 'The Vault token is missing.']);
    const { 'Sign-in': ofDisconnected } = await findings({
      missingCredential: 'Vault token',
      state: { kind: 'disconnected' },
    });
    assert.equal(
      ofDisconnected?.advice,
      'Run "MLflow: Connect" to enter what is missing.',
      'as the headline',
    );
  });

  it('show a failing store, with the last good secret and without', async () => {
    const { read: ready } = await evidenceOf();
    assert.ok(ready.kind === 'ready');
    const { configuration } = ready;
    const degraded = await findings({ state: degradedState(configuration, secretFacts, sealed) });
    assert.equal(degraded['Secret']?.outcome, 'warning');
    assert.match(
      degraded['Secret'].found,
      /^Vault is sealed\. \(vault\.sealed\) The last good secret, fetched 30 s ago, is in use\.$/,
    );
    const failed = await findings({ state: { kind: 'failed', configuration, problem: sealed } });
    assert.deepEqual(failed['Secret'], {
      outcome: 'failed',
      found: 'Vault is sealed. (vault.sealed)',
      advice: sealed.remedy,
    });
  });

  it('are shown as running while the tracking server has not responded', async () => {
    const begun = await findings({ server: { kind: 'running' }, isServerAsked: false });
    assert.deepEqual(
      [begun['Tracking server']?.outcome, begun['Credential']?.outcome],
      ['running', 'running'],
    );
    const probed = await findings({ isServerAsked: false });
    assert.deepEqual(
      [probed['Tracking server']?.outcome, probed['Credential']?.outcome],
      ['passed', 'running'],
    );
  });

  it('do not blame a server that accepts the credential for what it says without one', async () => {
    const page = {
      kind: 'failed',
      text: 'It responded, but it is not an MLflow server (status 302).',
    } as const;
    assert.equal((await findings({ server: page }))['Tracking server']?.outcome, 'passed');
    const state = { kind: 'disconnected' } as const;
    assert.equal((await findings({ server: page, state }))['Tracking server']?.outcome, 'failed');
  });

  it('begin with what is wrong, what to do, and the code', async () => {
    const state = { kind: 'failed', configuration: undefined, problem: sealed } as const;
    const text = summary(await evidenceOf({ state }));
    assert.equal(text, `Not connected. Vault is sealed. ${sealed.remedy} (vault.sealed)`);
  });

  it('say whose credential it is, and what it may not do', async () => {
    const { read: ready } = await evidenceOf();
    assert.ok(ready.kind === 'ready');
    const { configuration } = ready;
    const known = connectedState(configuration, secretFacts, { user: 'ada', notice: undefined });
    const named = await findings({ state: known });
    assert.deepEqual(named['Credential'], {
      outcome: 'passed',
      found: 'The tracking server accepts the credential, which is for ada.',
    });
    const notice = troubleOf('noPermission');
    const limited = await findings({
      state: connectedState(configuration, secretFacts, { user: undefined, notice }),
    });
    assert.deepEqual(limited['Credential'], {
      outcome: 'warning',
      found: 'So it is. (upstream.noPermission)',
      advice: 'Do this.',
    });
  });

  it('name what the tracking server does not accept, and that it does not respond, by the same code', async () => {
    const { read: ready } = await evidenceOf();
    assert.ok(ready.kind === 'ready');
    const { configuration } = ready;
    const rejected = rejectedState(configuration, secretFacts, troubleOf('rejected'));
    const { Credential: credential } = await findings({ state: rejected });
    assert.deepEqual(credential, {
      outcome: 'failed',
      found: 'So it is. (upstream.rejected)',
      advice: 'Do this.',
    });
    const wall = rejectedState(configuration, secretFacts, troubleOf('wall'));
    const { 'Tracking server': behind } = await findings({ state: wall });
    assert.equal(behind?.outcome, 'notChecked', 'what responded is not the tracking server');
    const unavailable = unavailableState(configuration, secretFacts, troubleOf('refused'));
    const { Credential: unknown, 'Tracking server': down } = await findings({ state: unavailable });
    assert.equal(unknown?.outcome, 'notChecked');
    assert.equal(down?.found, 'So it is. (upstream.refused)');
  });

  it('are not made where something before them is missing', async () => {
    const incomplete = await findings({
      read: await read({}),
      server: { kind: 'notChecked', text: 'Not checked: complete the settings first.' },
      state: { kind: 'disconnected' },
      pythonUri: undefined,
    });
    for (const name of ['Approval', 'Sign-in', 'Secret', 'Tracking server', 'Credential', 'Python']) {
      assert.equal(incomplete[name]?.outcome, 'notChecked', name);
    }
  });
});
