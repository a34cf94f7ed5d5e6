import assert from 'node:assert/strict';
import type { AwsConfiguration } from '../../../../src/providers/aws/configuration.ts';
import { Problem } from '../../../../src/problem.ts';
import { awsTarget } from '../../../../src/providers/aws/target.ts';
import type { AwsTarget } from '../../../../src/providers/aws/target.ts';

function target(changes: Partial<AwsConfiguration>, environment: Record<string, string> = {}): AwsTarget {
  const none = undefined;
  return awsTarget(
    {
      provider: 'aws',
      variables: {},
      secretId: 'mlflow/auth',
      region: none,
      profile: none,
      versionStage: none,
      versionId: none,
      roleArn: none,
      externalId: none,
      roleSessionName: none,
      roleDurationSeconds: none,
      endpoint: none,
      environmentEndpoint: none,
      environmentStsEndpoint: none,
      environmentSsoEndpoint: none,
      environmentSsoOidcEndpoint: none,
      environmentSigninEndpoint: none,
      profileIsFromVariable: false,
      storeCertificates: none,
      ...changes,
    },
    environment,
  );
}

/** The setting that is malformed. */
function malformedOf(changes: Partial<AwsConfiguration>): string {
  try {
    target(changes);
    return 'none';
  } catch (error) {
    assert.ok(error instanceof Problem);
    assert.equal(error.code, 'aws.malformedSetting');
    assert.equal(error.action?.kind, 'openSetting');
    return error.action.setting;
  }
}

describe('which secret of AWS', () => {
  it('reads region and account from every partition’s ARN', () => {
    for (const partition of ['aws', 'aws-cn', 'aws-us-gov', 'aws-iso-b']) {
      const secretId = `arn:${partition}:secretsmanager:xx-north-1:123456789012:secret:a/b-AbCdEf`;
      assert.deepEqual(target({ secretId, region: 'eu-west-1' }), {
        secretId,
        region: 'xx-north-1',
        account: '123456789012',
      });
    }
  });

  it('takes the region from setting, AWS_REGION, AWS_DEFAULT_REGION, in that order', () => {
    const environment = { AWS_REGION: 'b', AWS_DEFAULT_REGION: 'c' };
    assert.equal(target({ region: 'a' }, environment).region, 'a');
    assert.equal(target({}, environment).region, 'b');
    assert.equal(target({}, { ...environment, AWS_REGION: '' }).region, 'c');
    assert.equal(target({}).region, undefined);
  });

  it('takes the account from the role where the secret does not say it', () => {
    assert.equal(target({ roleArn: 'arn:aws:iam::210987654321:role/a/b' }).account, '210987654321');
  });

  const malformed: readonly [Partial<AwsConfiguration>, string][] = [
    [{ secretId: '' }, 'secretId'],
    [{ secretId: 'a b' }, 'secretId'],
    [{ secretId: 'a\r\nb' }, 'secretId'],
    [{ secretId: 'x'.repeat(513) }, 'secretId'],
    [{ secretId: 'arn:aws:secretsmanager:eu-west-1:12:secret:x' }, 'secretId'],
    [{ secretId: 'arn:aws:ssm:eu-west-1:123456789012:parameter/x' }, 'secretId'],
    [{ secretId: 'arn:evil.example/:secretsmanager:r:123456789012:secret:x' }, 'secretId'],
    // A region becomes part of the host name that is called.
    [{ region: 'x.evil.example/' }, 'region'],
    [{ roleArn: 'arn:aws:iam::123456789012:user/x' }, 'roleArn'],
    [{ endpoint: 'sm.example' }, 'endpoint'],
    [{ endpoint: 'http://sm.example' }, 'endpoint'],
    [{ endpoint: 'http://sm.localhost' }, 'endpoint'],
    [{ endpoint: 'file:///etc/passwd' }, 'endpoint'],
    [{ endpoint: 'https://sm.example/%252e%252e/other' }, 'endpoint'],
    [{ endpoint: 'https://sm.example/a//b' }, 'endpoint'],
    [{ endpoint: 'https://sm.example/?x=' }, 'endpoint'],
    [{ endpoint: 'https://user:pass@sm.example' }, 'endpoint'],
  ];
  for (const [changes, setting] of malformed) {
    it(`refuses ${JSON.stringify(changes).slice(0, 70)}`, () => {
      assert.equal(malformedOf(changes), `aws.${setting}`);
    });
  }

  it('takes http for this machine only', () => {
    assert.equal(malformedOf({ endpoint: 'http://127.0.0.1:5000' }), 'none');
    assert.equal(
      malformedOf({ endpoint: 'https://vpce-1.secretsmanager.eu-west-1.vpce.amazonaws.com' }),
      'none',
    );
  });
});
