import assert from 'node:assert/strict';
import fc from 'fast-check';
import { ProcessEnvironment, withChanges } from '../../../src/python/process-environment.ts';
import type { EnvironmentChange } from '../../../src/python/environment.ts';

const uri = (value: string): EnvironmentChange => ({ action: 'replace', name: 'MLFLOW_TRACKING_URI', value });
const path = (value: string): EnvironmentChange => ({
  action: 'prepend',
  name: 'PYTHONPATH',
  value,
  separator: ':',
});
const noProxy: EnvironmentChange = {
  action: 'prepend',
  name: 'NO_PROXY',
  value: '127.0.0.1,localhost',
  separator: ',',
};

function patched(
  environment: Record<string, string | undefined>,
  platform: NodeJS.Platform = 'linux',
): ProcessEnvironment {
  return new ProcessEnvironment(environment, platform);
}

describe('The environment of the process', () => {
  it('is put back exactly as it was', () => {
    const before = { MLFLOW_TRACKING_URI: '', PYTHONPATH: '/mine:/other', NO_PROXY: ' .corp , 127.0.0.1' };
    const environment = { ...before };
    const ours = patched(environment);
    ours.apply([uri('http://127.0.0.1:1'), path('/package'), noProxy]);
    assert.deepEqual(environment, {
      MLFLOW_TRACKING_URI: 'http://127.0.0.1:1',
      PYTHONPATH: '/package:/mine:/other',
      NO_PROXY: 'localhost, .corp , 127.0.0.1',
    });
    ours.undo();
    assert.deepEqual(environment, before);
  });

  it('is known as it was while it is changed', () => {
    const before = { MLFLOW_TRACKING_URI: 'https://mine.example', PYTHONPATH: '/mine' };
    const environment = { ...before };
    const ours = patched(environment);
    ours.apply([uri('http://127.0.0.1:1'), path('/package')]);
    const changed = { ...environment };
    assert.deepEqual(ours.original, before);
    assert.deepEqual(environment, changed);
  });

  it('has no variable afterwards that was not there, and no empty element', () => {
    const environment: Record<string, string | undefined> = {};
    const ours = patched(environment);
    ours.apply([uri('http://127.0.0.1:1'), path('/package')]);
    assert.equal(environment['PYTHONPATH'], '/package');
    ours.undo();
    assert.deepEqual(environment, {});
  });

  it('stays the same when the same is applied again, and has its first values back after others', () => {
    const environment = { MLFLOW_TRACKING_URI: 'https://mine.example', PYTHONPATH: '/mine' };
    const ours = patched(environment);
    for (const round of ['/old', '/old', '/new']) ours.apply([uri(`http://${round}`), path(round)]);
    assert.deepEqual(environment, { MLFLOW_TRACKING_URI: 'http:///new', PYTHONPATH: '/new:/mine' });
    ours.apply([path('/new')]);
    assert.deepEqual(environment, { MLFLOW_TRACKING_URI: 'https://mine.example', PYTHONPATH: '/new:/mine' });
    ours.undo();
    ours.undo();
    assert.deepEqual(environment, { MLFLOW_TRACKING_URI: 'https://mine.example', PYTHONPATH: '/mine' });
  });

  it('keeps what others wrote meanwhile: only our own part is taken back', () => {
    const environment: Record<string, string | undefined> = { PYTHONPATH: '/mine', NO_PROXY: '.corp' };
    const ours = patched(environment);
    ours.apply([uri('http://127.0.0.1:1'), path('/package'), noProxy]);
    environment['MLFLOW_TRACKING_URI'] = 'https://theirs.example';
    environment['PYTHONPATH'] = `/theirs:${String(environment['PYTHONPATH'])}`;
    delete environment['NO_PROXY'];
    ours.undo();
    assert.deepEqual(environment, {
      MLFLOW_TRACKING_URI: 'https://theirs.example',
      PYTHONPATH: '/theirs:/mine',
    });
  });

  it('keeps an element that the user had before, too', () => {
    const environment = { PYTHONPATH: '/mine:/package' };
    const ours = patched(environment);
    ours.apply([path('/package')]);
    assert.equal(environment.PYTHONPATH, '/mine:/package');
    ours.undo();
    assert.equal(environment.PYTHONPATH, '/mine:/package');
  });

  it('ignores the case of a name on Windows only', () => {
    const windows: Record<string, string | undefined> = { PythonPath: 'C:\\mine' };
    const change: EnvironmentChange = { ...path('C:\\package'), separator: ';' } as EnvironmentChange;
    const ours = patched(windows, 'win32');
    ours.apply([change]);
    assert.deepEqual(windows, { PythonPath: 'C:\\package;C:\\mine' });
    ours.undo();
    assert.deepEqual(windows, { PythonPath: 'C:\\mine' });
    assert.deepEqual(withChanges({ PythonPath: '/mine' }, [path('/package')], 'linux'), {
      PythonPath: '/mine',
      PYTHONPATH: '/package',
    });
  });

  it('may be the real process.env', () => {
    const before = { ...process.env };
    const ours = patched(process.env, process.platform);
    ours.apply([uri('http://127.0.0.1:1'), path('/package'), noProxy]);
    assert.equal(process.env['MLFLOW_TRACKING_URI'], 'http://127.0.0.1:1');
    ours.undo();
    assert.deepEqual({ ...process.env }, before);
  });

  it('is restored, whatever it was, after any sequence of changes', () => {
    const value = fc.option(fc.stringMatching(/^[ab:,/ ]{0,8}$/), { nil: undefined });
    const change = fc.oneof(
      fc.constantFrom('/a', '/b', '').map(uri),
      fc.constantFrom('/a', '/b').map(path),
      fc.constant(noProxy),
    );
    const rounds = fc.array(fc.uniqueArray(change, { selector: ({ name }) => name }), { maxLength: 4 });
    fc.assert(
      fc.property(value, value, value, rounds, (MLFLOW_TRACKING_URI, PYTHONPATH, NO_PROXY, applied) => {
        const all = { MLFLOW_TRACKING_URI, PYTHONPATH, NO_PROXY };
        const before = Object.fromEntries(Object.entries(all).filter(([, present]) => present !== undefined));
        const environment = { ...before };
        const ours = patched(environment);
        for (const changes of applied) ours.apply(changes);
        ours.undo();
        assert.deepEqual(environment, before);
      }),
    );
  });
});
