import assert from 'node:assert/strict';
import { destinationOf } from '../../../../src/configuration/destination.ts';
import type { ConnectionState } from '../../../../src/connection/state.ts';
import { Problem } from '../../../../src/problem.ts';
import { viewStatus } from '../../../../src/vscode/status/status-view.ts';
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
  { kind: 'connected', configuration, secret },
  { kind: 'degraded', configuration, secret, trouble: { store: problem, upstream: undefined } },
  { kind: 'failed', configuration, problem },
];

describe('The tooltip of the status bar', () => {
  const lastDenial = 'wrong session token, from python3 (process 4711) (3 times)';

  for (const state of listening) {
    it(`shows which request was denied last, and why, while it is ${state.kind}`, () => {
      const { facts } = viewStatus({ state, statistics: undefined, lastDenial, now: 1000 });
      assert.deepEqual(
        facts.filter(([label]) => label === 'Last denied request'),
        [['Last denied request', lastDenial]],
      );
      const without = viewStatus({ state, statistics: undefined, lastDenial: undefined, now: 1000 });
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
      lastRequestAt: 1,
      lastResponseAt: 1,
      medianResponseMs: 20,
      p95ResponseMs: 30,
    };
    const state = { kind: 'connected', configuration, secret } as const;
    const { facts } = viewStatus({ state, statistics, lastDenial, now: 1000 });
    assert.ok(facts.some(([, value]) => value === '7, 1 failed, 3 denied'));
  });

  it('names settings that are missing by their full key', () => {
    const state = {
      kind: 'needsConfiguration',
      missing: ['trackingUri', 'vault.path'],
      problems: [],
    } as const;
    const { text, facts } = viewStatus({ state, statistics: undefined, lastDenial: undefined, now: 1000 });
    assert.equal(text, 'MLflow: setup needed');
    assert.deepEqual(facts, [['Not set', 'mlflowSecretsAuth.trackingUri, mlflowSecretsAuth.vault.path']]);
  });

  it('shows how old the secret is and when it is fetched again', () => {
    const state = { kind: 'connected', configuration, secret } as const;
    const at = (now: number): string | undefined =>
      viewStatus({ state, statistics: undefined, lastDenial: undefined, now }).facts.find(
        ([label]) => label === 'Secret',
      )?.[1];
    assert.equal(at(20_000), 'fetched 20 s ago, next refresh in 40 s');
    assert.equal(at(120_000), 'fetched 2 min ago, refreshes with the next request');
  });

  it('says the troubles of the store and the tracking server first', () => {
    const trouble = { store: problem, upstream: 'It cannot be reached.' };
    const state = { kind: 'degraded', configuration, secret, trouble } as const;
    const { facts, links } = viewStatus({ state, statistics: undefined, lastDenial: undefined, now: 1000 });
    assert.deepEqual(facts.slice(0, 2), [
      ['What happened', 'It broke. Mend it. (vault.sealed)'],
      ['What happened', 'It cannot be reached.'],
    ]);
    assert.deepEqual(
      links.map(([label]) => label),
      ['Refresh MLflow Secret', 'Diagnose MLflow Connection', 'Show MLflow Log', 'Disconnect MLflow'],
    );
  });
});
