import assert from 'node:assert/strict';
import { terminalMutators } from '../../../src/python/terminal-environment.ts';
import type { Environment, EnvironmentChange } from '../../../src/python/environment.ts';

const changes: readonly EnvironmentChange[] = [
  { action: 'replace', name: 'MLFLOW_TRACKING_URI', value: 'http://127.0.0.1:1' },
  { action: 'prepend', name: 'PYTHONPATH', value: '/package', separator: ':' },
  { action: 'prepend', name: 'NO_PROXY', value: '127.0.0.1,localhost', separator: ',' },
];

/** What the editor makes of the mutators when it starts a terminal. */
function terminal(start: Environment): Environment {
  const environment = { ...start };
  for (const { type, name, value } of terminalMutators(changes, start)) {
    environment[name] = type === 'replace' ? value : value + (environment[name] ?? '');
  }
  return environment;
}

describe('the terminal environment', () => {
  it('puts no empty element into PYTHONPATH, which would be the current folder', () => {
    assert.equal(terminal({})['PYTHONPATH'], '/package');
    assert.equal(terminal({ PYTHONPATH: '' })['PYTHONPATH'], '/package');
    assert.equal(terminal({ PYTHONPATH: '/package' })['PYTHONPATH'], '/package');
  });

  it('keeps what the user has', () => {
    assert.equal(terminal({ PYTHONPATH: '/mine' })['PYTHONPATH'], '/package:/mine');
    assert.equal(terminal({ NO_PROXY: '.corp' })['NO_PROXY'], '127.0.0.1,localhost,.corp');
  });

  it('prepends to NO_PROXY always, so that a shell’s start-up file keeps its part', () => {
    const mutator = terminalMutators(changes, {}).find(({ name }) => name === 'NO_PROXY');
    assert.deepEqual(mutator, { type: 'prepend', name: 'NO_PROXY', value: '127.0.0.1,localhost,' });
  });
});
