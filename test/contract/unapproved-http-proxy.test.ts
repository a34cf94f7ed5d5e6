import assert from 'node:assert/strict';
import type { CorporateProxy } from '../support/servers/corporate-proxy.ts';
import { startCorporateProxy } from '../support/servers/corporate-proxy.ts';
import { patchAsEditor } from '../support/servers/editor-network.ts';
import { account, createRole, createSecret, homeRegion } from '../support/servers/moto-account.ts';
import { foreignProxyVariables } from '../../src/network/http-proxy.ts';
import { Problem } from '../../src/problem.ts';
import { awsFixture } from './aws/fixture.ts';
import { json } from './aws/gateway.ts';
import { azureFixture } from './azure/fixture.ts';

/** What is approved is asked for with each request: the editor takes what a folder names at once. */
const unapproved = { isHttpProxyApproved: () => false };

async function codeOf(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => 'it was read',
    (error: unknown) => (error instanceof Problem ? error.code : String(error)),
  );
}

/** As an extension host whose folder has just named it. */
async function behind(
  hosts: Readonly<Record<string, number>>,
  use: (proxy: CorporateProxy) => Promise<void>,
): Promise<void> {
  const proxy = await startCorporateProxy({ hosts });
  const restore = patchAsEditor(proxy.url, 'override');
  try {
    await use(proxy);
  } finally {
    restore();
    await proxy.stop();
  }
}

/** Of both clouds, for what asks a machine who it is. */
const metadata = '169.254.169.254:80';

describe('An HTTP proxy that a folder has just named, and nobody has approved,', function () {
  this.timeout(60_000);

  describe('while AWS is asked,', () => {
    const aws = awsFixture();
    const endpoint = 'http://aws.company.example';
    const plain = { endpoint: undefined, environmentEndpoint: endpoint, environmentStsEndpoint: endpoint };
    const hosts = (): Record<string, number> => ({ 'aws.company.example:80': aws.gateway.port });

    it('reads no secret of an approved endpoint without TLS', async () => {
      aws.signInByEnvironment();
      await createSecret(aws.moto, { Name: 'mlflow/auth', SecretString: 'canary-plain' });
      await behind(hosts(), async ({ forwarded }) => {
        assert.equal((await aws.fetch(plain)).text.reveal(), 'canary-plain');
        const before = aws.gateway.calls.length;
        assert.equal(await codeOf(aws.fetch(plain, undefined, unapproved)), 'aws.httpProxy');
        assert.equal(aws.gateway.calls.length, before);
        assert.deepEqual([...forwarded.values()], [before]);
      });
    });

    it('gets nothing more of a fetch that is under way', async () => {
      aws.signInByEnvironment();
      await createSecret(aws.moto, { Name: 'mlflow/auth', SecretString: 'canary-plain' });
      const trust = { Effect: 'Allow', Principal: { AWS: '*' }, Action: 'sts:AssumeRole' };
      await createRole(aws.moto, 'reader', { trust, statements: [] });
      const roleArn = `arn:aws:iam::${account}:role/reader`;
      await behind(hosts(), async () => {
        const isHttpProxyApproved = (): boolean => aws.gateway.calls.length === 0;
        const fetched = aws.fetch({ ...plain, roleArn }, undefined, { isHttpProxyApproved });
        assert.equal(await codeOf(fetched), 'aws.httpProxy');
        assert.deepEqual(aws.gateway.actions(), ['AssumeRole']);
      });
    });

    it('is not shown the token of a container, nor asked who this machine is', async () => {
      aws.setEnvironment({
        AWS_REGION: homeRegion,
        AWS_CONTAINER_CREDENTIALS_FULL_URI: 'http://169.254.170.2/credentials',
        AWS_CONTAINER_AUTHORIZATION_TOKEN: 'canary-container',
      });
      aws.gateway.answer = () => json({ AccessKeyId: 'ASIATHEIRS', SecretAccessKey: 'canary-x', Token: 't' });
      const machine = { '169.254.170.2:80': aws.gateway.port, [metadata]: aws.gateway.port };
      await behind(machine, async ({ forwarded, refused }) => {
        assert.equal(await codeOf(aws.fetch({}, undefined, unapproved)), 'aws.httpProxy');
        aws.setEnvironment({
          AWS_CONTAINER_CREDENTIALS_FULL_URI: undefined,
          AWS_EC2_METADATA_DISABLED: undefined,
        });
        assert.equal(await codeOf(aws.fetch({}, undefined, unapproved)), 'aws.httpProxy');
        assert.deepEqual([[...forwarded], refused], [[], 0]);
      });
    });
  });

  describe('while Azure is asked,', () => {
    const azure = azureFixture();

    for (const signIn of ['managedIdentity', 'default'] as const) {
      it(`is not asked who this machine is: ${signIn}`, async () => {
        const { port } = azure.vault;
        const hosts = { [`mlflow.vault.azure.net:${port}`]: port, [metadata]: azure.tokens.port };
        await behind(hosts, async ({ forwarded, refused }) => {
          assert.equal(await codeOf(azure.fetch({ signIn }, unapproved)), 'azure.httpProxy');
          assert.deepEqual([[...forwarded], refused], [[], 0]);
        });
      });
    }

    for (const signIn of ['managedIdentity', 'default'] as const) {
      it(`is not asked that where a variable names it: ${signIn}`, async () => {
        const { port } = azure.vault;
        const hosts = { [`mlflow.vault.azure.net:${port}`]: port, [metadata]: azure.tokens.port };
        const proxy = await startCorporateProxy({ hosts });
        const own = { ...process.env };
        azure.setEnvironment({ HTTP_PROXY: proxy.url, NO_PROXY: 'vault.azure.net' });
        const isHttpProxyApproved = (): boolean => foreignProxyVariables(process.env, own).length === 0;
        try {
          assert.equal(await codeOf(azure.fetch({ signIn }, { isHttpProxyApproved })), 'azure.httpProxy');
          assert.deepEqual([[...proxy.forwarded], proxy.refused], [[], 0]);
        } finally {
          await proxy.stop();
        }
      });
    }
  });
});
