import assert from 'node:assert/strict';
import { approvedOnly, checkSignIn } from '../../../../src/providers/aws/approved-host.ts';

/** Whether a request to this address would be sent. */
async function isSent(
  service: 'secretsManager' | 'sts',
  address: string,
  endpoint?: string,
): Promise<boolean> {
  const { protocol, hostname, port } = new URL(address);
  const request = { protocol, hostname, ...(port !== '' && { port: Number(port) }) };
  const call = approvedOnly(service, endpoint)(async () => Promise.resolve(true));
  return call({ request }).catch(() => false);
}

function signsIn(address: string, approved: readonly string[] = []): boolean {
  const { protocol, hostname, port } = new URL(address);
  try {
    checkSignIn({ protocol, hostname, ...(port !== '' && { port: Number(port) }) }, approved);
    return true;
  } catch {
    return false;
  }
}

describe('A request to AWS, where no endpoint was approved,', () => {
  for (const [service, address] of [
    ['secretsManager', 'https://secretsmanager.eu-west-1.amazonaws.com'],
    ['secretsManager', 'https://secretsmanager-fips.us-gov-west-1.amazonaws.com'],
    ['secretsManager', 'https://secretsmanager.eu-west-1.api.aws'],
    ['secretsManager', 'https://secretsmanager.cn-north-1.amazonaws.com.cn'],
    ['secretsManager', 'https://secretsmanager.us-isob-east-1.sc2s.sgov.gov'],
    ['secretsManager', 'https://vpce-0a1b-2c3d.secretsmanager.eu-west-1.vpce.amazonaws.com'],
    ['sts', 'https://sts.amazonaws.com'],
    ['sts', 'https://sts.eu-west-1.amazonaws.com'],
    ['sts', 'https://sts-fips.us-east-1.api.aws'],
  ] as const) {
    it(`is sent to AWS itself: ${address}`, async () => {
      assert.ok(await isSent(service, address));
    });
  }

  for (const host of [
    'abc123.execute-api.eu-west-1.amazonaws.com',
    'ec2-203-0-113-5.eu-west-1.compute.amazonaws.com',
    'lb-1234.eu-west-1.elb.amazonaws.com',
    'secretsmanager.s3.amazonaws.com',
    'secretsmanager.s3-website-us-east-1.amazonaws.com',
    'secretsmanager.s3-us-west-2.amazonaws.com',
    'secretsmanager.lb-1234.eu-west-1.elb.amazonaws.com',
    'vpce-0a1b-2c3d.vpce-svc-0123.eu-west-1.vpce.amazonaws.com',
    'secretsmanager.eu-west-1.amazonaws.com.evil.example',
    'secretsmanager.eu-west-1.evilamazonaws.com',
    'sts.eu-west-1.amazonaws.com',
    'amazonaws.com',
  ]) {
    it(`is not sent to what anybody may have below the domains of AWS, nor to another service: ${host}`, async () => {
      assert.ok(!(await isSent('secretsManager', `https://${host}`)));
    });
  }

  it('is not sent without TLS, by which anybody on the way reads the secret', async () => {
    assert.ok(!(await isSent('secretsManager', 'http://secretsmanager.eu-west-1.amazonaws.com')));
    assert.ok(!(await isSent('sts', 'http://sts.amazonaws.com')));
    assert.ok(!signsIn('http://portal.sso.eu-west-1.amazonaws.com'));
  });

  it('signs in at AWS, and nowhere else', () => {
    for (const host of [
      'portal.sso.eu-west-1.amazonaws.com',
      'oidc.eu-west-1.amazonaws.com',
      'oidc-fips.us-gov-west-1.amazonaws.com',
      'sts.eu-west-1.amazonaws.com',
      'signin.eu-west-1.api.aws',
      'eu-west-1.signin.aws.amazon.com',
      'us-gov-west-1.signin.amazonaws-us-gov.com',
      'eu-west-1.oauth.signin.aws',
    ]) {
      assert.ok(signsIn(`https://${host}`), host);
    }
    for (const host of ['portal.sso.evil.example', 'oidc.s3.amazonaws.com', 'signin.aws.evil.example']) {
      assert.ok(!signsIn(`https://${host}`), host);
    }
  });
});

describe('A request to AWS, where an endpoint was approved,', () => {
  it('is sent to that one alone: scheme, host and port', async () => {
    const approved = 'https://secrets.company.com:8443/base';
    assert.ok(await isSent('secretsManager', 'https://secrets.company.com:8443', approved));
    for (const other of [
      'http://secrets.company.com:8443',
      'https://secrets.company.com',
      'https://secrets.company.com:9443',
      'https://secretsmanager.eu-west-1.amazonaws.com',
    ]) {
      assert.ok(!(await isSent('secretsManager', other, approved)), other);
    }
  });

  it('signs in there, too', () => {
    assert.ok(signsIn('http://127.0.0.1:4566', ['http://127.0.0.1:4566/']));
    assert.ok(!signsIn('http://127.0.0.1:4567', ['http://127.0.0.1:4566/']));
  });
});
