import assert from 'node:assert/strict';
import {
  DeleteSecretCommand,
  PutSecretValueCommand,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import { createAwsSource } from '../../../src/providers/aws/source.ts';
import { makeCertificates } from '../../support/servers/certificates.ts';
import { awsFixture, contextFor, problemOf } from './fixture.ts';
import { Gateway, jsonError } from './gateway.ts';
import { account, adminClient, createRole, createSecret } from '../../support/servers/moto-account.ts';
import { fetchDeadline } from '../../support/fetch-deadline.ts';

describe('AWS Secrets Manager: reading', function () {
  this.timeout(60_000);
  const aws = awsFixture();
  beforeEach(() => aws.signInByEnvironment());

  it('gives SecretString as it is, with its version id', async () => {
    const text = '{"token":"canary-string"}';
    const { versionId } = await createSecret(aws.moto, { Name: 'mlflow/auth', SecretString: text });
    const secret = await aws.fetch();
    assert.equal(secret.text.reveal(), text);
    assert.equal(secret.version, versionId);
    assert.equal(secret.expiresAt, undefined);
  });

  it('gives the bytes of SecretBinary as text, decoded once', async () => {
    // Text that is itself valid base64 shows a second decoding.
    const text = Buffer.from('canary-binary').toString('base64');
    await createSecret(aws.moto, { Name: 'mlflow/auth', SecretBinary: Buffer.from(text) });
    assert.equal((await aws.fetch()).text.reveal(), text);
  });

  it('gives a 64 kB secret and text beyond ASCII whole', async () => {
    const text = 'canary-ü€😀'.repeat(4000);
    await createSecret(aws.moto, { Name: 'mlflow/auth', SecretString: text });
    assert.equal((await aws.fetch()).text.reveal(), text);
  });

  it('refuses binary that is not UTF-8', async () => {
    await createSecret(aws.moto, { Name: 'mlflow/auth', SecretBinary: Uint8Array.of(0x63, 0xff, 0xfe) });
    assert.equal((await aws.problem()).code, 'aws.binaryNotText');
  });

  it('refuses binary that is not in base64 on the wire, and does not show it', async () => {
    for (const SecretBinary of ['canary not base64!', 'canary=', '====']) {
      aws.gateway.answer = () => ({
        status: 200,
        headers: { 'content-type': 'application/x-amz-json-1.1' },
        body: JSON.stringify({ Name: 'mlflow/auth', VersionId: 'v'.repeat(32), SecretBinary }),
      });
      const problem = await aws.problem();
      assert.equal(problem.code, 'aws.binaryNotBase64', SecretBinary);
      assert.match(problem.message, /SecretBinary/);
    }
  });

  it('does not take a response that is not JSON for one of AWS', async () => {
    const page = '<html>canary: please sign in to the network</html>';
    for (const status of [200, 403, 502]) {
      aws.gateway.answer = () => ({ status, headers: { 'content-type': 'text/html' }, body: page });
      const problem = await aws.problem();
      assert.equal(problem.code, 'aws.notAws', `${status}`);
      assert.equal(problem.retry, status === 502 ? 'automatic' : 'afterFix');
    }
  });

  it('takes the region from the ARN, before every other', async () => {
    const { arn } = await createSecret(aws.moto, { Name: 'far', SecretString: 'canary-far' }, 'eu-west-3');
    const secret = await aws.fetch({ secretId: arn, region: 'us-west-2' });
    assert.equal(secret.text.reveal(), 'canary-far');
    assert.equal(aws.gateway.calls[0]?.region, 'eu-west-3');
  });

  it('takes the setting’s region before the environment’s', async () => {
    await createSecret(aws.moto, { Name: 'near', SecretString: 'canary-near' }, 'eu-west-1');
    assert.equal((await aws.fetch({ secretId: 'near', region: 'eu-west-1' })).text.reveal(), 'canary-near');
  });

  it('reads a version by stage and by id', async () => {
    const { versionId } = await createSecret(aws.moto, { Name: 'mlflow/auth', SecretString: 'canary-old' });
    const client = adminClient(aws.moto);
    await client.send(new PutSecretValueCommand({ SecretId: 'mlflow/auth', SecretString: 'canary-new' }));
    await client.send(
      new UpdateSecretVersionStageCommand({
        SecretId: 'mlflow/auth',
        VersionStage: 'BLUE',
        MoveToVersionId: versionId,
      }),
    );
    client.destroy();
    assert.equal((await aws.fetch()).text.reveal(), 'canary-new');
    assert.equal((await aws.fetch({ versionStage: 'AWSPREVIOUS' })).text.reveal(), 'canary-old');
    assert.equal((await aws.fetch({ versionStage: 'BLUE' })).text.reveal(), 'canary-old');
    assert.equal((await aws.fetch({ versionId })).text.reveal(), 'canary-old');
  });

  it('reads the current value at each fetch with one client', async () => {
    await createSecret(aws.moto, { Name: 'mlflow/auth', SecretString: 'canary-1' });
    const source = createAwsSource(aws.configuration(), contextFor());
    const before = await source.fetch(fetchDeadline());
    const client = adminClient(aws.moto);
    await client.send(new PutSecretValueCommand({ SecretId: 'mlflow/auth', SecretString: 'canary-2' }));
    client.destroy();
    const after = await source.fetch(fetchDeadline());
    await source.close({ revoke: true });
    assert.deepEqual([before.text.reveal(), after.text.reveal()], ['canary-1', 'canary-2']);
    assert.notEqual(before.version, after.version);
  });

  it('says that there is no such secret, with region and account', async () => {
    const problem = await aws.problem();
    assert.equal(problem.code, 'aws.notFound');
    assert.equal(problem.retry, 'purge');
    assert.match(problem.message, new RegExp(`mlflow/auth.*us-east-1 of account ${account}`));
    assert.deepEqual(aws.gateway.actions(), ['GetSecretValue', 'GetCallerIdentity']);
    const arn = `arn:aws:secretsmanager:eu-west-1:${account}:secret:gone`;
    assert.match((await aws.problem({ secretId: arn })).message, new RegExp(`eu-west-1.*${account}`));
    aws.setEnvironment({ AWS_ACCOUNT_ID: '210987654321' });
    assert.match((await aws.problem()).message, /us-east-1.*210987654321/);
    // The words are all that is lost where the account cannot be asked for.
    aws.setEnvironment({ AWS_ACCOUNT_ID: undefined });
    aws.gateway.answer = ({ action }) => (action === 'GetCallerIdentity' ? 'drop' : undefined);
    assert.match((await aws.problem()).message, /mlflow\/auth.*us-east-1\./);
  });

  it('says that there is no such version, or no value yet', async () => {
    await createSecret(aws.moto, { Name: 'mlflow/auth', SecretString: 'canary' });
    const versionId = '00000000-0000-4000-8000-000000000000';
    const problem = await aws.problem({ versionId });
    assert.equal(problem.code, 'aws.versionNotFound');
    assert.equal(problem.retry, 'purge');
    assert.match(problem.message, new RegExp(`no version ${versionId}`));
    assert.equal((await aws.problem({ secretId: 'gone', versionStage: 'GREEN' })).code, 'aws.notFound');
    // As AWS words it; moto takes a missing stage for a missing secret.
    const message = 'Secrets Manager can’t find the specified secret value for staging label: GREEN';
    aws.gateway.answer = () => jsonError('ResourceNotFoundException', message);
    assert.equal((await aws.problem({ versionStage: 'GREEN' })).code, 'aws.versionNotFound');
    assert.equal((await aws.problem()).code, 'aws.emptySecret');
  });

  it('reports a secret that is scheduled for deletion', async () => {
    await createSecret(aws.moto, { Name: 'mlflow/auth', SecretString: 'canary' });
    const client = adminClient(aws.moto);
    await client.send(new DeleteSecretCommand({ SecretId: 'mlflow/auth' }));
    client.destroy();
    const problem = await aws.problem();
    assert.equal(problem.code, 'aws.pendingDeletion');
    assert.equal(problem.retry, 'purge');
  });

  it('asks for a region when there is none', async () => {
    aws.setEnvironment({ AWS_REGION: undefined });
    const problem = await aws.problem();
    assert.equal(problem.code, 'aws.noRegion');
    assert.deepEqual(problem.action, { kind: 'openSetting', setting: 'aws.region' });
  });

  it('reads the region where Python’s SDK does, and the profile’s', async () => {
    aws.setEnvironment({ AWS_REGION: undefined });
    await createSecret(aws.moto, { Name: 'mlflow/auth', SecretString: 'canary-r' }, 'ap-south-1');
    aws.setEnvironment({ AWS_DEFAULT_REGION: 'ap-south-1' });
    assert.equal((await aws.fetch()).text.reveal(), 'canary-r');
    aws.setEnvironment({ AWS_DEFAULT_REGION: undefined });
    const key = 'aws_access_key_id=AKIAPROFILE\naws_secret_access_key=canary-profile-key';
    await aws.write('.aws/config', `[profile ml]\nregion=ap-south-1\n${key}\n`);
    assert.equal((await aws.fetch({ profile: 'ml' })).text.reveal(), 'canary-r');
  });

  it('names malformed settings before anything is called', async () => {
    const isMalformed = async (
      changes: Parameters<typeof aws.problem>[0],
      setting: string,
    ): Promise<void> => {
      const { code, action } = await aws.problem(changes);
      assert.equal(code, 'aws.malformedSetting');
      assert.deepEqual(action, { kind: 'openSetting', setting });
    };
    await isMalformed({ secretId: 'arn:aws:s3:::bucket' }, 'aws.secretId');
    await isMalformed({ secretId: 'two words' }, 'aws.secretId');
    await isMalformed({ roleArn: 'ml-reader' }, 'aws.roleArn');
    await isMalformed({ region: 'eu west' }, 'aws.region');
    await isMalformed({ endpoint: 'http://sm.example' }, 'aws.endpoint');
    assert.equal(aws.gateway.calls.length, 0);
  });

  it('calls no endpoint that only a profile names', async () => {
    const key = 'aws_access_key_id=AKIAPROFILE\naws_secret_access_key=canary-profile-key';
    const url = `endpoint_url=${aws.gateway.url}`;
    const role = { roleArn: 'arn:aws:iam::123456789012:role/ml' };
    for (const profile of [
      `[default]\n${key}\n${url}\n`,
      `[default]\n${key}\nservices=local\n[services local]\nsecrets_manager=\n  ${url}\nsts=\n  ${url}\n`,
    ]) {
      await aws.write('.aws/config', profile);
      for (const change of [{}, role]) {
        const problem = await aws.problem({ endpoint: undefined, ...change });
        assert.equal(problem.code, 'aws.endpointNotApproved');
        assert.deepEqual(problem.action, { kind: 'openSetting', setting: 'aws.endpoint' });
      }
    }
    assert.deepEqual(aws.gateway.calls, []);
  });

  it('calls the endpoint of the environment, which is approved as a part of the configuration', async () => {
    await createSecret(aws.moto, { Name: 'mlflow/auth', SecretString: 'canary-e' });
    aws.setEnvironment({ AWS_ENDPOINT_URL: aws.gateway.url });
    assert.equal((await aws.fetch({ endpoint: undefined })).text.reveal(), 'canary-e');
    // What was approved is called, whatever the environment has become.
    const approved = { endpoint: undefined, environmentEndpoint: 'https://other.invalid' };
    assert.equal((await aws.problem(approved)).code, 'aws.dns');
    aws.setEnvironment({ AWS_ENDPOINT_URL_STS: aws.gateway.url });
    const role = {
      roleArn: 'arn:aws:iam::123456789012:role/ml',
      environmentStsEndpoint: 'https://other.invalid',
    };
    assert.equal((await aws.problem(role)).code, 'aws.dns');
    assert.deepEqual(aws.gateway.actions(), ['GetSecretValue']);
  });

  it('ends promptly with the signal’s reason while the store hangs, and closes the connection', async () => {
    aws.gateway.answer = () => 'hang';
    const controller = new AbortController();
    const reason = new Error('disconnected');
    const work = aws.fetch({}, controller.signal);
    while (aws.gateway.calls.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    controller.abort(reason);
    await assert.rejects(work, reason);
    while (aws.gateway.givenUp === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    await assert.rejects(aws.fetch({}, AbortSignal.abort(reason)), reason);
    assert.equal(aws.gateway.calls.length, 1);
  });

  it('distinguishes refused connections, DNS failures and dropped connections', async () => {
    const refused = await aws.problem({ endpoint: 'http://127.0.0.1:9' });
    assert.equal(refused.code, 'aws.refused');
    assert.equal(refused.retry, 'automatic');
    assert.match(refused.message, /127\.0\.0\.1:9/);
    const dns = await aws.problem({ endpoint: 'https://no-such-host.invalid' });
    assert.equal(dns.code, 'aws.dns');
    aws.gateway.answer = () => 'drop';
    assert.equal((await aws.problem()).code, 'aws.dropped');
    assert.ok(aws.gateway.calls.length <= 2, 'retries are bounded');
  });

  it('trusts the user’s own authority for the store and for a role, and says so when it is missing', async () => {
    await createSecret(aws.moto, { Name: 'mlflow/auth', SecretString: 'canary-tls' });
    await createRole(aws.moto, 'reader', {
      trust: { Effect: 'Allow', Principal: '*', Action: 'sts:AssumeRole' },
      statements: [],
    });
    const { ca, key, cert } = await makeCertificates(aws.home, ['127.0.0.1']);
    const gateway = await Gateway.start(aws.moto, { key, cert });
    try {
      const changes = { endpoint: gateway.url, roleArn: `arn:aws:iam::${account}:role/reader` };
      const untrusted = await aws.problem(changes);
      assert.equal(untrusted.code, 'aws.tlsUntrusted');
      assert.equal(untrusted.retry, 'afterFix');
      const secret = await aws.fetch(changes, undefined, { extraCertificates: [ca] });
      assert.equal(secret.text.reveal(), 'canary-tls');
      assert.deepEqual(gateway.actions(), ['AssumeRole', 'GetSecretValue']);
    } finally {
      await gateway.stop();
    }
  });

  it('reads through a client that failed before, once the cause is gone', async () => {
    const source = createAwsSource(aws.configuration(), contextFor());
    const problem = await problemOf(source.fetch(fetchDeadline()));
    assert.equal(problem.code, 'aws.notFound');
    await createSecret(aws.moto, { Name: 'mlflow/auth', SecretString: 'canary-late' });
    assert.equal((await source.fetch(fetchDeadline())).text.reveal(), 'canary-late');
    await source.close({ revoke: false });
  });
});
