import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { createRole, createSecret, homeRegion } from '../../support/servers/moto-account.ts';
import { readWithBoto3, withAwsAtGateway } from './boto3.ts';
import { awsFixture, configurationInEnvironment, outcomeIn } from './fixture.ts';
import { json } from './gateway.ts';
import type { Answer, Call } from './gateway.ts';
import { identities, places } from './precedence-cases.ts';
import type { PrecedenceCase } from './precedence-cases.ts';

const regions = [homeRegion, 'eu-west-1', 'us-west-2'];
const inAnHour = (): Date => new Date(Date.now() + 3_600_000);

describe('What AWS’s variables and files mean here and to boto3', function () {
  this.timeout(60_000);
  const aws = awsFixture();

  beforeEach(async () => {
    for (const region of regions) {
      await createSecret(aws.moto, { Name: 'mlflow/auth', SecretString: 'canary-value' }, region);
    }
    const trust = { Effect: 'Allow', Principal: '*', Action: 'sts:AssumeRole' };
    for (const name of ['reader', 'other']) await createRole(aws.moto, name, { trust, statements: [] });
    aws.gateway.answer = otherServices;
  });

  /** Portal and container, which moto has not. */
  function otherServices({ action }: Call): Answer | undefined {
    const key = { AccessKeyId: 'ASIACONTAINER', SecretAccessKey: 'canary-container', Token: 'canary' };
    if (action === '/container') return json({ ...key, Expiration: inAnHour().toISOString() });
    if (!action.startsWith('/federation/credentials')) return undefined;
    const [accessKeyId, secretAccessKey, sessionToken] = ['ASIASSO', 'canary-sso-key', 'canary-sso-session'];
    return json({
      roleCredentials: { accessKeyId, secretAccessKey, sessionToken, expiration: inAnHour().getTime() },
    });
  }

  async function enter({
    environment = {},
    config,
    credentials,
    files = {},
    isSignedOn,
  }: PrecedenceCase): Promise<void> {
    const filled = (text: string): string =>
      text.replaceAll('{home}', aws.home).replaceAll('{gateway}', aws.gateway.url);
    const all = { '.aws/config': config, '.aws/credentials': credentials, token: 'canary-jwt', ...files };
    for (const [path, text] of Object.entries(all))
      if (text !== undefined) await aws.write(path, filled(text));
    aws.setEnvironment(
      Object.fromEntries(Object.entries(environment).map(([name, value]) => [name, filled(value)])),
    );
    if (isSignedOn) {
      const token = { accessToken: 'canary-sso-token', expiresAt: inAnHour().toISOString() };
      const name = createHash('sha1').update('precedence').digest('hex');
      await aws.write(`.aws/sso/cache/${name}.json`, JSON.stringify(token));
    }
  }

  /** What came of it, and the calls of AWS's services in their order; names that the SDKs make up themselves aside. */
  async function seen(read: () => Promise<string>): Promise<{ outcome: string; calls: readonly object[] }> {
    aws.gateway.calls.length = 0;
    const outcome = await read();
    return { outcome, calls: aws.gateway.calls.filter(isOfService).map(asCompared) };
  }

  async function compare(one: PrecedenceCase): Promise<void> {
    await enter(one);
    const python = await seen(async () => {
      const { secret, error } = await readWithBoto3(aws.gateway.url);
      return secret ?? error ?? '';
    });
    const ours = await seen(async () => {
      const read = async (): ReturnType<typeof outcomeIn> => outcomeIn(configurationInEnvironment());
      return (await withAwsAtGateway(aws.gateway.port, read)).outcome;
    });
    const { differs } = one;
    if (differs === undefined) {
      assert.deepEqual(ours.calls, python.calls);
      if (python.outcome === 'canary-value') assert.equal(ours.outcome, 'reads');
      else assert.match(ours.outcome, /^(?:aws|settings)\./);
    } else if ('code' in differs.here) {
      assert.equal(ours.outcome, differs.here.code);
      assert.equal(python.outcome, 'canary-value');
    } else {
      assert.equal(ours.outcome, 'reads');
      assert.match(
        JSON.stringify(ours.calls.at(-1)),
        new RegExp(`"key":"${differs.here.key.replace('*', '\\*')}"`),
      );
      assert.notDeepEqual(ours.calls, python.calls);
    }
  }

  describe('who one is', () => {
    beforeEach(() => aws.setEnvironment({ AWS_DEFAULT_REGION: homeRegion }));
    for (const one of identities) it(one.name, async () => compare(one));
  });

  describe('which server is asked', () => {
    for (const one of places) it(one.name, async () => compare(one));
  });
});

function isOfService({ action }: Call): boolean {
  return !action.startsWith('/') || action.startsWith('/federation');
}

function asCompared({ action, host, accessKeyId = '', region, sessionToken, body }: Call): object {
  // STS of moto makes up another key each time.
  const isMadeUp = /^ASIA\w{16}$/.test(accessKeyId);
  const sent = new URLSearchParams(action.startsWith('AssumeRole') ? body : '');
  const session = sent.get('RoleSessionName') ?? undefined;
  return {
    // Its parts have no order.
    action: action.replace(/\?.*/, ''),
    host,
    key: isMadeUp ? 'ASIA*' : accessKeyId,
    region,
    token: isMadeUp ? '*' : sessionToken,
    role: sent.get('RoleArn') ?? undefined,
    externalId: sent.get('ExternalId') ?? undefined,
    session: session !== undefined && /^(?:botocore|aws-sdk-js)-/.test(session) ? '*' : session,
  };
}
