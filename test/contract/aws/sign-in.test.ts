import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mock } from 'node:test';
import { createAwsSource } from '../../../src/secrets/providers/aws.ts';
import { AwsFixture, contextFor } from './fixture.ts';
import type { Call } from './gateway.ts';
import {
  account,
  adminKey,
  createRole,
  createSecret,
  homeRegion,
} from '../../support/servers/moto-account.ts';

const roleArn = `arn:aws:iam::${account}:role/ml/reader`;

describe('AWS Secrets Manager: sign-in', function () {
  this.timeout(60_000);
  let aws: AwsFixture;
  beforeEach(async () => {
    aws = await AwsFixture.create();
    aws.setEnvironment({ AWS_REGION: homeRegion });
    await createSecret(aws.moto, { Name: 'mlflow/auth', SecretString: 'canary-value' });
  });
  afterEach(async () => aws.dispose());

  /** The access key that the secret was asked for with. */
  async function keyUsed(changes: Parameters<AwsFixture['fetch']>[0] = {}): Promise<string | undefined> {
    assert.equal((await aws.fetch(changes)).text.reveal(), 'canary-value');
    return callOf('GetSecretValue')?.accessKeyId;
  }

  function callOf(action: string): Call | undefined {
    return aws.gateway.calls.findLast((call) => call.action === action);
  }

  async function createReader(): Promise<void> {
    const trust = { Effect: 'Allow', Principal: '*', Action: 'sts:AssumeRole' };
    await createRole(aws.moto, 'reader', { trust, statements: [], path: '/ml/' });
  }

  it('environment', async () => {
    aws.setEnvironment({ AWS_ACCESS_KEY_ID: 'AKIAENV', AWS_SECRET_ACCESS_KEY: 'canary-env' });
    assert.equal(await keyUsed(), 'AKIAENV');
  });

  it('default profile, and a named one before the environment', async () => {
    await aws.write(
      '.aws/credentials',
      '[default]\naws_access_key_id=AKIADEFAULT\naws_secret_access_key=canary-default\n' +
        '[ml-team]\naws_access_key_id=AKIANAMED\naws_secret_access_key=canary-named\n',
    );
    assert.equal(await keyUsed(), 'AKIADEFAULT');
    aws.setEnvironment({ AWS_ACCESS_KEY_ID: 'AKIAENV', AWS_SECRET_ACCESS_KEY: 'canary-env' });
    assert.equal(await keyUsed({ profile: 'ml-team' }), 'AKIANAMED');
  });

  it('sees a profile that is edited while the editor runs', async () => {
    await aws.write('.aws/credentials', '[ml]\naws_access_key_id=AKIAONE\naws_secret_access_key=canary-1\n');
    assert.equal(await keyUsed({ profile: 'ml' }), 'AKIAONE');
    await aws.write('.aws/credentials', '[ml]\naws_access_key_id=AKIATWO\naws_secret_access_key=canary-2\n');
    assert.equal(await keyUsed({ profile: 'ml' }), 'AKIATWO');
  });

  it('profile that assumes a role', async () => {
    await createReader();
    aws.setEnvironment({ AWS_ENDPOINT_URL_STS: aws.gateway.url });
    await aws.write(
      '.aws/config',
      `[profile base]\naws_access_key_id=AKIABASE\naws_secret_access_key=canary-base\n` +
        `[profile ml]\nrole_arn=${roleArn}\nsource_profile=base\nexternal_id=ext-7\n`,
    );
    assert.match((await keyUsed({ profile: 'ml' })) ?? '', /^ASIA/);
    const assumed = callOf('AssumeRole');
    assert.equal(assumed?.accessKeyId, 'AKIABASE');
    assert.equal(new URLSearchParams(assumed.body).get('ExternalId'), 'ext-7');
  });

  it('credential process', async () => {
    const output = { Version: 1, AccessKeyId: 'AKIAPROCESS', SecretAccessKey: 'canary-process' };
    const script = await aws.write('process.mjs', `console.log(${JSON.stringify(JSON.stringify(output))})`);
    await aws.write('.aws/config', `[profile ml]\ncredential_process="${process.execPath}" "${script}"\n`);
    assert.equal(await keyUsed({ profile: 'ml' }), 'AKIAPROCESS');
  });

  it('credential process that fails: told without its command line', async () => {
    await aws.write('.aws/config', '[profile ml]\ncredential_process=false --password canary-argument\n');
    const problem = await aws.problem({ profile: 'ml' });
    assert.equal(problem.code, 'aws.processFailed');
  });

  it('web identity', async () => {
    await createReader();
    aws.setEnvironment({
      AWS_ENDPOINT_URL_STS: aws.gateway.url,
      AWS_ROLE_ARN: roleArn,
      AWS_WEB_IDENTITY_TOKEN_FILE: await aws.write('token', 'canary-jwt'),
    });
    assert.match((await keyUsed()) ?? '', /^ASIA/);
    assert.ok(callOf('AssumeRoleWithWebIdentity'));
  });

  it('container', async () => {
    const container = createServer((_request, response) => {
      response.setHeader('content-type', 'application/json');
      response.end(
        JSON.stringify({
          AccessKeyId: 'ASIACONTAINER',
          SecretAccessKey: 'canary-container',
          Token: 'canary-container-token',
          Expiration: new Date(Date.now() + 3_600_000).toISOString(),
        }),
      );
    }).listen(0, '127.0.0.1');
    await once(container, 'listening');
    const { port } = container.address() as AddressInfo;
    aws.setEnvironment({ AWS_CONTAINER_CREDENTIALS_FULL_URI: `http://127.0.0.1:${port}/credentials` });
    try {
      assert.equal(await keyUsed(), 'ASIACONTAINER');
    } finally {
      container.closeAllConnections();
      container.close();
    }
  });

  it('instance metadata', async () => {
    aws.setEnvironment({
      AWS_EC2_METADATA_DISABLED: 'false',
      AWS_EC2_METADATA_SERVICE_ENDPOINT: aws.gateway.url,
    });
    assert.match((await keyUsed()) ?? '', /./);
    assert.ok(aws.gateway.calls.some(({ action }) => action.startsWith('/latest/meta-data/iam/')));
  });

  describe('single sign-on', () => {
    const session = 'corp';

    async function signedOn(expiresAt: Date): Promise<void> {
      await aws.write(
        '.aws/config',
        `[profile ml]\nsso_session=${session}\nsso_account_id=${account}\nsso_role_name=reader\n` +
          `[sso-session ${session}]\nsso_start_url=https://corp.example/start\nsso_region=${homeRegion}\n`,
      );
      const file = createHash('sha1').update(session).digest('hex');
      const token = { accessToken: 'canary-sso-token', expiresAt: expiresAt.toISOString() };
      await aws.write(`.aws/sso/cache/${file}.json`, JSON.stringify(token));
      // moto has no portal; its answers follow the IAM Identity Center Portal API reference, GetRoleCredentials.
      aws.setEnvironment({ AWS_ENDPOINT_URL_SSO: aws.gateway.url });
    }
    const inAnHour = (): Date => new Date(Date.now() + 3_600_000);

    it('signs in with the session of the terminal', async () => {
      await signedOn(inAnHour());
      aws.gateway.answer = ({ action }) =>
        action.startsWith('/federation/credentials')
          ? {
              status: 200,
              headers: { 'content-type': 'application/json' },
              body: JSON.stringify({
                roleCredentials: {
                  accessKeyId: 'ASIASSO',
                  secretAccessKey: 'canary-sso-key',
                  sessionToken: 'canary-sso-session',
                  expiration: inAnHour().getTime(),
                },
              }),
            }
          : undefined;
      assert.equal(await keyUsed({ profile: 'ml' }), 'ASIASSO');
    });

    it('offers aws sso login when the session has expired', async () => {
      await signedOn(new Date(Date.now() - 1000));
      const problem = await aws.problem({ profile: 'ml' });
      assert.equal(problem.code, 'aws.ssoExpired');
      assert.equal(problem.persistence, 'permanent');
      assert.deepEqual(problem.action, {
        kind: 'runInTerminal',
        command: 'aws sso login --profile ml',
        label: 'Run aws sso login',
      });
    });

    it('offers it when nobody has signed on, and when the portal does not take the token', async () => {
      await aws.write(
        '.aws/config',
        `[profile ml]\nsso_session=none\nsso_account_id=1\nsso_role_name=r\n` +
          `[sso-session none]\nsso_start_url=https://corp.example\nsso_region=${homeRegion}\n`,
      );
      assert.equal((await aws.problem({ profile: 'ml' })).code, 'aws.ssoExpired');
      await signedOn(inAnHour());
      aws.gateway.answer = ({ action }) =>
        action.startsWith('/federation/credentials')
          ? {
              status: 401,
              headers: { 'content-type': 'application/json', 'x-amzn-errortype': 'UnauthorizedException' },
              body: '{"message":"Session token not found or invalid"}',
            }
          : undefined;
      assert.equal((await aws.problem({ profile: 'ml' })).code, 'aws.ssoExpired');
    });
  });

  describe('a role of the settings', () => {
    beforeEach(async () => {
      await createReader();
      aws.signInByEnvironment();
    });

    it('is assumed with external id, session name and duration', async () => {
      const key = await keyUsed({
        roleArn,
        externalId: 'ext-1',
        roleSessionName: 'nightly',
        roleDurationSeconds: 1800,
      });
      assert.match(key ?? '', /^ASIA/);
      const assumed = callOf('AssumeRole');
      assert.equal(assumed?.accessKeyId, adminKey.accessKeyId);
      const sent = new URLSearchParams(assumed.body);
      assert.deepEqual(
        ['RoleArn', 'ExternalId', 'RoleSessionName', 'DurationSeconds'].map((name) => sent.get(name)),
        [roleArn, 'ext-1', 'nightly', '1800'],
      );
    });

    it('is assumed once for many fetches, and again before the session ends', async () => {
      const source = createAwsSource(aws.configuration({ roleArn, roleDurationSeconds: 900 }), contextFor());
      const assumptions = (): number =>
        aws.gateway.actions().filter((action) => action === 'AssumeRole').length;
      const fetchOne = async (): Promise<unknown> => source.fetch(AbortSignal.timeout(20_000));
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
      assert.notEqual(aws.gateway.calls[0]?.accessKeyId, callOf('GetSecretValue')?.accessKeyId);
    });
  });

  it('a named profile that does not exist fails, whatever else could sign in', async () => {
    aws.signInByEnvironment();
    aws.setEnvironment({
      AWS_EC2_METADATA_DISABLED: 'false',
      AWS_EC2_METADATA_SERVICE_ENDPOINT: aws.gateway.url,
    });
    const problem = await aws.problem({ profile: 'ml' });
    assert.equal(problem.code, 'aws.profileNotFound');
    assert.equal(aws.gateway.calls.length, 0);
  });

  it('a profile that asks for a second factor is told so', async () => {
    await aws.write(
      '.aws/config',
      '[profile base]\naws_access_key_id=AKIABASE\naws_secret_access_key=canary-base\n' +
        `[profile ml]\nrole_arn=${roleArn}\nsource_profile=base\nmfa_serial=arn:aws:iam::${account}:mfa/me\n`,
    );
    assert.equal((await aws.problem({ profile: 'ml' })).code, 'aws.mfaNeeded');
  });

  it('nothing to sign in with: says what was tried', async () => {
    const problem = await aws.problem();
    assert.equal(problem.code, 'aws.noCredentials');
    assert.equal(problem.persistence, 'permanent');
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
