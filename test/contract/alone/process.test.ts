import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { readKeptState } from '../../../src/alone/keep-plan.ts';
import type { ControlPlace } from '../../../src/connection/control-place.ts';
import { systemClock } from '../../../src/secrets/clock.ts';
import { AttachedWindow, newPlace, untilGone } from '../../support/proxy-process/attached-window.ts';
import { buildProcess } from '../../support/proxy-process/build-worker.ts';
import { runFolder } from '../../support/servers/run-folder.ts';
import { until } from '../../support/until.ts';
import { connectingTo } from '../proxy/attached-proxy.ts';
import { RecordingUpstream } from '../proxy/recording-upstream.ts';
import { sessionToken } from '../proxy/test-proxy.ts';
import { accessors, uniquePath, vaultConfiguration, vaultFixture } from '../vault/fixture.ts';
import { LoneProcess, planOf } from './lone-process.ts';

describe('The proxy’s process without a window', () => {
  const { bao } = vaultFixture();
  const windows: AttachedWindow[] = [];
  let place: ControlPlace;
  let path: string;
  /** The one token that the tracking server takes. */
  let accepted: string;
  let server: Server;

  before(async () => {
    const policy = 'path "secret/data/*" { capabilities = ["read"] }';
    await bao.call('PUT', 'sys/policies/acl/reader', { policy });
    await bao.call('POST', 'sys/auth/approle', { type: 'approle' });
  });

  beforeEach(async () => {
    await bao.call('POST', 'auth/approle/role/reader', { token_policies: ['reader'] });
    path = uniquePath();
    place = await newPlace();
    server = createServer(({ headers }, response) => {
      response.writeHead(headers.authorization === `Bearer ${accepted}` ? 200 : 401).end('{}');
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    await rotate('canary-first');
  });

  afterEach(async () => {
    for (const window of windows.splice(0)) await window.end();
    server.closeAllConnections();
    server.close();
  });

  async function rotate(token: string): Promise<void> {
    await bao.call('POST', `secret/data/${path}`, { data: { token } });
    accepted = token;
  }

  async function open(
    options: { readonly file?: string; readonly aloneMs?: number } = {},
  ): Promise<AttachedWindow> {
    const window = await AttachedWindow.open(place, { aloneMs: 300, ...options });
    windows.push(window);
    return window;
  }

  async function planByAppRole(ttlMs: number): Promise<ReturnType<typeof planOf>> {
    const role = await bao.call('GET', 'auth/approle/role/reader/role-id');
    const made = await bao.call('POST', 'auth/approle/role/reader/secret-id');
    const handed = {
      source: vaultConfiguration({
        ...{ address: bao.address, path: `secret/${path}`, authMethod: 'approle' },
        roleId: String(role.data?.['role_id']),
      }),
      bootstrap: { 'vault.secretId': String(made.data?.['secret_id']) },
      environment: { PATH: process.env['PATH'], CANARY: 'canary-variable' },
    };
    // What a window has when it closes.
    const window = await LoneProcess.start({ ...handed, clock: systemClock });
    await window.using(`Bearer ${accepted}`);
    const record = window.attach().record ?? undefined;
    return planOf({ ...handed, ttlMs, maxStaleMs: 1000, record });
  }

  /** Connects as a window does, with the user's consent, and closes. */
  async function leaveAfterPreparing(
    window: AttachedWindow,
    ttlMs: number,
    kind: 'whileInUse' | 'shortly' = 'whileInUse',
    beforeThat: () => Promise<unknown> = async () => Promise.resolve(),
  ): Promise<void> {
    const plan = await planByAppRole(ttlMs);
    const { port } = server.address() as AddressInfo;
    const upstream = { id: '', origin: `http://127.0.0.1:${port}`, basePath: '', httpProxy: undefined };
    const trust = { kind: 'roots', added: [], isComplete: true } as const;
    const header = { headerName: 'Authorization', headerValue: `Bearer ${accepted}`, version: 7 };
    const now = Date.now();
    window.post(
      { type: 'credential', credential: { kind: 'pending', of: 'one' } },
      { type: 'upstream', upstream: { ...upstream, trust, clientCertificate: undefined } },
      {
        type: 'credential',
        // Until the window has left, whatever the machine has to do otherwise.
        credential: { kind: 'ready', ...header, refreshAt: now + ttlMs / 2, expiresAt: now + ttlMs + 10_000 },
      },
    );
    const afterClose = kind === 'shortly' ? { kind } : { kind, hours: 1, plan };
    window.proxy.post({ type: 'prepare', afterClose });
    assert.equal(await status(window), 200);
    await beforeThat();
    await window.proxy.leave();
  }

  const respond = async ({ port }: AttachedWindow): Promise<Response> => {
    const headers = { authorization: `Bearer ${sessionToken}` };
    return fetch(`http://127.0.0.1:${port}/api/2.0/mlflow/x`, { headers });
  };
  const status = async (window: AttachedWindow): Promise<number> => (await respond(window)).status;
  const said = async (
    window: AttachedWindow,
  ): Promise<{ readonly status: number; readonly code: string; readonly message: string }> => {
    const response = await respond(window);
    const { error_code: code = '', message = '' } = (await response.json()) as Record<string, string>;
    return { status: response.status, code, message };
  };

  it('serves through a rotation beside a window that the editor left behind, which answers nothing', async () => {
    const first = await open();
    const left = await open();
    left.post({ type: 'credential', credential: { kind: 'pending', of: 'one' } });
    await leaveAfterPreparing(first, 60_000);
    await rotate('canary-second');
    await until(
      async () => (await status(left)) === 200,
      () => 'it is not served',
    );
    assert.deepEqual(left.ends, []);
  });

  it('brings a window of other settings, which leaves last, nothing for its server', async () => {
    const elsewhere = await RecordingUpstream.start();
    const last = await open({ aloneMs: 2000 });
    last.post(...connectingTo(elsewhere, 1, 'two'));
    await until(
      async () => (await status(last)) === 200,
      () => 'it is not connected',
    );
    await leaveAfterPreparing(await open(), 60_000);
    await last.proxy.leave();
    const answered = await respond(last).then(({ status: code }) => code, String);
    // The user has agreed to the other connection alone.
    await untilGone(last.pid);
    await elsewhere.stop();
    const sent = elsewhere.requests.flatMap(({ fields }) =>
      fields.filter((field) => field.includes('Bearer')),
    );
    assert.ok(!sent.join().includes(accepted), `${answered}: ${sent.join()}`);
  });

  it('serves through rotations and the ends of the secret’s time, and hands back what it has', async () => {
    const before = await accessors(bao);
    const first = await open();
    await leaveAfterPreparing(first, 1000);
    const statuses = new Set<number>();
    for (const token of ['canary-second', 'canary-third', 'canary-fourth']) {
      await rotate(token);
      const from = performance.now();
      // Longer than the secret's time, and than the process goes on for nobody.
      while (performance.now() - from < 1500) statuses.add(await status(first));
    }
    assert.deepEqual([...statuses], [200]);
    for (const file of ['environ', 'cmdline'])
      assert.doesNotMatch(await readFile(`/proc/${first.pid}/${file}`, 'latin1'), /canary-/);
    const second = await open();
    assert.equal(second.pid, first.pid);
    const wentOn = await second.until(() => second.wentOn);
    assert.ok(wentOn.wasKept);
    assert.ok(wentOn.refreshes >= 3, `${wentOn.refreshes} refreshes`);
    const parts = wentOn.state && readKeptState(wentOn.state);
    assert.match(parts?.record?.text ?? '', /canary-fourth/);
    await until(
      async () => (await accessors(bao)).size === before.size,
      () => 'its sign-in is there',
    );
  });

  it('says to open VS Code, with the client’s own error, where only a person could go on', async () => {
    const first = await open();
    // No secret ID of before is taken any more.
    await leaveAfterPreparing(first, 5000, 'whileInUse', async () =>
      bao.call('DELETE', 'auth/approle/role/reader'),
    );
    const statuses = new Set<number>();
    await until(
      async () => {
        const got = await status(first);
        statuses.add(got);
        return got === 424;
      },
      () => [...statuses].join(),
    );
    assert.deepEqual([...statuses], [200, 424], 'what was fetched serves until the store denies it');
    const { code, message } = await said(first);
    assert.equal(code, 'INVALID_STATE');
    assert.match(message, /Open VS Code with this folder again\./);
  });

  it('says so in words where the server rejects the last good secret, and nobody has another', async () => {
    const kept = await open();
    await leaveAfterPreparing(kept, 60_000);
    accepted = 'canary-of-nobody';
    const rejected = await said(kept);
    assert.deepEqual([rejected.status, rejected.code], [401, 'UNAUTHENTICATED']);
    assert.match(rejected.message, /does not accept the credential\. .+\(upstream\.rejected\)$/);
    // Without a plan the process goes on for two minutes, for a window that is loaded again: MLflow's client waits for it.
    place = await newPlace();
    const closed = await open({ aloneMs: 60_000 });
    accepted = 'canary-first';
    await leaveAfterPreparing(closed, 60_000, 'shortly');
    accepted = 'canary-of-nobody';
    const alone = await said(closed);
    assert.deepEqual([alone.status, alone.code], [503, 'TEMPORARILY_UNAVAILABLE']);
    assert.match(alone.message, /rejected the credential, .+\(secret\.refreshTimeout\)$/);
  });

  it('goes on fetching when the files of the extension are gone, as after an update', async function () {
    this.timeout(120_000);
    const folder = await runFolder('dist');
    const file = await buildProcess(folder);
    const first = await open({ file });
    await leaveAfterPreparing(first, 2000);
    await rm(folder, { recursive: true });
    await rotate('canary-second');
    assert.equal(await status(first), 200);
  });
});
