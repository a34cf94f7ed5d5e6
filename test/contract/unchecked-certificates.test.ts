import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Problem } from '../../src/problem.ts';
import { ScopedEnvironment } from '../support/scoped-environment.ts';
import { makeCertificates } from '../support/servers/certificates.ts';
import { account, createRole, createSecret } from '../support/servers/moto-account.ts';
import { runFolder } from '../support/servers/run-folder.ts';
import { ssoConfig, ssoTokenFile } from '../support/servers/sso-portal.ts';
import { awsFixture, configurationInEnvironment } from './aws/fixture.ts';
import { Gateway, json } from './aws/gateway.ts';
import { azureFixture } from './azure/fixture.ts';
import { RecordingStore } from './recording-store.ts';
import { Bootstrap, vaultSources } from './vault/fixture.ts';

async function codeOf(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => 'it was read',
    (error: unknown) => (error instanceof Problem ? error.code : String(error)),
  );
}

/** Whoever stands in the place of a store has a certificate, but one that nobody vouches for. */
describe('With NODE_TLS_REJECT_UNAUTHORIZED=0, a server with a certificate that is not trusted', function () {
  this.timeout(60_000);
  let environment: ScopedEnvironment;
  beforeEach(() => {
    environment = new ScopedEnvironment(/^$/);
    environment.set({ NODE_TLS_REJECT_UNAUTHORIZED: '0' });
  });
  afterEach(() => environment.restore());

  describe('in the place of Vault', () => {
    const { read } = vaultSources();

    it('gets nothing', async () => {
      const store = await RecordingStore.start(
        await makeCertificates(await runFolder('unchecked'), ['127.0.0.1']),
      );
      try {
        const bootstrap = new Bootstrap({ 'vault.token': 'canary-token' });
        const configuration = { address: `https://127.0.0.1:${store.port}` };
        assert.equal(await codeOf(read({ configuration, bootstrap })), 'vault.tlsUntrusted');
        assert.deepEqual(store.requests, []);
      } finally {
        await store.stop();
      }
    });
  });

  describe('in the place of AWS', () => {
    const aws = awsFixture();
    let other: Gateway;
    beforeEach(async () => {
      const folder = join(aws.home, 'certificates');
      await mkdir(folder);
      other = await Gateway.start(aws.moto, await makeCertificates(folder, ['127.0.0.1']));
      await createSecret(aws.moto, { Name: 'mlflow/auth', SecretString: 'canary-value' });
    });
    afterEach(async () => other.stop());

    it('gets nothing as Secrets Manager', async () => {
      aws.signInByEnvironment();
      assert.equal(await codeOf(aws.fetch({ endpoint: other.url })), 'aws.tlsUntrusted');
      assert.deepEqual(other.calls, []);
    });

    it('gets nothing as STS', async () => {
      const trust = { Effect: 'Allow', Principal: '*', Action: 'sts:AssumeRole' };
      await createRole(aws.moto, 'reader', { trust, statements: [] });
      aws.signInByEnvironment();
      const roleArn = `arn:aws:iam::${account}:role/reader`;
      aws.setEnvironment({ AWS_ENDPOINT_URL_STS: other.url });
      assert.match(await codeOf(aws.fetch({ roleArn })), /^aws\./);
      assert.deepEqual(other.calls, []);
    });

    it('gets nothing as the portal of single sign-on', async () => {
      await aws.write('.aws/config', ssoConfig('unchecked'));
      const expiresAt = new Date(Date.now() + 3_600_000).toISOString();
      await aws.write(ssoTokenFile('unchecked'), JSON.stringify({ accessToken: 'canary-sso', expiresAt }));
      aws.setEnvironment({ AWS_ENDPOINT_URL_SSO: other.url });
      assert.match(await codeOf(aws.fetch({ profile: 'ml' })), /^aws\./);
      assert.deepEqual(other.calls, []);
    });

    it('gets nothing as the container that signs in', async () => {
      aws.setEnvironment({
        AWS_REGION: 'eu-west-1',
        AWS_CONTAINER_CREDENTIALS_FULL_URI: `${other.url}/credentials`,
        AWS_CONTAINER_AUTHORIZATION_TOKEN: 'canary-container',
      });
      other.answer = () => json({ AccessKeyId: 'ASIATHEIRS', SecretAccessKey: 'canary-x', Token: 't' });
      assert.match(await codeOf(aws.fetch()), /^aws\./);
      assert.deepEqual(other.calls, []);
    });
  });

  describe('in the place of Azure', () => {
    const azure = azureFixture();

    for (const signIn of ['environment', 'default'] as const) {
      it(`gets nothing: ${signIn}`, async () => {
        azure.signInByEnvironment();
        assert.equal(await codeOf(azure.fetch({ signIn }, { extraCertificates: [] })), 'azure.tlsUntrusted');
        assert.deepEqual([azure.vault.requests, azure.tokens.calls], [[], []]);
      });
    }
  });
});

interface Files {
  readonly home: string;
  readonly config: string;
}

describe('A variable that changes while a connection stands', function () {
  this.timeout(60_000);

  describe('for AWS', () => {
    const aws = awsFixture();

    it('shows a container’s token to no address that a variable names after the approval', async () => {
      aws.setEnvironment({ AWS_REGION: 'eu-west-1', AWS_CONTAINER_AUTHORIZATION_TOKEN: 'canary-container' });
      const approved = configurationInEnvironment();
      aws.setEnvironment({ AWS_CONTAINER_CREDENTIALS_FULL_URI: `${aws.gateway.url}/credentials` });
      assert.equal(await codeOf(aws.fetch(approved)), 'settings.notApproved');
      assert.deepEqual(aws.gateway.calls, []);
    });

    it('shows it to no address that is made of the fixed one, by what is written behind that', async () => {
      aws.setEnvironment({
        AWS_REGION: 'eu-west-1',
        AWS_CONTAINER_AUTHORIZATION_TOKEN: 'canary-container',
        AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: `@127.0.0.1:${aws.gateway.port}/credentials`,
      });
      assert.equal(await codeOf(aws.fetch()), 'aws.endpointNotApproved');
      assert.deepEqual(aws.gateway.calls, []);
    });

    for (const name of ['AWS_REGION', 'AWS_DEFAULT_REGION', 'AWS_PROFILE']) {
      it(`has no secret of another region or profile read: ${name}`, async () => {
        const region = 'ap-south-1';
        await aws.write('.aws/config', `[default]\n[profile ${region}]\nregion = ${region}\n`);
        aws.signInByEnvironment();
        aws.setEnvironment({ AWS_REGION: undefined });
        const approved = configurationInEnvironment();
        aws.setEnvironment({ [name]: region });
        assert.equal(await codeOf(aws.fetch(approved)), 'settings.notApproved');
        assert.deepEqual(aws.gateway.calls, []);
      });
    }

    for (const [what, change] of [
      ['in another home folder', ({ home }) => ({ HOME: join(home, 'other') })],
      ['whose name differs by a blank', ({ config }) => ({ AWS_CONFIG_FILE: `${config} ` })],
    ] as const satisfies readonly (readonly [string, (files: Files) => Readonly<Record<string, string>>])[]) {
      it(`runs no program of an AWS configuration ${what}`, async () => {
        const started = join(aws.home, 'started');
        const hostile = `[default]\nregion = eu-west-1\ncredential_process = touch ${started}\n`;
        const config = await aws.write('config', '[default]\nregion = eu-west-1\n');
        await aws.write('config ', hostile);
        await aws.write('other/.aws/config', hostile);
        aws.setEnvironment(what.includes('home') ? {} : { AWS_CONFIG_FILE: config });
        const approved = configurationInEnvironment();
        aws.setEnvironment(change({ home: aws.home, config }));
        assert.equal(await codeOf(aws.fetch(approved)), 'settings.notApproved');
        assert.ok(!existsSync(started));
      });
    }
  });

  describe('for Azure', () => {
    const azure = azureFixture();

    it('has no token made for another identity', async () => {
      azure.signInByEnvironment();
      const { variables } = azure.configuration({ variables: { AZURE_CLIENT_ID: 'the approved one' } });
      assert.equal(await codeOf(azure.fetch({ variables })), 'settings.notApproved');
      assert.deepEqual(azure.tokens.calls, []);
    });
  });
});
