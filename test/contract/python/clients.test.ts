import assert from 'node:assert/strict';
import { runningKernelCode } from '../../../src/python/running-kernel.ts';
import { clients, pythonFixture } from './fixture.ts';
import { clientChanges, done, hardCodedUri, packageFolder, runClient, userName } from './run-client.ts';

interface Everything {
  readonly runId: string;
  readonly artifacts: Readonly<Record<string, boolean>>;
  readonly found: {
    readonly params: object;
    readonly metrics: object;
    readonly losses: readonly number[];
    readonly user: string;
    readonly status: string;
  };
  readonly registered: readonly string[];
}

const megabyte = 1 << 20;
const sizes = [0, 100_000, 200 * megabyte];
/** Somebody else's HTTP proxy, which is down. */
const deadProxy = 'http://127.0.0.1:9';

/** A proxy that held what passes through would grow by the largest artifact. The tests’ own TLS server is in it. */
const allowedGrowth = 160 * megabyte;

describe('A connected MLflow client', () => {
  const fixture = pythonFixture();

  for (const { title, version, python } of clients) {
    describe(`of version ${title}`, function () {
      this.timeout(300_000);
      describe('whose code names a server that only the proxy reaches, among other credentials and HTTP proxies', () => {
        let everything: Everything;
        let growth = 0;
        let passwords: readonly (string | undefined)[] = [];

        before(async () => {
          const { connection, front, ownHome: home } = fixture;
          const seenBefore = front.seen.length;
          const before = process.memoryUsage.rss();
          const sampler = setInterval(() => {
            growth = Math.max(growth, process.memoryUsage.rss() - before);
          }, 50);
          const environment = { HTTP_PROXY: deadProxy, https_proxy: deadProxy, NO_PROXY: '.company.example' };
          const parameters = { name: `everything-${title}`, sizes, trackingUri: hardCodedUri };
          const answer = await runClient<Everything>('everything', parameters, {
            python,
            connection,
            home,
            environment,
          });
          clearInterval(sampler);
          assert.equal(answer.version, version);
          everything = done(answer);
          passwords = front.seen.slice(seenBefore).map(({ authorization }) => passwordOf(authorization));
        });

        it('logs params and metrics, and searches them', () => {
          const { params, metrics, losses, status } = everything.found;
          assert.deepEqual(params, { rate: '0.1', layers: '3' });
          assert.deepEqual(metrics, { loss: 1 / 3, accuracy: 0.9, recall: 0.8 });
          assert.deepEqual(losses, [1, 1 / 2, 1 / 3]);
          assert.equal(status, 'FINISHED');
        });

        it('logs the run under the name of the user', () => {
          assert.equal(everything.found.user, userName);
        });

        it('brings artifacts of 0 bytes, 100 kB and 200 MB there and back', () => {
          assert.deepEqual(everything.artifacts, Object.fromEntries(sizes.map((size) => [size, true])));
        });

        it('does not grow the memory of the proxy', () => {
          assert.ok(growth < allowedGrowth, `the process grew by ${Math.round(growth / megabyte)} MiB`);
        });

        it('registers a model version', () => {
          assert.deepEqual(everything.registered.map(String), ['1']);
        });

        it('reaches the server with the stored credential only', () => {
          assert.deepEqual([...new Set(passwords)], [fixture.admin().password]);
        });
      });

      it('finds the server by MLFLOW_TRACKING_URI alone, with the interception off', async () => {
        const { connection, fileHome, front } = fixture;
        const before = front.seen.length;
        const answer = await runClient<{ name: string }>(
          'experiment',
          {},
          {
            python,
            connection,
            home: fileHome,
            intercept: false,
            environment: { MLFLOW_TRACKING_AUTH: 'a-plugin-of-their-own', HTTP_PROXY: deadProxy },
          },
        );
        assert.equal(done(answer).name, 'Default');
        assert.ok(front.seen.length > before);
      });

      for (const trackingUri of [hardCodedUri, undefined]) {
        const by = trackingUri === undefined ? 'MLFLOW_TRACKING_URI' : 'its code';
        it(`stores artifacts at absolute addresses of the server, which is named by ${by}`, async () => {
          const { connection, plainHome: home } = fixture;
          const { host } = new URL(hardCodedUri);
          const locations = [
            `mlflow-artifacts://${host}/absolute`,
            `${hardCodedUri}/api/2.0/mlflow-artifacts/artifacts/absolute`,
          ];
          const parameters = { name: `${title} by ${by}`, locations, trackingUri };
          const answer = await runClient<readonly { uri: string; same: boolean }[]>(
            'artifacts_at',
            parameters,
            { python, connection, home },
          );
          const stored = done(answer).map(({ uri, same }) => [uri.replace(/absolute.*/, 'absolute'), same]);
          assert.deepEqual(
            stored,
            locations.map((location) => [location, true]),
          );
        });
      }

      it('is connected by a running kernel, and put back', async () => {
        const { connection, plainHome: home } = fixture;
        const options = { python, connection, home, environment: { PYTHONPATH: home } };
        const variables = {
          changes: clientChanges(options),
          before: {},
          packageFolder,
        };
        const [connect, disconnect] = [
          runningKernelCode('connect', variables),
          runningKernelCode('disconnect', variables),
        ];
        const parameters = { connect, disconnect, trackingUri: hardCodedUri };
        const answer = await runClient('running_kernel', parameters, { ...options, isConnected: false });
        assert.deepEqual(done(answer), {
          name: 'Default',
          left: [],
          PYTHONPATH: `${packageFolder}:${home}`,
          changedAfterwards: [],
        });
      });

      if (!version.startsWith('2.')) {
        it('logs traces', async () => {
          const { connection, plainHome: home } = fixture;
          const parameters = { name: `traces-${title}`, trackingUri: hardCodedUri };
          const answer = await runClient<string[]>('trace', parameters, { python, connection, home });
          assert.deepEqual(done(answer), ['question']);
        });
      }
    });
  }
});

function passwordOf(header: string | undefined): string | undefined {
  const encoded = /^Basic (.*)$/.exec(header ?? '')?.[1];
  return encoded === undefined ? undefined : Buffer.from(encoded, 'base64').toString().split(':')[1];
}
