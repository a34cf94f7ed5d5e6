import assert from 'node:assert/strict';
import { destinationOf } from '../../../../src/configuration/destination.ts';
import type { ConnectionState } from '../../../../src/connection/state.ts';
import { findingOf } from '../../../../src/connection/upstream-problems.ts';
import { Problem } from '../../../../src/problem.ts';
import { actionsFor } from '../../../../src/vscode/status/actions.ts';
import { viewStatus } from '../../../../src/vscode/status/status-view.ts';
import {
  connectedState,
  degradedState,
  rejectedState,
  unavailableState,
} from '../../connection/serving-states.ts';
import { storedConfiguration as configuration } from '../../configuration/stored-configuration.ts';

const secret = { version: '3', fetchedAt: 0, nextRefreshAt: 60_000 };
const problem = new Problem({
  code: 'vault.sealed',
  message: 'It broke.',
  remedy: 'Mend it.',
  retry: 'afterFix',
});

/** The states in which the local proxy listens. */
const listening: readonly ConnectionState[] = [
  { kind: 'needsApproval', configuration, destination: destinationOf(configuration), approved: undefined },
  { kind: 'connecting', configuration },
  connectedState(configuration, secret),
  degradedState(configuration, secret, problem),
  rejectedState(configuration, secret, problem),
  unavailableState(configuration, secret, problem),
  { kind: 'failed', configuration, problem },
];

describe('The tooltip of the status bar', () => {
  const lastDenial = 'wrong session token, from python3 (process 4711) (3 times)';

  for (const state of listening) {
    it(`shows which request was denied last, and why, while it is ${state.kind}`, () => {
      const { facts } = viewStatus({ plan: 'connect', state, statistics: undefined, lastDenial, now: 1000 });
      assert.deepEqual(
        facts.filter(([label]) => label === 'Last denied request'),
        [['Last denied request', lastDenial]],
      );
      const without = viewStatus({
        plan: 'connect',
        state,
        statistics: undefined,
        lastDenial: undefined,
        now: 1000,
      });
      assert.ok(!without.facts.some(([label]) => label === 'Last denied request'));
    });
  }

  it('counts denied requests', () => {
    const statistics = {
      requests: 7,
      failures: 1,
      rejected: 0,
      denied: 3,
      openConnections: 1,
      lastResponseAt: 1,
      medianResponseMs: 20,
      p95ResponseMs: 30,
    };
    const state = connectedState(configuration, secret);
    const { facts } = viewStatus({ plan: 'connect', state, statistics, lastDenial, now: 1000 });
    assert.ok(facts.some(([, value]) => value === '7; 1 failed, 3 denied'));
  });

  it('names settings that are missing by their full key', () => {
    const state = {
      kind: 'needsConfiguration',
      missing: ['trackingUri', 'vault.path'],
      problems: [],
    } as const;
    const { text, facts } = viewStatus({
      plan: 'connect',
      state,
      statistics: undefined,
      lastDenial: undefined,
      now: 1000,
    });
    assert.equal(text, 'MLflow: setup needed');
    assert.deepEqual(facts, [['Not set', 'mlflowSecretsAuth.trackingUri, mlflowSecretsAuth.vault.path']]);
  });

  it('says of a credential that was entered when that was, and nothing of fetching it', () => {
    const enteredAt = 0;
    const state = connectedState(configuration, { ...secret, enteredAt });
    const { facts, links } = viewStatus({
      plan: 'connect',
      state,
      statistics: undefined,
      lastDenial: undefined,
      now: 20_000,
    });
    assert.deepEqual(
      facts.filter(([label]) => /secret|credential/i.test(label)),
      [['Credential', 'entered by you (20 s ago)']],
    );
    assert.deepEqual(
      [...links, ...actionsFor(state).map(({ label, command }) => [label, command] as const)].filter(
        ([label]) => /Refresh|Enter/.test(label),
      ),
      [['Enter Credential Again', 'mlflowSecretsAuth.enterCredential']],
    );
  });

  it('says since when requests are counted', () => {
    const statistics = {
      ...{ requests: 1, failures: 0, rejected: 0, denied: 0, openConnections: 0, since: 5000 },
      ...{ lastResponseAt: 10_000, medianResponseMs: 12.4, p95ResponseMs: 80 },
    };
    const state = connectedState(configuration, secret);
    const { facts } = viewStatus({ plan: 'connect', state, statistics, lastDenial: undefined, now: 40_000 });
    assert.ok(facts.some(([, value]) => value === '1 in the last 35 s'));
  });

  it('shows how old the secret is and when it is fetched again', () => {
    const state = connectedState({ ...configuration, source: { provider: 'vault' } }, secret);
    const at = (now: number): string | undefined =>
      viewStatus({ plan: 'connect', state, statistics: undefined, lastDenial: undefined, now }).facts.find(
        ([label]) => label === 'Secret',
      )?.[1];
    assert.equal(at(20_000), 'fetched 20 s ago, next in 40 s');
    // The tooltip may be read a while later.
    assert.equal(at(57_000), 'fetched 57 s ago');
    assert.equal(at(120_000), 'fetched 2 min ago, refreshes with the next request');
  });

  it('says what the tracking server is like, what to do, and what of the store', () => {
    const down = new Problem({
      code: 'upstream.refused',
      message: 'It refuses.',
      remedy: 'Wait.',
      retry: 'automatic',
    });
    const state = unavailableState(configuration, secret, down, problem);
    const { text, severity, facts, links } = viewStatus({
      plan: 'connect',
      state,
      statistics: undefined,
      lastDenial: undefined,
      now: 1000,
    });
    assert.deepEqual([text, severity], ['MLflow: server unavailable', 'warning']);
    assert.deepEqual(facts.slice(0, 3), [
      ['What happened', 'It refuses. (upstream.refused)'],
      ['What to do', 'Wait.'],
      ['What happened', 'It broke. Mend it. (vault.sealed)'],
    ]);
    assert.deepEqual(
      links.map(([label]) => label),
      ['Try Again', 'Diagnose', 'Show Log', 'Disconnect'],
    );
  });

  it('says what becomes of Python while the store fails', () => {
    const state = degradedState(configuration, secret, problem);
    const { facts } = viewStatus({
      ...{ plan: 'connect', state, now: 1000 },
      statistics: undefined,
      lastDenial: undefined,
    });
    assert.deepEqual(facts.slice(0, 2), [
      ['What happened', 'It broke. Mend it. (vault.sealed)'],
      ['Meanwhile', 'Python goes on with the last good secret.'],
    ]);
  });

  it('offers what mends a credential that the tracking server does not accept', () => {
    const words = { message: 'It is wrong.', remedy: 'Enter another one.' };
    const wrong = new Problem({ ...words, code: 'upstream.rejected', retry: 'afterFix' });
    const state = rejectedState(configuration, secret, wrong);
    const { text, severity, links } = viewStatus({
      plan: 'connect',
      state,
      statistics: undefined,
      lastDenial: undefined,
      now: 1000,
    });
    assert.deepEqual([text, severity], ['MLflow: credential rejected', 'error']);
    assert.deepEqual(
      links.map(([label]) => label),
      ['Enter Credential Again', 'Diagnose', 'Show Log'],
    );
  });

  it('offers first what mends the problem', () => {
    const action = { kind: 'enterCredential' } as const;
    const words = { message: 'It has ended.', remedy: 'Enter a new one.' };
    const refused = new Problem({ ...words, code: 'vault.tokenRefused', retry: 'purge', action });
    const ofVault = { ...configuration, source: { provider: 'vault' } } as const;
    const state: ConnectionState = { kind: 'failed', configuration: ofVault, problem: refused };
    const { links } = viewStatus({
      plan: 'connect',
      state,
      statistics: undefined,
      lastDenial: undefined,
      now: 1000,
    });
    assert.deepEqual(links.map(([label]) => label).slice(0, 3), ['Sign In Again', 'Try Again', 'Diagnose']);
    assert.equal(actionsFor(state)[0]?.label, 'Sign In Again');
  });

  it('calls a credential rejected also once it was given up', () => {
    const found = findingOf({ kind: 'rejected', status: 401 }, configuration);
    assert.ok(found.kind === 'rejected');
    const state: ConnectionState = { kind: 'failed', configuration: undefined, problem: found.problem };
    const { text, links } = viewStatus({
      plan: 'connect',
      state,
      statistics: undefined,
      lastDenial: undefined,
      now: 1000,
    });
    assert.equal(text, 'MLflow: credential rejected');
    assert.equal(links[0]?.[0], 'Enter Credential Again');
  });

  it('does not offer to enter again what opens the store whose secret is not accepted', () => {
    const ofVault = { ...configuration, source: { provider: 'vault' } } as const;
    const found = findingOf({ kind: 'rejected', status: 401 }, ofVault);
    assert.ok(found.kind === 'rejected');
    const state = rejectedState(ofVault, secret, found.problem);
    const { links } = viewStatus({
      plan: 'connect',
      state,
      statistics: undefined,
      lastDenial: undefined,
      now: 1000,
    });
    assert.equal(links[0]?.[0], 'Refresh Secret');
    assert.deepEqual(
      [...links.map(([label]) => label), ...actionsFor(state).map(({ label }) => label)].filter(
        (label) => label === 'Sign In Again',
      ),
      [],
    );
  });

  it('says who the server says we are, when it responded last and how fast', () => {
    const state = connectedState(configuration, secret, { user: 'ada', notice: problem });
    const statistics = {
      ...{ requests: 1, failures: 0, rejected: 0, denied: 0, openConnections: 0 },
      ...{ lastResponseAt: 10_000, medianResponseMs: 12.4, p95ResponseMs: 80 },
    };
    const { facts } = viewStatus({ plan: 'connect', state, statistics, lastDenial: undefined, now: 40_000 });
    const shown = Object.fromEntries(facts);
    assert.equal(shown['Signed in as'], 'ada');
    assert.equal(shown['Permissions'], 'It broke. Mend it. (vault.sealed)');
    assert.equal(shown['Response'], '30 s ago, usually in 12 ms, 95 % in 80 ms');
  });

  for (const [plan, text] of [
    ['none', 'MLflow: connect'],
    ['stayOff', 'MLflow: disconnected'],
    ['restricted', 'MLflow: restricted'],
    ['connect', 'MLflow: connecting'],
  ] as const) {
    it(`says ${text} before the first step where the workspace is to ${plan}`, () => {
      const state = { kind: 'disconnected' } as const;
      const view = viewStatus({ plan, state, statistics: undefined, lastDenial: undefined, now: 1000 });
      assert.equal(view.text, text);
    });
  }
});
