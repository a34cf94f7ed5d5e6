import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { makeCertificates } from '../../support/servers/certificates.ts';
import { createRole, createSecret, homeRegion } from '../../support/servers/moto-account.ts';
import { readWithBoto3 } from './boto3.ts';
import { awsFixture, configurationInEnvironment, outcomeIn } from './fixture.ts';
import { Gateway } from './gateway.ts';
import { roleArn } from './precedence-cases.ts';

interface Row {
  readonly what: string;
  /** `{right}`, `{other}`: of the authority that AWS's certificate is of, and of another. */
  readonly environment: Readonly<Record<string, string>>;
  readonly config?: string;
  readonly here: string;
  /** Where Python's SDK reads although this one does not, or the other way around. */
  readonly python?: 'reads' | 'fails';
}

const keys = 'aws_access_key_id=AKIABASE\naws_secret_access_key=canary-base\n';
const byRole = `[profile base]\n${keys}[profile ml]\nrole_arn=${roleArn}\nsource_profile=base\n`;

const rows: readonly Row[] = [
  { what: 'nothing', environment: {}, here: 'aws.tlsUntrusted' },
  { what: 'AWS_CA_BUNDLE', environment: { AWS_CA_BUNDLE: '{right}' }, here: 'reads' },
  { what: 'AWS_CA_BUNDLE of another', environment: { AWS_CA_BUNDLE: '{other}' }, here: 'aws.tlsUntrusted' },
  {
    what: 'AWS_CA_BUNDLE that is not there',
    environment: { AWS_CA_BUNDLE: '{other}.gone' },
    here: 'settings.certificateVariable',
  },
  { what: 'REQUESTS_CA_BUNDLE', environment: { REQUESTS_CA_BUNDLE: '{right}' }, here: 'reads' },
  {
    what: 'AWS_CA_BUNDLE before REQUESTS_CA_BUNDLE',
    environment: { AWS_CA_BUNDLE: '{other}', REQUESTS_CA_BUNDLE: '{right}' },
    here: 'aws.tlsUntrusted',
  },
  {
    what: 'CURL_CA_BUNDLE, which AWS’s SDK does not read',
    environment: { CURL_CA_BUNDLE: '{right}' },
    here: 'aws.tlsUntrusted',
  },
  {
    what: 'AWS_CA_BUNDLE for the role of a profile',
    environment: { AWS_CA_BUNDLE: '{right}', AWS_PROFILE: 'ml' },
    config: byRole,
    here: 'reads',
  },
  {
    what: 'ca_bundle of the profile, which nobody was asked about',
    environment: {},
    config: '[default]\nca_bundle={right}\n',
    here: 'aws.tlsUntrusted',
    python: 'reads',
  },
];

describe('Whom AWS’s clients trust here and in Python', function () {
  this.timeout(60_000);
  const aws = awsFixture();

  for (const { what, environment, config, here, python = here === 'reads' ? 'reads' : 'fails' } of rows) {
    it(what, async () => {
      await createSecret(aws.moto, { Name: 'mlflow/auth', SecretString: 'canary-value' });
      const trust = { Effect: 'Allow', Principal: '*', Action: 'sts:AssumeRole' };
      await createRole(aws.moto, 'reader', { trust, statements: [] });
      const [rightAt, otherAt] = [join(aws.home, 'right'), join(aws.home, 'other')];
      for (const one of [rightAt, otherAt]) await mkdir(one);
      const [right, other] = [
        await makeCertificates(rightAt, ['127.0.0.1']),
        await makeCertificates(otherAt, ['127.0.0.1']),
      ];
      const gateway = await Gateway.start(aws.moto, { key: right.key, cert: right.cert });
      const filled = (text: string): string =>
        text.replaceAll('{right}', right.caFile).replaceAll('{other}', other.caFile);
      try {
        aws.signInByEnvironment();
        if (environment['AWS_PROFILE'] !== undefined) {
          aws.setEnvironment({ AWS_ACCESS_KEY_ID: undefined, AWS_SECRET_ACCESS_KEY: undefined });
        }
        const named = Object.entries(environment).map(([name, value]) => [name, filled(value)] as const);
        aws.setEnvironment({
          ...{ AWS_REGION: homeRegion, AWS_ENDPOINT_URL: gateway.url, AWS_MAX_ATTEMPTS: '1' },
          ...{ REQUESTS_CA_BUNDLE: undefined, CURL_CA_BUNDLE: undefined },
          ...Object.fromEntries(named),
        });
        if (config !== undefined) await aws.write('.aws/config', filled(config));
        const { outcome, remedy } = await outcomeIn(configurationInEnvironment());
        assert.equal(outcome, here);
        const { secret } = await readWithBoto3(gateway.url);
        assert.equal(secret === 'canary-value' ? 'reads' : 'fails', python);
        if (here !== 'reads' && python === 'reads') assert.ok(remedy.includes(right.caFile), remedy);
      } finally {
        await gateway.stop();
      }
    });
  }
});
