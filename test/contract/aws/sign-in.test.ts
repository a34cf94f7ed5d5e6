import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { mock } from 'node:test';
import { createAwsSource } from '../../../src/providers/aws/source.ts';
import { awsFixture, contextFor } from './fixture.ts';
import {
  account,
  adminKey,
  createRole,
  createSecret,
  homeRegion,
} from '../../support/servers/moto-account.ts';
import { fetchDeadline } from '../../support/fetch-deadline.ts';

const roleArn = `arn:aws:iam::${account}:role/ml/reader`;

describe('AWS Secrets Manager: sign-in', function () {
  this.timeout(60_000);
  const aws = awsFixture();
  beforeEach(async () => {
    aws.setEnvironment({ AWS_REGION: homeRegion });
    await createSecret(aws.moto, { Name: 'mlflow/auth', SecretString: 'canary-value' });
  });

  async function createReader(): Promise<void> {
    const trust = { Effect: 'Allow', Principal: '*', Action: 'sts:AssumeRole' };
    await createRole(aws.moto, 'reader', { trust, statements: [], path: '/ml/' });
  }

  /** Amazon ECS task role: the answer of the credentials endpoint. */
  async function startContainer(expiration: () => string, status = 200): Promise<{ close: () => void }> {
    const server = createServer((_request, response) => {
      const key = { AccessKeyId: 'ASIACONTAINER', SecretAccessKey: 'canary-container' };
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ ...key, Token: 'canary-container-token', Expiration: expiration() }));
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    aws.setEnvironment({ AWS_CONTAINER_CREDENTIALS_FULL_URI: `http://127.0.0.1:${port}/credentials` });
    return {
      close: () => {
        server.closeAllConnections();
        server.close();
      },
    };
  }

  it('reads with the keys in the environment', async () => {
    aws.setEnvironment({ AWS_ACCESS_KEY_ID: 'AKIAENV', AWS_SECRET_ACCESS_KEY: 'canary-env' });
    assert.equal(await aws.keyUsed(), 'AKIAENV');
  });

  it('reads with the default profile, and with a named one before the environment', async () => {
    await aws.write(
      '.aws/credentials',
      '[default]\naws_access_key_id=AKIADEFAULT\naws_secret_access_key=canary-default\n' +
        '[ml-team]\naws_access_key_id=AKIANAMED\naws_secret_access_key=canary-named\n',
    );
    assert.equal(await aws.keyUsed(), 'AKIADEFAULT');
    aws.setEnvironment({ AWS_ACCESS_KEY_ID: 'AKIAENV', AWS_SECRET_ACCESS_KEY: 'canary-env' });
    assert.equal(await aws.keyUsed({ profile: 'ml-team' }), 'AKIANAMED');
  });

  it('reads a profile again that was edited while the editor runs', async () => {
    await aws.write('.aws/credentials', '[ml]\naws_access_key_id=AKIAONE\naws_secret_access_key=canary-1\n');
    assert.equal(await aws.keyUsed({ profile: 'ml' }), 'AKIAONE');
    await aws.write('.aws/credentials', '[ml]\naws_access_key_id=AKIATWO\naws_secret_access_key=canary-2\n');
    assert.equal(await aws.keyUsed({ profile: 'ml' }), 'AKIATWO');
  });

  it('reads with a profile that assumes a role', async () => {
    await createReader();
    aws.setEnvironment({ AWS_ENDPOINT_URL_STS: aws.gateway.url });
    await aws.write(
      '.aws/config',
      `[profile base]\naws_access_key_id=AKIABASE\naws_secret_access_key=canary-base\n` +
        `[profile ml]\nrole_arn=${roleArn}\nsource_profile=base\nexternal_id=ext-7\n`,
    );
    assert.match((await aws.keyUsed({ profile: 'ml' })) ?? '', /^ASIA/);
    const assumed = aws.callOf('AssumeRole');
    assert.equal(assumed?.accessKeyId, 'AKIABASE');
    assert.equal(new URLSearchParams(assumed.body).get('ExternalId'), 'ext-7');
  });

  it('reads with a credential process', async () => {
    const output = { Version: 1, AccessKeyId: 'AKIAPROCESS', SecretAccessKey: 'canary-process' };
    const script = await aws.write('process.mjs', `console.log(${JSON.stringify(JSON.stringify(output))})`);
    await aws.write('.aws/config', `[profile ml]\ncredential_process="${process.execPath}" "${script}"\n`);
    assert.equal(await aws.keyUsed({ profile: 'ml' }), 'AKIAPROCESS');
  });

  it('reports a credential process that fails, without its command line', async () => {
    await aws.write('.aws/config', '[profile ml]\ncredential_process=false --password canary-argument\n');
    const problem = await aws.problem({ profile: 'ml' });
    assert.equal(problem.code, 'aws.processFailed');
  });

  it('reads with a web identity', async () => {
    await createReader();
    aws.setEnvironment({
      AWS_ENDPOINT_URL_STS: aws.gateway.url,
      AWS_ROLE_ARN: roleArn,
      AWS_WEB_IDENTITY_TOKEN_FILE: await aws.write('token', 'canary-jwt'),
    });
    assert.match((await aws.keyUsed()) ?? '', /^ASIA/);
    assert.ok(aws.callOf('AssumeRoleWithWebIdentity'));
  });

  it('reads with the credentials of a container', async () => {
    const container = await startContainer(() => new Date(Date.now() + 3_600_000).toISOString());
    try {
      assert.equal(await aws.keyUsed(), 'ASIACONTAINER');
    } finally {
      container.close();
    }
  });

  it('asks no place that only the files of the user name in place of the machine', async () => {
    aws.setEnvironment({ AWS_EC2_METADATA_DISABLED: 'false', AWS_REGION: homeRegion });
    await aws.write('.aws/config', `[default]\nec2_metadata_service_endpoint = ${aws.gateway.url}\n`);
    assert.equal((await aws.problem()).code, 'aws.endpointNotApproved');
    assert.deepEqual(aws.gateway.calls, []);
  });

  it('reads with the credentials of the instance metadata', async () => {
    aws.setEnvironment({
      AWS_EC2_METADATA_DISABLED: 'false',
      AWS_EC2_METADATA_SERVICE_ENDPOINT: aws.gateway.url,
    });
    assert.match((await aws.keyUsed()) ?? '', /./);
    assert.ok(aws.gateway.calls.some(({ action }) => action.startsWith('/latest/meta-data/iam/')));
  });

  it('names a container without credentials among what was tried', async () => {
    const container = await startContainer(() => '', 403);
    try {
      const problem = await aws.problem();
      assert.equal(problem.code, 'aws.noCredentials');
      assert.match(problem.message, /container metadata \(did not respond\)/);
    } finally {
      container.close();
    }
  });

  it('names an instance without a role among what was tried', async () => {
    aws.setEnvironment({
      AWS_EC2_METADATA_DISABLED: 'false',
      AWS_EC2_METADATA_SERVICE_ENDPOINT: aws.gateway.url,
    });
    // Amazon EC2 user guide, Retrieve security credentials from instance metadata: no such item.
    aws.gateway.answer = ({ action }) =>
      action.startsWith('/latest/meta-data/iam/') ? { status: 404, body: '' } : undefined;
    const problem = await aws.problem();
    assert.equal(problem.code, 'aws.noCredentials');
    assert.match(problem.message, /EC2 instance metadata \(did not respond\)/);
  });

  it('reports a web identity that STS rejects, and one whose token file is missing', async () => {
    aws.setEnvironment({
      AWS_ENDPOINT_URL_STS: aws.gateway.url,
      AWS_ROLE_ARN: roleArn,
      AWS_WEB_IDENTITY_TOKEN_FILE: await aws.write('token', 'canary-jwt'),
    });
    // AWS STS API reference, AssumeRoleWithWebIdentity, Errors.
    const body =
      '<ErrorResponse><Error><Type>Sender</Type><Code>InvalidIdentityToken</Code>' +
      '<Message>canary: no OpenIDConnect provider found</Message></Error></ErrorResponse>';
    aws.gateway.answer = ({ action }) =>
      action === 'AssumeRoleWithWebIdentity'
        ? { status: 400, headers: { 'content-type': 'text/xml' }, body }
        : undefined;
    assert.equal((await aws.problem()).code, 'aws.webIdentity');
    aws.setEnvironment({ AWS_WEB_IDENTITY_TOKEN_FILE: join(aws.home, 'gone') });
    assert.equal((await aws.problem()).code, 'aws.webIdentity');
  });

  describe('before a session expires', () => {
    /**
     * Reads twice with one source, which must ask once, then when the session is about to end, until it asks again: the
     * SDK does so beside a reading.
     */
    async function asksAgain(
      asked: () => number | Promise<number>,
      lifetime: number,
      changes: Parameters<typeof aws.fetch>[0] = {},
    ): Promise<void> {
      const source = createAwsSource(aws.configuration(changes), contextFor());
      const fetchOne = async (): Promise<number> => {
        assert.equal((await source.fetch(fetchDeadline())).text.reveal(), 'canary-value');
        return asked();
      };
      const first = await fetchOne();
      assert.ok(first > 0);
      assert.equal(await fetchOne(), first);
      mock.timers.enable({ apis: ['Date'], now: Date.now() + lifetime - 60_000 });
      try {
        while ((await fetchOne()) === first);
      } finally {
        mock.timers.reset();
      }
      await source.close({ revoke: false });
    }
    const quarter = 15 * 60_000;
    const expiration = (): string => new Date(Date.now() + quarter).toISOString();
    const callsOf = (action: string) => (): number =>
      aws.gateway.calls.filter((call) => call.action.startsWith(action)).length;

    it('runs the credential process again', async () => {
      const output = { Version: 1, AccessKeyId: 'ASIAPROCESS', SecretAccessKey: 'canary-process' };
      const text = JSON.stringify({ ...output, SessionToken: 'canary-session', Expiration: expiration() });
      const runs = join(aws.home, 'runs');
      const script = await aws.write(
        'process.mjs',
        `import { appendFileSync } from 'node:fs';\n` +
          `appendFileSync(${JSON.stringify(runs)}, 'x');\nconsole.log(${JSON.stringify(text)});\n`,
      );
      await aws.write('.aws/config', `[profile ml]\ncredential_process="${process.execPath}" "${script}"\n`);
      await asksAgain(async () => (await readFile(runs)).length, quarter, { profile: 'ml' });
    });

    it('asks the endpoint of the container again', async () => {
      let asked = 0;
      const container = await startContainer(() => {
        asked += 1;
        return expiration();
      });
      try {
        await asksAgain(() => asked, quarter);
      } finally {
        container.close();
      }
    });

    it('exchanges the web identity again', async () => {
      await createReader();
      aws.setEnvironment({
        AWS_ENDPOINT_URL_STS: aws.gateway.url,
        AWS_ROLE_ARN: roleArn,
        AWS_WEB_IDENTITY_TOKEN_FILE: await aws.write('token', 'canary-jwt'),
      });
      await asksAgain(callsOf('AssumeRoleWithWebIdentity'), 3_600_000);
    });

    it('asks the instance metadata again', async () => {
      aws.setEnvironment({
        AWS_EC2_METADATA_DISABLED: 'false',
        AWS_EC2_METADATA_SERVICE_ENDPOINT: aws.gateway.url,
      });
      await asksAgain(callsOf('/latest/meta-data/iam/security-credentials/'), 30 * 24 * 3_600_000);
    });
  });

  describe('with a role in the settings', () => {
    beforeEach(async () => {
      await createReader();
      aws.signInByEnvironment();
    });

    it('assumes it with external id, session name and duration', async () => {
      const key = await aws.keyUsed({
        roleArn,
        externalId: 'ext-1',
        roleSessionName: 'nightly',
        roleDurationSeconds: 1800,
      });
      assert.match(key ?? '', /^ASIA/);
      const assumed = aws.callOf('AssumeRole');
      assert.equal(assumed?.accessKeyId, adminKey.accessKeyId);
      const sent = new URLSearchParams(assumed.body);
      assert.deepEqual(
        ['RoleArn', 'ExternalId', 'RoleSessionName', 'DurationSeconds'].map((name) => sent.get(name)),
        [roleArn, 'ext-1', 'nightly', '1800'],
      );
    });

    it('assumes it once for many fetches, and again before the session expires', async () => {
      const source = createAwsSource(aws.configuration({ roleArn, roleDurationSeconds: 900 }), contextFor());
      const assumptions = (): number =>
        aws.gateway.actions().filter((action) => action === 'AssumeRole').length;
      const fetchOne = async (): Promise<unknown> => source.fetch(fetchDeadline());
      await fetchOne();
      await fetchOne();
      assert.equal(assumptions(), 1);
      // After eleven of its fifteen minutes it still holds, and is too close to its end to be used. The clock of
      // moto stays, so what it gives then is soon to end as well, and the SDK may ask more than once.
      mock.timers.enable({ apis: ['Date'], now: Date.now() + 11 * 60_000 });
      try {
        await fetchOne();
      } finally {
        mock.timers.reset();
      }
      await source.close({ revoke: true });
      assert.ok(assumptions() > 1);
      assert.notEqual(aws.gateway.calls[0]?.accessKeyId, aws.callOf('GetSecretValue')?.accessKeyId);
    });
  });

  it('fails for a named profile that does not exist, whatever else could sign in', async () => {
    aws.signInByEnvironment();
    aws.setEnvironment({
      AWS_EC2_METADATA_DISABLED: 'false',
      AWS_EC2_METADATA_SERVICE_ENDPOINT: aws.gateway.url,
    });
    const problem = await aws.problem({ profile: 'ml' });
    assert.equal(problem.code, 'aws.profileNotFound');
    assert.equal(aws.gateway.calls.length, 0);
  });

  it('reports a profile that demands a second factor', async () => {
    await aws.write(
      '.aws/config',
      '[profile base]\naws_access_key_id=AKIABASE\naws_secret_access_key=canary-base\n' +
        `[profile ml]\nrole_arn=${roleArn}\nsource_profile=base\nmfa_serial=arn:aws:iam::${account}:mfa/me\n`,
    );
    assert.equal((await aws.problem({ profile: 'ml' })).code, 'aws.mfaNeeded');
  });

  it('says what was tried when there is nothing to sign in with', async () => {
    const problem = await aws.problem();
    assert.equal(problem.code, 'aws.noCredentials');
    assert.equal(problem.retry, 'afterFix');
    for (const link of [
      /AWS_ACCESS_KEY_ID is not set/,
      /profile "default"/,
      /web identity/,
      /container/,
      /EC2/,
    ]) {
      assert.match(problem.message, link);
    }
  });
});
