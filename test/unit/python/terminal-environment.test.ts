import assert from 'node:assert/strict';
import { terminalMutators } from '../../../src/python/terminal-environment.ts';
import type { Environment } from '../../../src/environment.ts';
import type { EnvironmentChange } from '../../../src/python/environment.ts';

const changes: readonly EnvironmentChange[] = [
  { action: 'replace', name: 'MLFLOW_TRACKING_URI', value: 'http://127.0.0.1:1' },
  { action: 'replace', name: 'MLFLOW_TRACKING_TOKEN', value: 'canary-session' },
  { action: 'prepend', name: 'PYTHONPATH', value: '/package', separator: ':' },
  { action: 'prepend', name: 'NO_PROXY', value: '127.0.0.1,localhost', separator: ',' },
];

/**
 * What is in a terminal: the editor applies the mutators when it creates the process and, where it knows the shell,
 * again after the shell's start-up files.
 */
function terminal(start: Environment, startUp: Environment = {}): Environment {
  const environment = { ...start };
  const apply = (isAfterStartUp: boolean): void => {
    for (const { type, name, value, afterStartUp } of terminalMutators(changes, start)) {
      if (isAfterStartUp && !afterStartUp) continue;
      environment[name] = type === 'replace' ? value : value + (environment[name] ?? '');
    }
  };
  apply(false);
  Object.assign(environment, startUp);
  apply(true);
  return environment;
}

/** Of a PYTHONPATH, without what is there twice. */
function folders({ PYTHONPATH = '' }: Environment): readonly string[] {
  return [...new Set(PYTHONPATH.split(':'))];
}

describe('The environment of a terminal', () => {
  it('has no empty element in PYTHONPATH, which would be the current folder', () => {
    for (const start of [{}, { PYTHONPATH: '' }, { PYTHONPATH: '/package' }]) {
      assert.deepEqual(folders(terminal(start)), ['/package']);
    }
  });

  it('has what the user has', () => {
    assert.deepEqual(folders(terminal({ PYTHONPATH: '/mine' })), ['/package', '/mine']);
    assert.equal(terminal({ NO_PROXY: '.corp' })['NO_PROXY'], '127.0.0.1,localhost,.corp');
  });

  it('has what a start-up file sets PYTHONPATH to, where the editor has one, too', () => {
    const environment = terminal({ PYTHONPATH: '/mine' }, { PYTHONPATH: '/other' });
    assert.deepEqual(folders(environment), ['/package', '/other']);
  });

  it('has what a start-up file sets PYTHONPATH to, or adds to it, where the editor has none', () => {
    assert.deepEqual(folders(terminal({}, { PYTHONPATH: '/other' })), ['/other']);
    assert.deepEqual(folders(terminal({}, { PYTHONPATH: '/other:/package' })), ['/other', '/package']);
  });

  it('has the token that a start-up file exports, which is for another server', () => {
    const environment = terminal({}, { MLFLOW_TRACKING_TOKEN: 'canary-own' });
    assert.equal(environment['MLFLOW_TRACKING_TOKEN'], 'canary-own');
    assert.equal(terminal({})['MLFLOW_TRACKING_TOKEN'], 'canary-session');
  });

  it('names each host in NO_PROXY once, without an empty element, however often the editor applies it', () => {
    assert.equal(terminal({})['NO_PROXY'], '127.0.0.1,localhost');
    assert.equal(terminal({ NO_PROXY: '' })['NO_PROXY'], '127.0.0.1,localhost');
    assert.equal(terminal({ NO_PROXY: '127.0.0.1,localhost' })['NO_PROXY'], '127.0.0.1,localhost');
    assert.equal(terminal({ NO_PROXY: 'localhost,.corp' })['NO_PROXY'], '127.0.0.1,localhost,.corp');
  });

  it('has our hosts in NO_PROXY also after a start-up file has set it as the editor found it', () => {
    const start = { NO_PROXY: '.corp' };
    assert.equal(terminal(start, start)['NO_PROXY'], '127.0.0.1,localhost,.corp');
    assert.equal(terminal({}, start)['NO_PROXY']?.startsWith('127.0.0.1,localhost'), true);
  });

  it('is free of what an editor that was started from such a terminal inherits', () => {
    const inherited = '127.0.0.1,localhost,127.0.0.1,localhost,';
    assert.equal(terminal({ NO_PROXY: inherited })['NO_PROXY'], '127.0.0.1,localhost');
    assert.equal(terminal({ NO_PROXY: `${inherited}.corp` })['NO_PROXY'], '127.0.0.1,localhost,.corp');
  });
});
