import assert from 'node:assert/strict';
import type { ConnectionState } from '../../../../src/connection/state.ts';
import { Problem } from '../../../../src/problem.ts';
import { storedConfiguration as configuration } from '../../configuration/stored-configuration.ts';
import { connectedState, unavailableState } from '../../connection/serving-states.ts';
import { editorWindow } from '../connect/inputs-double.ts';

const { openMlflow } = await import('../../../../src/vscode/links/open-mlflow.ts');
const { BrowserWays } = await import('../../../../src/vscode/links/browser-ways.ts');

const secret = { version: undefined, fetchedAt: 0, nextRefreshAt: 0 };
const problem = new Problem({
  code: 'upstream.refused',
  message: 'Cannot reach mlflow.company.com: the connection was refused.',
  remedy: 'Check whether the server is running.',
  retry: 'automatic',
});
const connected = connectedState(configuration, secret);
const away = unavailableState(configuration, secret, problem);

/** A server at which a browser signs in by itself. */
class OwnSignIn extends BrowserWays {
  constructor() {
    super({ startProxyWorker: () => assert.fail(), upstreamFor: () => assert.fail() });
  }

  override async of(): Promise<'server'> {
    return Promise.resolve('server');
  }
}

describe('Open MLflow while the tracking server does not respond', () => {
  const { press: before } = editorWindow;
  let state: ConnectionState;
  /** What the server says when it is asked. */
  let later: ConnectionState;
  const said: (readonly [string, readonly string[]])[] = [];

  async function open(
    pressed: readonly string[],
    askWhetherAccepted = async (): Promise<void> => Promise.resolve(void (state = later)),
  ): Promise<void> {
    const presses = [...pressed];
    editorWindow.press = (text, buttons) => {
      said.push([text, buttons]);
      return presses.shift();
    };
    const host = {
      linkedServer: () => ({ port: 1, tracking: configuration.tracking }),
      variables: () => undefined,
      connection: () => ({ state }),
      askWhetherAccepted,
      responseMs: 1,
    };
    await openMlflow(host, new OwnSignIn());
    await new Promise((resolve) => setImmediate(resolve));
  }

  beforeEach(() => {
    [state, later] = [away, away];
    said.splice(0);
    editorWindow.run.splice(0);
  });
  after(() => (editorWindow.press = before));

  it('says so instead of opening a page that stays empty', async () => {
    await open([]);
    assert.match(said[0]?.[0] ?? '', /^Cannot reach mlflow\.company\.com: the connection was refused\. /);
    assert.deepEqual(said[0]?.[1], ['Try Again', 'Open Anyway']);
    assert.deepEqual(editorWindow.run, []);
  });

  it('asks before it opens a page, as the server may have ended unnoticed', async () => {
    state = connected;
    await open([]);
    assert.match(said[0]?.[0] ?? '', /^Cannot reach mlflow\.company\.com: the connection was refused\. /);
    assert.deepEqual(editorWindow.run, []);
  });

  it('opens a page where the server is slow to respond, and does not wait for it any longer', async () => {
    state = connected;
    await open([], async () => new Promise(() => undefined));
    assert.deepEqual(said, []);
    assert.deepEqual(editorWindow.run, [`open ${configuration.tracking.origin}/`]);
  });

  it('asks once more on "Try Again"', async () => {
    await open(['Try Again']);
    assert.equal(said.length, 2);
    assert.deepEqual(editorWindow.run, []);
  });

  it('opens it where the server has come back, or the user wants it', async () => {
    await open(['Open Anyway']);
    later = connected;
    await open([]);
    const address = `open ${configuration.tracking.origin}/`;
    assert.deepEqual(editorWindow.run, [address, address]);
  });
});
