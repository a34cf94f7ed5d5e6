import assert from 'node:assert/strict';
import type { IncomingHttpHeaders } from 'node:http';
import { credentialCheck } from '../../src/connection/check-credential.ts';
import { ownRequestField } from '../../src/proxy/http/header-names.ts';
import { bootstrapScope } from '../../src/providers/providers.ts';
import { Secret } from '../../src/secret.ts';
import { ConnectedWindow } from '../support/connected-window.ts';
import { startPlug } from '../support/servers/plug.ts';
import type { Plug } from '../support/servers/plug.ts';
import { until } from '../support/until.ts';
import { storedConfiguration } from '../unit/configuration/stored-configuration.ts';
import { MemoryStorage } from '../unit/vscode/memory-storage.ts';
import { RespondingUpstream } from './proxy/responding-upstream.ts';

const good = 'canary-good';

/** With the proxy's real worker, and a double of a tracking server without MLflow's users. */
describe('A connection to a tracking server', function () {
  this.timeout(60_000);
  let upstream: RespondingUpstream;
  let plug: Plug;
  let window: ConnectedWindow;
  let accepted: string;
  /** Every request that the server got. */
  let received: IncomingHttpHeaders[];

  beforeEach(async () => {
    accepted = `Bearer ${good}`;
    received = [];
    upstream = await RespondingUpstream.start();
    upstream.respond = async ({ url = '', headers }, response) => {
      received.push(headers);
      const isAccepted = headers.authorization === accepted;
      const status = !isAccepted ? 401 : url.startsWith('/api/2.0/mlflow/experiments/search') ? 200 : 404;
      response.writeHead(status, { 'content-type': 'application/json' }).end('{}');
      return Promise.resolve();
    };
    plug = await startPlug();
    plug.target = Number(new URL(upstream.origin).port);
    const tracking = { origin: `http://127.0.0.1:${plug.port}`, basePath: '' };
    const configuration = { ...storedConfiguration, tracking };
    window = new ConnectedWindow(new MemoryStorage().records(), 'one', configuration);
    window.openCheck = credentialCheck;
    await enter(good);
    await window.approve();
  });

  afterEach(async () => {
    await window.connection.shutDown();
    await plug.pull();
    await upstream.stop();
  });

  const enter = async (token: string): Promise<void> => {
    const { source, tracking } = window.configuration;
    const subject = { scope: bootstrapScope(source, tracking.origin), about: '' };
    await window.store.bootstrap(subject).set('stored.credential', new Secret(token));
  };
  const kind = (): string => window.connection.state.kind;
  /** As Python does. */
  const respond = async (): Promise<Response> => {
    const { port, clientToken } = window.endpoint ?? {};
    const path = '/api/2.0/mlflow/experiments/search?max_results=5';
    const headers = { authorization: `Bearer ${clientToken}` };
    return fetch(`http://127.0.0.1:${port}${path}`, { headers });
  };
  const request = async (): Promise<number> => (await respond()).status;
  const said = async (): Promise<{ readonly status: number; readonly error: string }> => {
    const response = await respond();
    const { message } = (await response.json()) as { readonly message: string };
    return { status: response.status, error: message };
  };

  it('is never connected with a wrong token, and is with the right one', async () => {
    await enter('canary-wrong');
    await window.connection.connect();
    assert.deepEqual(window.history, ['connecting', 'rejected']);
    assert.equal(await request(), 401);
    assert.deepEqual(window.history, ['connecting', 'rejected']);
    await enter(good);
    await window.connection.connect();
    assert.deepEqual(window.history, ['connecting', 'rejected', 'connecting', 'connected']);
  });

  it('is connected where only the name of the user is refused, once a request of Python shows it', async () => {
    const { respond: byToken } = upstream;
    upstream.respond = async (request, response) => {
      if (request.url?.includes('/users/current') !== true) return byToken(request, response);
      response.writeHead(401, { 'content-type': 'application/json' }).end('{}');
      return Promise.resolve();
    };
    await window.connection.connect();
    assert.equal(kind(), 'rejected');
    assert.equal(await request(), 200);
    await until(() => kind() === 'connected', kind);
    await window.connection.askWhetherAccepted();
    assert.equal(await request(), 200);
    assert.deepEqual(window.history, ['connecting', 'rejected', 'connected']);
  });

  it('tries a wrong token once, and never for Python once it was given up', async () => {
    await enter('canary-wrong');
    await window.connection.connect();
    assert.deepEqual(
      received.map(({ authorization }) => authorization),
      ['Bearer canary-wrong'],
    );
    const { state } = window.connection;
    assert.ok(state.kind === 'rejected');
    await window.connection.giveUp(state.problem);
    const { status, error } = await said();
    assert.equal(status, 424);
    assert.match(
      error,
      /does not accept this token\. Enter the credential again\. In VS Code, run "MLflow: Sign In Again"\. \(upstream\.rejected\)$/,
    );
    assert.equal(received.length, 1);
    assert.deepEqual(window.history, ['connecting', 'rejected', 'failed']);
  });

  it('ends the attempt, and leaves the store alone, where each read gives another token and none is accepted', async () => {
    let reads = 0;
    window.bootstrap = {
      get: async () => {
        reads += 1;
        return Promise.resolve(new Secret(`canary-wrong-${reads}`));
      },
      set: async () => Promise.resolve(),
      delete: async () => Promise.resolve(),
    };
    await window.connection.connect();
    assert.deepEqual(window.history, ['connecting', 'rejected']);
    for (let time = 0; time < 20; time += 1) assert.equal(await request(), 401);
    assert.ok(reads <= 5, `${reads} reads`);
  });

  it('follows what comes of Python’s requests at once', async () => {
    await window.connection.connect();
    assert.equal(kind(), 'connected');
    accepted = 'another';
    assert.equal(await request(), 401);
    await until(() => kind() === 'rejected', kind);
    accepted = `Bearer ${good}`;
    assert.equal(await request(), 200);
    await until(() => kind() === 'connected', kind);
  });

  it('sees the server go and come while nothing is requested', async () => {
    window.intervalMs = 1000;
    await window.connection.connect();
    await plug.pull();
    await until(() => kind() === 'unavailable', kind);
    const { state } = window.connection;
    assert.ok(state.kind === 'unavailable' && state.problem.code === 'upstream.refused');
    await plug.putBack();
    const since = Date.now();
    await until(() => kind() === 'connected', kind);
    assert.ok(Date.now() - since < 15_000);
    assert.deepEqual(window.history, ['connecting', 'connected', 'unavailable', 'connected']);
  });

  it('counts what Python asks, and not what is asked to see whether the server is well', async () => {
    window.intervalMs = 200;
    await window.connection.connect();
    await until(
      () => received.length >= 5,
      () => String(received.length),
    );
    assert.equal(await request(), 200);
    const counts = (): string => {
      const { requests = 0, failures = 0 } = window.connection.status.statistics ?? {};
      return `${requests}, ${failures} failed`;
    };
    await until(() => counts() === '1, 0 failed', counts);
    assert.deepEqual(
      received.filter((headers) => ownRequestField in headers),
      [],
    );
    await plug.pull();
    await until(() => kind() === 'unavailable', kind);
    assert.equal(await request(), 503);
    await until(() => counts() === '2, 1 failed', counts);
  });

  it('that is not there becomes connected once it is, and its requests are sent meanwhile', async () => {
    await plug.pull();
    await window.connection.connect();
    assert.deepEqual(window.history, ['connecting', 'unavailable']);
    assert.equal(await request(), 503, 'MLflow’s client retries it');
    await plug.putBack();
    await until(() => kind() === 'connected', kind);
    assert.equal(await request(), 200);
  });
});
