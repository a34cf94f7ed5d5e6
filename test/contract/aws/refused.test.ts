import assert from 'node:assert/strict';
import { awsFixture } from './fixture.ts';
import { jsonError } from './gateway.ts';
import {
  account,
  createRole,
  createSecret,
  createUser,
  enforceIam,
} from '../../support/servers/moto-account.ts';

/** moto checks actions of Secrets Manager against every resource only. */
const mayRead = { Effect: 'Allow', Action: 'secretsmanager:GetSecretValue', Resource: '*' };

describe('AWS Secrets Manager: errors', function () {
  this.timeout(60_000);
  const aws = awsFixture();
  beforeEach(async () => {
    aws.signInByEnvironment();
    await createSecret(aws.moto, { Name: 'mlflow/auth', SecretString: 'canary-value' });
  });

  function signInAs(key: { accessKeyId: string; secretAccessKey: string }): void {
    aws.setEnvironment({ AWS_ACCESS_KEY_ID: key.accessKeyId, AWS_SECRET_ACCESS_KEY: key.secretAccessKey });
  }

  describe('by IAM, as moto enforces it', () => {
    it('reads where a policy allows it', async () => {
      signInAs(await createUser(aws.moto, 'reader', [mayRead]));
      await enforceIam(aws.moto);
      assert.equal((await aws.fetch()).text.reveal(), 'canary-value');
    });

    it('names identity, action and resource when no policy allows', async () => {
      signInAs(await createUser(aws.moto, 'stranger', []));
      await enforceIam(aws.moto);
      const problem = await aws.problem();
      assert.equal(problem.code, 'aws.accessDenied');
      assert.equal(problem.retry, 'purge');
      assert.match(
        problem.message,
        new RegExp(`arn:aws:iam::${account}:user/stranger is not allowed to read`),
      );
      assert.match(problem.remedy, /^Allow secretsmanager:GetSecretValue on /);
    });

    it('reports a role that may not be assumed', async () => {
      signInAs(await createUser(aws.moto, 'stranger', [mayRead]));
      await enforceIam(aws.moto);
      const problem = await aws.problem({ roleArn: `arn:aws:iam::${account}:role/reader` });
      assert.equal(problem.code, 'aws.assumeRoleDenied');
      assert.equal(problem.retry, 'purge');
      assert.match(problem.remedy, /sts:AssumeRole.*trust policy/);
    });

    it('assumes a role whose trust policy demands an external id only with that id', async () => {
      const user = await createUser(aws.moto, 'assumer', [
        { Effect: 'Allow', Action: 'sts:AssumeRole', Resource: '*' },
      ]);
      await createRole(aws.moto, 'reader', {
        statements: [mayRead],
        trust: {
          Effect: 'Allow',
          Principal: { AWS: `arn:aws:iam::${account}:user/assumer` },
          Action: 'sts:AssumeRole',
          Condition: { StringEquals: { 'sts:ExternalId': 'ext-1' } },
        },
      });
      signInAs(user);
      await enforceIam(aws.moto);
      const roleArn = `arn:aws:iam::${account}:role/reader`;
      assert.equal((await aws.fetch({ roleArn, externalId: 'ext-1' })).text.reveal(), 'canary-value');
      const problem = await aws.problem({ roleArn, externalId: 'ext-2' });
      assert.equal(problem.code, 'aws.assumeRoleDenied');
      assert.match(problem.remedy, /external ID/);
    });

    it('distinguishes an unknown access key from a wrong secret key', async () => {
      const key = await createUser(aws.moto, 'reader', [mayRead]);
      await enforceIam(aws.moto);
      signInAs({ ...key, accessKeyId: 'AKIANOBODY' });
      const unknown = await aws.problem();
      assert.equal(unknown.code, 'aws.keyNotValid');
      assert.equal(unknown.retry, 'purge');
      signInAs({ ...key, secretAccessKey: 'canary-wrong' });
      assert.equal((await aws.problem()).code, 'aws.wrongSecretKey');
    });
  });

  /** Answers that moto cannot give, worded as in the service's documentation. */
  const answers: readonly (readonly [
    title: string,
    name: string,
    message: string,
    status: number,
    code: string,
    retry: string,
  ])[] = [
    // Secrets Manager API reference, GetSecretValue, Errors.
    ['a KMS key that cannot decrypt', 'DecryptionFailure', 'key is disabled', 400, 'kmsFailed', 'afterFix'],
    ['an error of the service', 'InternalServiceError', 'try later', 500, 'serverFault', 'automatic'],
    ['a bad parameter', 'InvalidParameterException', 'canary bad', 400, 'refusedRequest', 'afterFix'],
    // Secrets Manager user guide, Troubleshooting: access to the KMS key.
    [
      'access to a KMS key that is denied',
      'AccessDeniedException',
      'Access to KMS is not allowed',
      400,
      'kmsDenied',
      'purge',
    ],
    // Secrets Manager API reference, Common Error Types.
    [
      'an expired session',
      'ExpiredTokenException',
      'The security token included in the request is expired',
      403,
      'expiredToken',
      'afterFix',
    ],
    ['throttling', 'ThrottlingException', 'Rate exceeded', 400, 'throttled', 'automatic'],
    // Signature Version 4 reference, Troubleshooting: the timestamp in the request.
    [
      'a clock that is wrong',
      'InvalidSignatureException',
      'Signature expired: 20260101T000000Z is now earlier than 20260101T010000Z',
      403,
      'clockSkew',
      'afterFix',
    ],
  ];
  for (const [title, name, message, status, code, retry] of answers) {
    it(`reports ${title}`, async () => {
      aws.gateway.answer = () => jsonError(name, message, status);
      const problem = await aws.problem();
      assert.equal(problem.code, `aws.${code}`);
      assert.equal(problem.retry, retry);
      assert.ok(aws.gateway.calls.length <= 2, 'retries are bounded');
    });
  }

  it('reports how long to wait after throttling', async () => {
    aws.gateway.answer = () => jsonError('ThrottlingException', 'Rate exceeded', 400, { 'retry-after': '1' });
    assert.equal((await aws.problem()).retryAfterMs, 1000);
  });
});
