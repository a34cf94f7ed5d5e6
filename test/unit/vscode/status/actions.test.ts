import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { destinationOf } from '../../../../src/configuration/destination.ts';
import type { ConnectionState } from '../../../../src/connection/state.ts';
import { Problem } from '../../../../src/problem.ts';
import { actionsFor } from '../../../../src/vscode/status/actions.ts';
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

const states: readonly ConnectionState[] = [
  { kind: 'disconnected' },
  { kind: 'restricted' },
  { kind: 'needsConfiguration', missing: [], problems: [] },
  { kind: 'needsApproval', configuration, destination: destinationOf(configuration), approved: undefined },
  { kind: 'connecting', configuration },
  connectedState(configuration, secret),
  degradedState(configuration, secret, problem),
  rejectedState(configuration, secret, problem),
  unavailableState(configuration, secret, problem),
  { kind: 'failed', configuration, problem },
];

/** Titles of the commands, as the palette shows them. */
async function titles(): Promise<Readonly<Record<string, string>>> {
  const text = await readFile(new URL('../../../../package.nls.json', import.meta.url), 'utf8');
  const entries = Object.entries(JSON.parse(text) as Record<string, string>);
  return Object.fromEntries(
    entries.map(([key, title]) => [key.replace(/^command\./, 'mlflowSecretsAuth.'), title]),
  );
}

describe('The menu of the status bar item', () => {
  for (const state of states) {
    it(`calls commands as the palette does while it is ${state.kind}`, async () => {
      const known = await titles();
      for (const { label, command } of actionsFor(state)) {
        const isStep = command === 'mlflowSecretsAuth.connect' && label !== known[command];
        if (label === 'Enter Credential Again') assert.equal(command, 'mlflowSecretsAuth.enterCredential');
        else if (isStep) assert.ok(['Review and Approve', 'Try Again'].includes(label), label);
        else assert.equal(label, known[command]);
      }
    });
  }

  it('opens MLflow wherever there is an approved server to open, and nowhere else', () => {
    const opening = states.filter((state) =>
      actionsFor(state).some(({ command }) => command === 'mlflowSecretsAuth.openMlflow'),
    );
    assert.deepEqual(
      opening.map(({ kind }) => kind),
      ['connected', 'degraded', 'rejected', 'unavailable'],
    );
  });

  it('begins with signing in again where that is what mends it', () => {
    const expired = new Problem({
      ...{ code: 'vault.signInNeeded', message: 'It has ended.', remedy: 'Sign in.', retry: 'afterFix' },
      action: { kind: 'signIn' },
    });
    const troubled: readonly ConnectionState[] = [
      { kind: 'failed', configuration, problem: expired },
      degradedState(configuration, secret, expired),
    ];
    for (const state of troubled) {
      const offered = actionsFor(state).filter(({ label }) => label === 'Sign In Again');
      assert.deepEqual(offered, actionsFor(state).slice(0, 1));
      assert.equal(offered[0]?.command, 'mlflowSecretsAuth.connect');
    }
  });
});
