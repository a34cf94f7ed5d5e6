import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { Problem } from '../../../src/problem.ts';
import type { EnvironmentChange } from '../../../src/python/environment.ts';
import { PublicConnection } from '../../../src/vscode/public-connection.ts';
import type { MlflowConnectionState } from '../../../src/vscode/public-connection.ts';
import { storedConfiguration as configuration } from '../configuration/stored-configuration.ts';
import { connectedState, degradedState, unavailableState } from '../connection/serving-states.ts';

const secret = { version: '3', fetchedAt: 0, nextRefreshAt: 60_000 };
const problem = new Problem({
  ...{ code: 'upstream.refused', message: 'The server refuses.', remedy: 'Start it.', retry: 'automatic' },
});
const uri = 'http://127.0.0.1:4711/mlflow';
const variables: readonly EnvironmentChange[] = [
  { action: 'replace', name: 'MLFLOW_TRACKING_URI', value: uri },
  { action: 'replace', name: 'MLFLOW_TRACKING_TOKEN', value: 'canary-session-token' },
];

/** A double of the editor's, of which only one thing is asked here: that it calls those who listen. */
function emitterDouble() {
  const listeners = new Set<(state: MlflowConnectionState) => unknown>();
  return {
    event: (listener: (state: MlflowConnectionState) => unknown) => {
      listeners.add(listener);
      return { dispose: () => listeners.delete(listener) };
    },
    fire: (state: MlflowConnectionState) => {
      for (const listener of listeners) listener(state);
    },
  };
}

function watched(): { readonly connection: PublicConnection; readonly seen: string[] } {
  const connection = new PublicConnection('1.2.3', emitterDouble());
  const seen: string[] = [];
  connection.exports.onDidChangeState((state) =>
    seen.push(`${state} ${connection.exports.trackingUri ?? '-'}`),
  );
  return { connection, seen };
}

describe('The connection as other extensions see it', () => {
  it('has a state in four words, and the local address while Python has it', () => {
    const { connection, seen } = watched();
    assert.equal(connection.exports.state, 'disconnected');
    assert.equal(connection.exports.version, '1.2.3');
    connection.update({ kind: 'connecting', configuration }, variables);
    connection.update(connectedState(configuration, secret), variables);
    connection.update(unavailableState(configuration, secret, problem), variables);
    connection.update({ kind: 'failed', configuration, problem }, undefined);
    connection.update({ kind: 'restricted' }, undefined);
    const states = [`connecting ${uri}`, `connected ${uri}`, `error ${uri}`, 'error -', 'disconnected -'];
    assert.deepEqual(seen, states);
  });

  it('tells of changes alone', () => {
    const { connection, seen } = watched();
    connection.update({ kind: 'disconnected' }, undefined);
    connection.update(connectedState(configuration, secret), variables);
    connection.update(degradedState(configuration, secret, problem), variables);
    assert.deepEqual(seen, [`connected ${uri}`]);
  });

  it('cannot be changed, and leads to nothing else', () => {
    const { connection } = watched();
    connection.update(connectedState(configuration, secret), variables);
    const { exports } = connection;
    assert.ok(Object.isFrozen(exports) && Object.isFrozen(exports.onDidChangeState));
    assert.equal(Object.getPrototypeOf(exports), Object.prototype);
    assert.deepEqual(Reflect.ownKeys(exports).sort(), [
      'onDidChangeState',
      'state',
      'trackingUri',
      'version',
    ]);
    for (const name of Object.keys(exports)) assert.equal(Reflect.set(exports, name, 'other'), false, name);
    assert.doesNotMatch(JSON.stringify(exports), /canary/);
  });
});

describe('docs/api.md', () => {
  it('has the types as they are, and an example that a test in VS Code runs', async () => {
    const read = async (file: string): Promise<string> =>
      readFile(new URL(`../../../${file}`, import.meta.url), 'utf8');
    const [types, example, ...more] = [...(await read('docs/api.md')).matchAll(/```ts\n([\s\S]*?)```/g)].map(
      ([, code = '']) => code.trim(),
    );
    assert.deepEqual(more, []);
    const declared = (await read('src/vscode/public-connection.ts'))
      .split(/^(?=type Shown)/m)[0]
      ?.replace(/[\s\S]*?(?=\/\*\*)/, '')
      .replaceAll('vscode.Event', 'Event')
      .replace(' (docs/api.md)', '')
      .trim();
    assert.equal(types, `import type { Event } from 'vscode';\n\n${declared ?? ''}`);
    const run = (await read('test/host/consumer/extension.ts')).split('\n').map((line) => line.trim());
    const lines = (example ?? '').split('\n').map((line) => line.trim());
    const important = lines.filter((line) => /^const (id|connection) |onDidChangeState/.test(line));
    assert.equal(important.length, 3);
    for (const line of important) assert.ok(run.includes(line), line);
  });
});
