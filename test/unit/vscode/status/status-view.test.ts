import assert from 'node:assert/strict';
import { registerHooks } from 'node:module';
import { destinationOf } from '../../../../src/configuration/destination.ts';
import type { ConnectionState } from '../../../../src/connection/state.ts';
import { Problem } from '../../../../src/problem.ts';
import type { viewStatus as ViewStatus } from '../../../../src/vscode/status/status-view.ts';
import { storedConfiguration as configuration } from '../../configuration/stored-configuration.ts';

/** As much of the editor as words need: texts as they are written. */
const editor = `export const l10n = { t: (text, ...values) => text.replace(/{(\\d)}/g, (_, at) => String(values[at])) };`;

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
  let viewStatus: typeof ViewStatus;

  before(async () => {
    const hooks = registerHooks({
      resolve: (specifier, context, next) =>
        specifier === 'vscode'
          ? { url: `data:text/javascript,${encodeURIComponent(editor)}`, shortCircuit: true }
          : next(specifier, context),
    });
    ({ viewStatus } = await import('../../../../src/vscode/status/status-view.ts'));
    hooks.deregister();
  });

  const lastRefusal = 'wrong-token: from python3 (process 4711) (3 times)';

  for (const state of listening) {
    it(`shows who was refused last, and with what, while it is ${state.kind}`, () => {
      const { facts } = viewStatus({ state, statistics: undefined, lastDenial: lastRefusal, now: 1000 });
      assert.deepEqual(
        facts.filter(([label]) => label === 'Last refused'),
        [['Last refused', lastRefusal]],
      );
      const without = viewStatus({ state, statistics: undefined, lastDenial: undefined, now: 1000 });
      assert.ok(!without.facts.some(([label]) => label === 'Last refused'));
    });
  }

  it('counts what was refused', () => {
    const statistics = {
      requests: 7,
      failures: 1,
      rejected: 0,
      denied: 3,
      openConnections: 1,
      lastRequestAt: 1,
    };
    const state = { kind: 'connected', configuration, secret } as const;
    const { facts } = viewStatus({ state, statistics, lastDenial: lastRefusal, now: 1000 });
    assert.ok(facts.some(([, value]) => value === '7, 1 failed, 3 refused'));
  });
});
