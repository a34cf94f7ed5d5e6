import assert from 'node:assert/strict';
import { createAwsSource } from '../../../src/providers/aws/source.ts';
import type { AwsConfiguration } from '../../../src/providers/aws/configuration.ts';
import type { SecretNames } from '../../../src/providers/source.ts';
import { fetchDeadline } from '../../support/fetch-deadline.ts';
import {
  account,
  createSecret,
  createUser,
  enforceIam,
  homeRegion,
} from '../../support/servers/moto-account.ts';
import { awsFixture, contextFor, problemOf } from './fixture.ts';
import { json, jsonError } from './gateway.ts';

describe('AWS Secrets Manager: the names of secrets', function () {
  this.timeout(60_000);
  const aws = awsFixture();
  beforeEach(() => aws.signInByEnvironment());

  async function names(
    changes: Partial<AwsConfiguration> = {},
    signal: AbortSignal = fetchDeadline(),
  ): Promise<SecretNames> {
    const source = createAwsSource(aws.configuration(changes), contextFor());
    try {
      return (await source.names?.(signal)) ?? { kind: 'notAsked' };
    } finally {
      await source.close({ revoke: false });
    }
  }

  async function listed(
    changes: Partial<AwsConfiguration> = {},
  ): Promise<Extract<SecretNames, { kind: 'listed' }>> {
    const found = await names(changes);
    assert.ok(found.kind === 'listed', found.kind);
    return found;
  }

  const namesOf = ({ secrets }: { secrets: readonly { readonly name: string }[] }): readonly string[] =>
    secrets.map(({ name }) => name);

  it('are those of the region, with what they are for and who asks, and no value is read', async () => {
    await createSecret(aws.moto, {
      Name: 'mlflow/auth',
      Description: 'for training',
      SecretString: 'canary-1',
    });
    await createSecret(aws.moto, { Name: 'elsewhere', SecretString: 'canary-2' }, 'eu-west-1');
    const found = await listed();
    assert.deepEqual(found.secrets, [{ name: 'mlflow/auth', about: 'for training' }]);
    assert.equal(found.isCutOff, false);
    assert.ok(found.identity?.endsWith(`, ${account}`), found.identity);
    assert.deepEqual([...new Set(aws.gateway.actions())].sort(), ['GetCallerIdentity', 'ListSecrets']);
    assert.deepEqual(namesOf(await listed({ region: 'eu-west-1' })), ['elsewhere']);
  });

  it('are asked for with the chosen profile', async () => {
    aws.setEnvironment({
      AWS_ACCESS_KEY_ID: undefined,
      AWS_SECRET_ACCESS_KEY: undefined,
      AWS_REGION: undefined,
    });
    await aws.write('.aws/config', `[profile ml-dev]\nregion = ${homeRegion}\n`);
    await aws.write(
      '.aws/credentials',
      '[ml-dev]\naws_access_key_id = AKIADEV\naws_secret_access_key = canary-dev\n',
    );
    await listed({ profile: 'ml-dev' });
    assert.equal(aws.callOf('ListSecrets')?.accessKeyId, 'AKIADEV');
    assert.equal(aws.callOf('ListSecrets')?.region, homeRegion);
    assert.equal((await problemOf(names({ profile: 'ml-dve' }))).code, 'aws.profileNotFound');
  });

  it('come page by page, up to a bound', async () => {
    for (let n = 0; n < 101; n += 1) await createSecret(aws.moto, { Name: `s-${n}`, SecretString: 'canary' });
    const found = await listed();
    assert.equal(found.secrets.length, 101);
    assert.equal(found.isCutOff, false);
    assert.equal(aws.gateway.actions().filter((action) => action === 'ListSecrets').length, 2);
    aws.gateway.calls.length = 0;
    aws.gateway.answer = ({ action }) =>
      action === 'ListSecrets' ? json({ SecretList: [{ Name: 'endless' }], NextToken: 'more' }) : undefined;
    assert.equal((await listed()).isCutOff, true);
    assert.ok(aws.gateway.actions().filter((action) => action === 'ListSecrets').length <= 10);
  });

  it('leave out what no setting could name', async () => {
    const bad = ['a b', 'a\u202eb', '../x y', '', 'x'.repeat(600), 'good'].map((Name) => ({ Name }));
    aws.gateway.answer = ({ action }) =>
      action === 'ListSecrets' ? json({ SecretList: [...bad, {}] }) : undefined;
    assert.deepEqual(namesOf(await listed()), ['good']);
  });

  it('are denied by IAM, which is no problem', async () => {
    const statements = [{ Effect: 'Allow', Action: 'secretsmanager:GetSecretValue', Resource: '*' }];
    const key = await createUser(aws.moto, 'reader', statements);
    aws.setEnvironment({ AWS_ACCESS_KEY_ID: key.accessKeyId, AWS_SECRET_ACCESS_KEY: key.secretAccessKey });
    await enforceIam(aws.moto);
    assert.deepEqual(await names(), { kind: 'denied' });
  });

  it('do without who asks, where AWS does not say it', async () => {
    aws.gateway.answer = ({ action }) =>
      action === 'GetCallerIdentity' ? jsonError('InternalFailure', 'no', 500) : undefined;
    assert.equal((await listed()).identity, undefined);
  });

  it('are given up at once when nobody waits any longer', async () => {
    aws.gateway.answer = ({ action }) => (action === 'ListSecrets' ? 'hang' : undefined);
    const ending = new AbortController();
    const asked = names({}, ending.signal);
    const reason = new Error('cancelled');
    setTimeout(() => ending.abort(reason), 300);
    await assert.rejects(asked, (error) => error === reason);
  });
});
