import assert from 'node:assert/strict';
import { credentialCheck } from '../../../src/connection/check-credential.ts';
import type { ServerFinding } from '../../../src/connection/state.ts';
import type { ProblemCode } from '../../../src/problem-catalogue.ts';
import { ensure } from '../../support/setup/parts.mjs';
import { startMlflow } from '../../support/servers/mlflow.ts';
import type { MlflowOptions, MlflowServer } from '../../support/servers/mlflow.ts';
import { runFolder } from '../../support/servers/run-folder.ts';
import { storedConfiguration } from '../../unit/configuration/stored-configuration.ts';
import { credential, sessionToken, TestProxy } from '../proxy/test-proxy.ts';

const password = 'canary-of-a-user';

interface Tried {
  readonly version: NonNullable<MlflowOptions['version']>;
  readonly part: 'mlflow' | 'mlflow-old-server';
  readonly options: Partial<MlflowOptions>;
  /** Whether the server says whose credential it is. */
  readonly namesUsers: boolean;
  /** What is found where it has no API: the one denies what nobody allowed, also what is not there. */
  readonly elsewhere: ProblemCode;
}

const servers: Readonly<Record<string, Tried>> = {
  'MLflow 3.17.2 that denies whatever nobody allowed, with workspaces': {
    version: 'current',
    part: 'mlflow',
    options: {
      defaultPermission: 'NO_PERMISSIONS',
      env: { MLFLOW_BASIC_AUTH_FAIL_CLOSED: 'true', MLFLOW_ENABLE_WORKSPACES: 'true' },
    },
    namesUsers: true,
    elsewhere: 'upstream.noPermission',
  },
  'MLflow 2.9.2': {
    version: 'old',
    part: 'mlflow-old-server',
    options: { defaultPermission: 'NO_PERMISSIONS' },
    namesUsers: false,
    elsewhere: 'upstream.notMlflow',
  },
};

for (const [name, { version, part, options, namesUsers, elsewhere }] of Object.entries(servers)) {
  describe(`The check of a credential against ${name}`, function () {
    this.timeout(60_000);
    let server: MlflowServer;
    let proxy: TestProxy;

    before(async function () {
      this.timeout(600_000);
      await ensure([part]);
      const folder = await runFolder('credential-check');
      server = await startMlflow({ folder, adminPassword: 'canary-of-the-admin', version, ...options });
      await server.call('POST', '/api/2.0/mlflow/users/create', { username: 'ada', password });
      proxy = await TestProxy.start({ origin: server.origin });
      proxy.onCredentialNeeded = () => proxy.setCredential(basic('ada', 'canary-wrong'));
    });
    after(async () => {
      await proxy.dispose();
      await server.stop();
    });

    const basic = (user: string, secret: string): ReturnType<typeof credential> => {
      const headerValue = `Basic ${Buffer.from(`${user}:${secret}`).toString('base64')}`;
      return { ...credential(1), headerName: 'Authorization', headerValue };
    };
    const check = (origin = server.origin): ((signal: AbortSignal) => Promise<ServerFinding | undefined>) =>
      credentialCheck(
        { ...storedConfiguration, authMode: 'basic', tracking: { origin, basePath: '' } },
        () => ({
          port: proxy.port,
          clientToken: sessionToken,
        }),
      );
    const never = (): AbortSignal => new AbortController().signal;

    it('accepts a user who may do nothing, each time', async () => {
      proxy.setCredential(basic('ada', password));
      const ask = check();
      for (let time = 0; time < 2; time += 1) {
        assert.deepEqual(await ask(never()), {
          kind: 'accepted',
          server: { user: namesUsers ? 'ada' : undefined, notice: undefined },
        });
      }
    });

    it('accepts the administrator', async () => {
      proxy.setCredential(basic(server.user, server.password));
      assert.equal((await check()(never()))?.kind, 'accepted');
    });

    it('finds a wrong password rejected', async () => {
      proxy.setCredential(basic('ada', 'canary-wrong'));
      const finding = await check()(never());
      assert.ok(finding?.kind === 'rejected');
      assert.equal(finding.problem.code, 'upstream.rejected');
      assert.match(
        finding.problem.message,
        /^127\.0\.0\.1:\d+ does not accept this user name and password\.$/,
      );
    });

    it('finds a path where there is no MLflow', async () => {
      proxy.setUpstream(server.origin, { basePath: '/elsewhere' });
      proxy.setCredential(basic('ada', password));
      const tracking = { origin: server.origin, basePath: '/elsewhere' };
      const ask = credentialCheck({ ...storedConfiguration, tracking }, () => ({
        port: proxy.port,
        clientToken: sessionToken,
      }));
      const finding = await ask(never());
      proxy.setUpstream(server.origin);
      const problem = finding?.kind === 'accepted' ? finding.server?.notice : finding?.problem;
      assert.equal(problem?.code, elsewhere);
    });
  });
}
