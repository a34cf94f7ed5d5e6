import assert from 'node:assert/strict';
import { problemWith } from '../../unit/connection/credential-bench.ts';
import { pythonFixture, pythons } from './fixture.ts';
import { Client, done, hardCodedUri, raised, runClient } from './run-client.ts';
import type { ClientOptions } from './run-client.ts';

const megabyte = 1 << 20;

describe('A connected MLflow client in trouble', () => {
  const fixture = pythonFixture();

  for (const [version, python] of Object.entries(pythons)) {
    describe(`of version ${version}`, function () {
      this.timeout(120_000);
      afterEach(() => {
        fixture.front.behaviour = { kind: 'pass' };
        fixture.connection.stored = fixture.admin();
        fixture.connection.refresh();
      });

      function options(changed: Partial<ClientOptions> = {}): ClientOptions {
        return { python, connection: fixture.connection, home: fixture.plainHome, ...changed };
      }

      async function experiment(changed: Partial<ClientOptions> = {}): Promise<string> {
        return raised(await runClient('experiment', { trackingUri: hardCodedUri }, options(changed)));
      }

      async function newRun(name: string): Promise<string> {
        const answer = await runClient<{ runId: string }>(
          'new_run',
          { name: `${version} ${name}` },
          options(),
        );
        return done(answer).runId;
      }

      it('raises what to do about a wrong session token, and the server gets no request', async () => {
        const before = fixture.front.seen.length;
        for (const intercept of [true, false]) {
          const trackingUri = intercept ? hardCodedUri : undefined;
          const changed = { intercept, sessionToken: 'canary-wrong-session' };
          const message = raised(await runClient('experiment', { trackingUri }, options(changed)));
          assert.match(message, /^(?:Rest|Mlflow)Exception: .*(terminal|kernel|MLflow: Connect)/s);
          assert.doesNotMatch(message, /canary/);
        }
        assert.equal(fixture.front.seen.length, before);
      });

      for (const intercept of [true, false]) {
        it(`hears at once that another server is connected than when it was started, ${intercept ? 'with' : 'without'} the package`, async () => {
          const before = fixture.front.seen.length;
          const changed = {
            intercept,
            startedFor: { origin: 'https://first.company.example', basePath: '' },
            // As shipped: what is tried again is tried for minutes.
            environment: { MLFLOW_HTTP_REQUEST_MAX_RETRIES: '7', MLFLOW_HTTP_REQUEST_BACKOFF_FACTOR: '2' },
          };
          const message = raised(await runClient('experiment', {}, options(changed)));
          assert.match(
            message,
            /^RestException: INVALID_STATE: .*another tracking server.*restart the kernel/s,
          );
          assert.equal(fixture.front.seen.length, before);
        });
      }

      it('gets its answer in the request that finds the trouble with the secret store over', async () => {
        const before = fixture.front.seen.length;
        fixture.connection.withhold(problemWith('aws.ssoExpired'));
        const environment = { MLFLOW_HTTP_REQUEST_MAX_RETRIES: '0' };
        const answer = await runClient<{ name: string }>(
          'experiment',
          { trackingUri: hardCodedUri },
          options({ environment }),
        );
        assert.equal(done(answer).name, 'Default');
        assert.ok(fixture.front.seen.length > before);
      });

      it('raises the error of the server as it is', async () => {
        fixture.front.behaviour = {
          kind: 'answer',
          status: 500,
          contentType: 'application/json',
          body: JSON.stringify({ error_code: 'INTERNAL_ERROR', message: 'the database is on fire' }),
          times: 100,
        };
        const message = await experiment({ environment: { MLFLOW_HTTP_REQUEST_MAX_RETRIES: '1' } });
        assert.match(message, /INTERNAL_ERROR: the database is on fire/);
      });

      it('retries a single 500', async () => {
        fixture.front.behaviour = {
          kind: 'answer',
          status: 500,
          contentType: 'text/plain',
          body: 'passing',
          times: 1,
        };
        const answer = await runClient<{ name: string }>(
          'experiment',
          { trackingUri: hardCodedUri },
          options(),
        );
        assert.equal(done(answer).name, 'Default');
      });

      it('retries while the server is down, raises that in the end, and works again when it is up', async () => {
        await fixture.front.down();
        let message: string;
        try {
          message = await experiment({ environment: { MLFLOW_HTTP_REQUEST_MAX_RETRIES: '1' } });
        } finally {
          await fixture.front.up();
        }
        assert.match(message, /TEMPORARILY_UNAVAILABLE: MLflow Secrets Auth: .* \(upstream\.\w+\)$/);
        const answer = await runClient<{ name: string }>(
          'experiment',
          { trackingUri: hardCodedUri },
          options(),
        );
        assert.equal(done(answer).name, 'Default');
      });

      it('raises a 401 that a fresh secret does not fix, after the store was asked once', async () => {
        const { connection, front } = fixture;
        connection.stored = { user: 'admin', password: 'canary-upstream-outdated' };
        connection.refresh();
        const rejected = connection.rejected;
        const before = front.seen.length;
        assert.match(await experiment(), /401|UNAUTHENTICATED|not authenticated/i);
        assert.equal(connection.rejected, rejected + 1);
        assert.deepEqual(
          front.seen.slice(before).map(({ status }) => status),
          [401],
        );
      });

      it('logs every metric once while the password changes in the middle of a run', async () => {
        const runId = await newRun('rotation');
        const { connection, front, rotate } = fixture;
        const before = front.seen.length;
        const parameters = { runId, steps: 6, trackingUri: hardCodedUri };
        const client = new Client<{ steps: number[] }>('steps', parameters, options());
        for (let step = 0; step < 6; step++) {
          if (step === 3) connection.stored = await rotate();
          await client.step();
        }
        assert.deepEqual(done(await client.answer()).steps, [0, 1, 2, 3, 4, 5]);
        const logged = front.seen.slice(before).filter(({ path }) => path.endsWith('/runs/log-metric'));
        assert.deepEqual(
          logged.map(({ status }) => status),
          [200, 200, 200, 401, 200, 200, 200],
        );
      });

      it('uploads an artifact whose password changed half-way', async () => {
        const runId = await newRun('upload');
        const { connection, front, rotate } = fixture;
        front.beforeFirst = {
          match: /^PUT .*mlflow-artifacts/,
          run: async () => {
            connection.stored = await rotate();
          },
        };
        const before = front.seen.length;
        const parameters = { runId, size: 20 * megabyte, trackingUri: hardCodedUri };
        const answer = await runClient<{ same: boolean }>('upload', parameters, options());
        assert.equal(done(answer).same, true);
        const uploads = front.seen.slice(before).filter(({ method }) => method === 'PUT');
        assert.deepEqual(
          uploads.map(({ status }) => status),
          [401, 200],
        );
      });
    });
  }
});
