import assert from 'node:assert/strict';
import type { ConnectionState } from '../../../src/connection/state.ts';
import { LastProblem } from '../../../src/doctor/last-problem.ts';
import { Problem } from '../../../src/problem.ts';
import { unavailableState } from '../connection/serving-states.ts';
import { evidenceOf, secretFacts } from './evidence.ts';

function failed(message: string): ConnectionState {
  const problem = new Problem({
    code: 'vault.sealed',
    message,
    remedy: 'Unseal.',
    retry: 'afterFix',
  });
  return { kind: 'failed', configuration: undefined, problem };
}

describe('The last problem', () => {
  it('is remembered after it is resolved, with the time when it began', () => {
    const last = new LastProblem();
    last.stateChanged({ kind: 'disconnected' }, 0);
    last.stateChanged(failed('Sealed.'), 1);
    last.stateChanged(failed('Sealed.'), 2);
    last.stateChanged({ kind: 'disconnected' }, 3);
    assert.deepEqual(last.noted, { at: 1, code: 'vault.sealed', message: 'Sealed.', remedy: 'Unseal.' });
    last.stateChanged(failed('Still sealed.'), 4);
    assert.equal(last.noted.message, 'Still sealed.');
  });

  it('may be that of the tracking server', async () => {
    const { read } = await evidenceOf();
    assert.ok(read.kind === 'ready');
    const last = new LastProblem();
    const problem = new Problem({
      code: 'upstream.refused',
      message: 'Refused.',
      remedy: 'Wait.',
      retry: 'automatic',
    });
    last.stateChanged(unavailableState(read.configuration, secretFacts, problem), 1);
    assert.deepEqual(last.noted, { at: 1, code: 'upstream.refused', message: 'Refused.', remedy: 'Wait.' });
  });
});
