import { makeCertificates } from '../../support/servers/certificates.ts';
import { lateBound } from '../../support/late-bound.ts';
import { account, createRole, createSecret } from '../../support/servers/moto-account.ts';
import { awsFixture } from './fixture.ts';
import { Gateway } from './gateway.ts';

interface OwnNames {
  /** Where AWS's own names and ports lead. */
  readonly hosts: Readonly<Record<string, number>>;
  /** In whose name the certificates are. */
  readonly authority: string;
}

/** That keys of the environment may assume. */
export const readerRole = `arn:aws:iam::${account}:role/reader`;

/**
 * Called in a `describe`: AWS under its own names, over TLS of an authority that nobody else trusts, with a secret that
 * keys of the environment and a role may read.
 */
export function awsAtOwnNames(secret: string): {
  readonly aws: ReturnType<typeof awsFixture>;
  readonly at: OwnNames;
} {
  const names = ['secretsmanager', 'sts'].map((service) => `${service}.us-east-1.amazonaws.com`);
  const aws = awsFixture();
  let gateway: Gateway | undefined;
  let at: OwnNames | undefined;
  beforeEach(async () => {
    aws.signInByEnvironment();
    await createSecret(aws.moto, { Name: 'mlflow/auth', SecretString: secret });
    const trust = { Effect: 'Allow', Principal: '*', Action: 'sts:AssumeRole' };
    await createRole(aws.moto, 'reader', { trust, statements: [] });
    const made = await makeCertificates(aws.home, names);
    const { port } = (gateway = await Gateway.start(aws.moto, made));
    at = { hosts: Object.fromEntries(names.map((name) => [`${name}:443`, port])), authority: made.ca };
  });
  afterEach(async () => gateway?.stop());
  return { aws, at: lateBound('AWS under its own names', () => at) };
}
