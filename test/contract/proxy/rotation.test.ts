import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import type { ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { CredentialFeed } from '../../../src/connection/credential-feed.ts';
import { unattended } from '../../../src/providers/source.ts';
import { sourceOf } from '../../unit/secrets/source-of.ts';
import { systemClock } from '../../../src/secrets/clock.ts';
import { CachingResolver } from '../../../src/secrets/resolver.ts';
import { Secret } from '../../../src/secret.ts';
import { runFolder } from '../../support/servers/run-folder.ts';
import { ensure, tools } from '../../support/setup/parts.mjs';
import { proxyInFrontOf } from './fixture.ts';
import { RotatingServer } from './rotating-server.ts';
import { sessionToken } from './test-proxy.ts';
import type { TestProxy } from './test-proxy.ts';

const gibibyte = 2 ** 30;
const clients = 50;
const secrets = ['canary-upstream-secret-before', 'canary-upstream-secret-after'];

/** A secret store that counts its readers, behind the resolver that the extension uses. */
class Store {
  held = secrets[0]!;
  fetches = 0;
  readonly #feed: CredentialFeed;

  constructor(proxy: TestProxy, server: RotatingServer) {
    let version = 0;
    const resolver = new CachingResolver({
      source: sourceOf(async (signal) => {
        this.fetches += 1;
        const held = this.held;
        // Slow enough that small calls meet the old secret meanwhile.
        if (held !== secrets[0]) await server.has(() => server.rejected > 1 || signal.aborted, 'small calls');
        return { text: new Secret(held), version: held, expiresAt: undefined };
      }),
      header: (held) => new Secret(`Bearer ${held.reveal()}`),
      storage: undefined,
      ttlMs: 3_600_000,
      maxStaleMs: 0,
      deadlineMs: 10_000,
      clock: systemClock,
      random: Math.random,
      nextVersion: () => (version += 1),
      log: () => undefined,
    });
    this.#feed = new CredentialFeed({
      headerName: 'Authorization',
      resolver,
      clock: systemClock,
      graceMs: 0,
      mayBeRunning: false,
      signInFiles: [],
      target: {
        post: (credential) => proxy.setCredential(credential),
        served: () => undefined,
        failed: (problem) => {
          throw problem;
        },
      },
    });
    proxy.onCredentialNeeded = (message) => this.#feed.credentialNeeded(message);
  }

  async start(): Promise<void> {
    await this.#feed.start(unattended);
  }

  async close(): Promise<void> {
    await this.#feed.close({ revoke: false });
  }
}

describe('A secret that is rotated while real MLflow clients are at work', function () {
  this.timeout(300_000);
  let folder: string;
  let file: string;
  let store: Store;
  let started: ChildProcessByStdio<Writable, Readable, Readable>[];

  before(async () => {
    await ensure(['mlflow']);
    folder = await runFolder('rotation');
    file = join(folder, 'model.bin');
    await mkdir(join(folder, 'home'));
  });

  after(async () => rm(folder, { recursive: true, force: true }));

  // Registered first, so that it comes before the end of the proxy.
  afterEach(async () => {
    for (const child of started.filter(
      ({ exitCode, signalCode }) => exitCode === null && signalCode === null,
    )) {
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
    await store.close();
  });

  const { proxy, upstream: server } = proxyInFrontOf(
    { start: async () => RotatingServer.start(`Bearer ${secrets[0]!}`) },
    { lifetime: 'test', credential: { kind: 'pending' } },
  );

  beforeEach(async () => {
    started = [];
    store = new Store(proxy, server);
    await store.start();
  });

  /** Starts `rotation_client.py`; `answer` is the last line that it prints. */
  function start(
    scenario: 'small' | 'upload',
    argument: string,
    retries: number,
  ): { readonly child: (typeof started)[number]; readonly answer: Promise<string> } {
    const child = spawn(
      tools.python('mlflow'),
      [join(import.meta.dirname, 'rotation_client.py'), scenario, proxy.origin, argument],
      {
        stdio: ['pipe', 'pipe', 'pipe'],
        env: {
          PATH: process.env['PATH'],
          HOME: join(folder, 'home'),
          PYTHONDONTWRITEBYTECODE: '1',
          NO_PROXY: '127.0.0.1',
          MLFLOW_TRACKING_TOKEN: sessionToken,
          MLFLOW_DISABLE_TELEMETRY: 'true',
          MLFLOW_HTTP_REQUEST_MAX_RETRIES: String(retries),
          MLFLOW_HTTP_REQUEST_BACKOFF_FACTOR: '0',
          MLFLOW_HTTP_REQUEST_BACKOFF_JITTER: '0',
        },
      },
    );
    started.push(child);
    const complaints = text(child.stderr);
    const answer = text(child.stdout).then(async (output) => {
      const last = output.trim().split('\n').at(-1) ?? '';
      if (!last.startsWith('{')) throw new Error(`${scenario} printed: ${output}\n${await complaints}`);
      return last;
    });
    return { child, answer };
  }

  function rotate(): void {
    store.held = secrets[1]!;
    server.accepted = `Bearer ${secrets[1]!}`;
  }

  for (const [moment, rejectsAt, size] of [
    ['of 1 GiB that is rejected in its middle', 'once', gibibyte],
    ['that is rejected when all of it has come', 'end', gibibyte / 16],
  ] as const) {
    it(`an upload ${moment} is sent again by its client; small calls notice nothing`, async () => {
      // Sparse: no block of it is on the disk.
      const handle = await open(file, 'w');
      await handle.truncate(size);
      await handle.close();
      server.rejectsAt = rejectsAt;
      // They do not try again: each must succeed at once.
      const small = start('small', String(clients), 0);
      const upload = start('upload', file, 3);
      await server.has(() => server.metrics.size >= 2 * clients, 'the first metrics');
      upload.child.stdin.end();
      await server.has(() => server.received >= size / 4, 'a part of the upload');
      rotate();
      assert.deepEqual(JSON.parse(await upload.answer), { bytes: size });
      const before = server.metrics.size;
      await server.has(() => server.metrics.size >= before + clients, 'more metrics');
      small.child.stdin.end();
      const { counts, errors } = JSON.parse(await small.answer) as { counts: number[]; errors: string[] };

      assert.deepEqual(errors, []);
      assert.ok(counts.every((count) => count > 0));
      const called = counts.flatMap((count, client) =>
        Array.from({ length: count }, (_, at) => `loss-${client} ${at}`),
      );
      assert.deepEqual([...server.metrics.keys()].sort(), called.sort());
      assert.deepEqual([...new Set(server.metrics.values())], [1]);
      assert.deepEqual(server.uploads, [size]);
      assert.equal(server.rejectedUploads.length, 1);
      assert.equal(server.rejectedUploads[0] === size, rejectsAt === 'end');
      assert.equal(store.fetches, 2);
      // The proxy saw every 401, and only the upload was answered by itself: 503, once.
      await proxy.next('statistics', ({ statistics }) => statistics.rejected === server.rejected);
      assert.equal(proxy.all('statistics').at(-1)?.statistics.failures, 1);
      assert.ok(server.rejected > 1, 'small calls met the old secret, too');
    });
  }
});
