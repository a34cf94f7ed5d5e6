import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { mkdir, open, readFile, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { readCertificatesAt } from '../../src/network/certificates.ts';
import { readClientCertificate } from '../../src/network/client-certificate.ts';
import { serverTrust } from '../../src/network/server-trust.ts';
import { Problem } from '../../src/problem.ts';
import type { AwsConfiguration } from '../../src/providers/aws/configuration.ts';
import { createAwsSource } from '../../src/providers/aws/source.ts';
import type { SecretSource } from '../../src/providers/source.ts';
import { methods } from '../../src/providers/vault/methods.ts';
import { isThere, readSmallFile } from '../../src/read-small-file.ts';
import { systemClock } from '../../src/secrets/clock.ts';
import { FileWatch } from '../../src/secrets/file-watch.ts';
import { fetchDeadline } from '../support/fetch-deadline.ts';
import { ScopedEnvironment } from '../support/scoped-environment.ts';
import { mountDeadDrive } from '../support/servers/dead-drive.ts';
import type { DeadDrive } from '../support/servers/dead-drive.ts';
import { runFolder } from '../support/servers/run-folder.ts';
import { until } from '../support/until.ts';
import { azureFixture } from './azure/fixture.ts';
import { awsConfiguration, contextFor } from './aws/fixture.ts';
import { Bootstrap, vaultSources } from './vault/fixture.ts';

const digest = (algorithm: string, text: string): string => createHash(algorithm).update(text).digest('hex');

/** Where a sign-in reads a file: what the user's environment is like, given the place of that file. */
interface Role {
  /** Below the home folder, where the place is fixed. */
  readonly path?: string;
  readonly variables?: (file: string) => NodeJS.ProcessEnv;
  readonly config?: (file: string) => string;
  readonly profile?: string;
}

const roleArn = 'arn:aws:iam::123456789012:role/ml';
const session =
  'sso_session=corp\nsso_account_id=123456789012\nsso_role_name=r\n[sso-session corp]\nsso_region=eu-west-1\nsso_start_url=https://a.example/start\n';

const ofAws: Readonly<Record<string, Role>> = {
  '~/.aws/config': { path: '.aws/config' },
  '~/.aws/credentials': { path: '.aws/credentials', profile: 'ml' },
  AWS_CONFIG_FILE: { variables: (file) => ({ AWS_CONFIG_FILE: file }) },
  AWS_SHARED_CREDENTIALS_FILE: { variables: (file) => ({ AWS_SHARED_CREDENTIALS_FILE: file }) },
  AWS_WEB_IDENTITY_TOKEN_FILE: {
    variables: (file) => ({ AWS_WEB_IDENTITY_TOKEN_FILE: file, AWS_ROLE_ARN: roleArn }),
  },
  AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: {
    variables: (file) => ({
      AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: file,
      AWS_CONTAINER_CREDENTIALS_FULL_URI: 'http://127.0.0.1:9/',
    }),
  },
  'the web identity of a profile': {
    config: (file) => `[profile ml]\nrole_arn=${roleArn}\nweb_identity_token_file=${file}\n`,
    profile: 'ml',
  },
  'the web identity of the source of a profile': {
    config: (file) =>
      `[profile ml]\nrole_arn=${roleArn}\nsource_profile=base\n` +
      `[profile base]\nrole_arn=${roleArn}\nweb_identity_token_file = ${file} ; of the cluster\n`,
    profile: 'ml',
  },
  'the token of a single sign-on': {
    path: `.aws/sso/cache/${digest('sha1', 'corp')}.json`,
    config: () => `[profile ml]\n${session}`,
    profile: 'ml',
  },
  'the token of "aws login"': {
    path: `login/${digest('sha256', 'arn:aws:sts::1:u')}.json`,
    variables: (file) => ({ AWS_LOGIN_CACHE_DIRECTORY: dirname(file) }),
    config: () => '[profile ml]\nlogin_session=arn:aws:sts::1:u\nregion=eu-west-1\n',
    profile: 'ml',
  },
};

const ofAzure = ['AZURE_CLIENT_CERTIFICATE_PATH', 'AZURE_FEDERATED_TOKEN_FILE'];

describe('What a sign-in reads or runs, and never answers', function () {
  this.timeout(30_000);
  const azure = azureFixture({ lifetime: 'suite' });
  const vault = vaultSources();
  let environment: ScopedEnvironment;
  let folder = '';
  let home = '';
  let count = 0;
  const pipes: string[] = [];
  const sources: SecretSource[] = [];

  beforeEach(async () => {
    folder = await runFolder('sign-in-files');
    count += 1;
    home = join(folder, `home-${count}`);
    await mkdir(home);
    environment = new ScopedEnvironment(/^(?:AWS|AZURE)_/);
    environment.set({ HOME: home, AWS_EC2_METADATA_DISABLED: 'true' });
  });

  afterEach(async () => {
    for (const source of sources.splice(0)) await source.close({ revoke: false });
    environment.restore();
    // Whoever still waits for a writer is let go.
    for (const pipe of pipes.splice(0)) {
      const writer = await open(pipe, constants.O_WRONLY | constants.O_NONBLOCK).catch(() => undefined);
      await writer?.close();
    }
  });

  function awsSource(more?: Partial<AwsConfiguration>, clock = systemClock): SecretSource {
    const base = { secretId: 'mlflow', region: 'eu-west-1', endpoint: 'http://127.0.0.1:9' };
    const source = createAwsSource(awsConfiguration({ ...base, ...more }), contextFor({ clock }));
    sources.push(source);
    return source;
  }

  async function pipe(path: string): Promise<string> {
    await mkdir(dirname(path), { recursive: true });
    execFileSync('mkfifo', [path]);
    pipes.push(path);
    return path;
  }

  async function problemOf(work: Promise<unknown>): Promise<Problem> {
    try {
      await work;
    } catch (error) {
      assert.ok(error instanceof Problem, String(error));
      return error;
    }
    throw new Error('it was read');
  }

  async function settle(role: Role, file: string): Promise<void> {
    environment.set(role.variables?.(file) ?? {});
    if (role.config === undefined) return;
    await mkdir(join(home, '.aws'), { recursive: true });
    await writeFile(join(home, '.aws', 'config'), role.config(file));
  }

  /** More often than the process has threads for files, and it still has one. */
  async function staysFree(ask: () => Promise<unknown>): Promise<void> {
    for (let times = 0; times < 6; times += 1) await problemOf(ask());
    await stat('/');
  }

  for (const [what, role] of Object.entries(ofAws)) {
    it(`a pipe in place of ${what}: is said at once, however often`, async () => {
      const file = await pipe(join(home, role.path ?? 'a-pipe'));
      await settle(role, file);
      const source = awsSource({ profile: role.profile });
      const problem = await problemOf(source.fetch(fetchDeadline()));
      assert.equal(problem.code, 'aws.unreadableFile');
      assert.equal(
        problem.message,
        `${file}, which AWS signs in with, cannot be read: it is not a regular file.`,
      );
      await staysFree(async () => source.fetch(fetchDeadline()));
    });
  }

  for (const name of ofAzure) {
    it(`a pipe in place of ${name}: is said at once, however often`, async () => {
      const file = await pipe(join(home, 'a-pipe'));
      environment.set({ AZURE_TENANT_ID: 't', AZURE_CLIENT_ID: 'c', [name]: file });
      const ask = async (): Promise<unknown> =>
        azure.fetch({ signIn: 'default', authorityHost: azure.tokens.url });
      const problem = await problemOf(ask());
      assert.equal(problem.code, 'azure.unreadableFile');
      assert.equal(
        problem.message,
        `${file}, which ${name} names, cannot be read: it is not a regular file.`,
      );
      await staysFree(ask);
    });
  }

  it('are not asked for where the sign-in does not come as far', async () => {
    const file = await pipe(join(home, 'a-pipe'));
    environment.set({
      AWS_ACCESS_KEY_ID: 'AKIA',
      AWS_SECRET_ACCESS_KEY: 'canary-key',
      AWS_WEB_IDENTITY_TOKEN_FILE: file,
      AWS_ROLE_ARN: roleArn,
      // How files are switched off.
      AWS_CONFIG_FILE: '/dev/null',
      AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    });
    const problem = await problemOf(awsSource().fetch(fetchDeadline()));
    assert.equal(problem.code, 'aws.refused');
  });

  describe('a file on a drive that does not respond', () => {
    let drive: DeadDrive | undefined;

    before(async function () {
      drive = await mountDeadDrive(join(await runFolder('dead'), 'drive'));
      if (drive === undefined) this.skip();
    });
    after(async () => drive?.stop());

    it('is given up after five seconds, without a thread for each question', async () => {
      const file = join(drive?.folder ?? '', 'file');
      const late = /does not respond within 5 s/;
      const startedAt = performance.now();
      environment.set({ AWS_CONFIG_FILE: file, AZURE_CLIENT_ID: 'c', AZURE_TENANT_ID: 't' });
      environment.set({ AZURE_CLIENT_CERTIFICATE_PATH: file });
      let looks = 0;
      const watch = new FileWatch([file], async () => Promise.resolve(), {
        ...systemClock,
        sleep: async (ms, signal) => {
          looks += 1;
          return systemClock.sleep(Math.min(ms, 10), signal);
        },
      });
      const vaultPlace = { environment: {}, homeFolder: drive?.folder ?? '' };
      const clientCertificate = { certFile: file, keyFile: file };
      const asked = [
        problemOf(awsSource().fetch(fetchDeadline())),
        problemOf(azure.fetch({ signIn: 'environment' })),
        problemOf(
          vault.openSource({
            configuration: {
              address: 'http://127.0.0.1:9',
              storeCertificates: { path: file, from: 'VAULT_CACERT' },
            },
          }),
        ),
        problemOf(
          vault.read({
            configuration: { address: 'http://127.0.0.1:9' },
            bootstrap: new Bootstrap(),
            context: { homeFolder: drive?.folder ?? '' },
          }),
        ),
        problemOf(readClientCertificate(clientCertificate)),
        problemOf(
          serverTrust(
            { kind: 'only', path: file, from: 'MLFLOW_TRACKING_SERVER_CERT_PATH' },
            { caFile: undefined, nodeCaFile: undefined, system: [] },
          ),
        ),
        problemOf(
          serverTrust({ kind: 'roots', added: [] }, { caFile: file, nodeCaFile: undefined, system: [] }),
        ),
      ];
      let isAnyGivenUp = false;
      for (const one of asked) void one.then(() => (isAnyGivenUp = true));
      const elsewhere = join(home, 'elsewhere');
      await writeFile(elsewhere, 'text');
      assert.equal(await readSmallFile(elsewhere, 100), 'text');
      assert.ok(!isAnyGivenUp);
      const [problems, places] = await Promise.all([
        Promise.all(asked),
        methods.token.credential?.ambient({ ...vaultPlace, isThere }),
        assert.rejects(readCertificatesAt(file), late),
      ]);
      for (const { message } of problems) assert.match(message, late);
      assert.deepEqual(
        places?.map(({ isSet }) => isSet),
        [false, false],
      );
      await until(
        () => looks > 0,
        () => 'the watch has not looked',
      );
      watch.close();
      await stat('/');
      assert.ok(performance.now() - startedAt < 10_000);
    });
  });

  describe('a program', () => {
    const quick = {
      ...systemClock,
      sleep: async (ms: number, signal: AbortSignal) => systemClock.sleep(ms / 20, signal),
    };

    /** Does not end when it is asked to, nor does what it starts. */
    async function stubborn(): Promise<{ readonly command: string; readonly pids: () => Promise<number[]> }> {
      const record = join(home, 'pids');
      const script = join(home, 'stubborn.sh');
      await writeFile(
        script,
        `trap '' TERM\necho $$ >> '${record}'\nsh -c "trap '' TERM; echo \\$\\$ >> '${record}'; sleep 61" &\nwait\n`,
      );
      const pids = async (): Promise<number[]> =>
        (await readFile(record, 'utf8').catch(() => '')).split('\n').filter(Boolean).map(Number);
      return { command: `/bin/sh ${script}`, pids };
    }

    async function isRunning(pid: number): Promise<boolean> {
      const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
      return status !== '' && !/^State:\s+Z/m.test(status);
    }

    async function areOver(pids: readonly number[]): Promise<void> {
      assert.equal(pids.length, 2);
      await until(
        async () => !(await Promise.all(pids.map(isRunning))).includes(true),
        () => `${pids.join(', ')} still run`,
      );
    }

    before(function () {
      if (process.platform !== 'linux') this.skip();
    });

    it('of a profile is ended, with what it started, when it is late', async () => {
      const { command, pids } = await stubborn();
      await settle({ config: () => `[profile ml]\ncredential_process=${command}\n` }, '');
      const problem = await problemOf(awsSource({ profile: 'ml' }, quick).fetch(fetchDeadline()));
      assert.equal(problem.code, 'aws.signInLate');
      await areOver(await pids());
    });

    it('of a profile is ended, with what it started, when the connection ends', async () => {
      const { command, pids } = await stubborn();
      await settle({ config: () => `[profile ml]\ncredential_process=${command}\n` }, '');
      const source = awsSource({ profile: 'ml' });
      const ending = new AbortController();
      const fetching = assert.rejects(source.fetch(ending.signal), /over/);
      await until(
        async () => (await pids()).length === 2,
        () => 'the program has not started',
      );
      const startedAt = performance.now();
      ending.abort(new Error('over'));
      await source.close({ revoke: true });
      await fetching;
      await areOver(await pids());
      assert.ok(performance.now() - startedAt < 10_000);
    });

    it('that Azure asks, the Azure CLI, is ended, with what it started, when the connection ends', async () => {
      const { command, pids } = await stubborn();
      await azure.write('bin/az', `#!/bin/sh\n${command}\n`, 0o700);
      environment.set({ PATH: `${azure.folder}/bin:/bin:/usr/bin` });
      const ending = new AbortController();
      const fetching = assert.rejects(azure.fetch({ signIn: 'azureCli' }, {}, ending.signal), /over/);
      await until(
        async () => (await pids()).length === 2,
        () => 'the program has not started',
      );
      ending.abort(new Error('over'));
      await fetching;
      await areOver(await pids());
    });
  });
});
