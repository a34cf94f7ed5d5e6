import assert from 'node:assert/strict';
import { account, adminKey, createSecret, homeRegion } from '../../support/servers/moto-account.ts';
import { AttachedWindow, newPlace } from '../../support/proxy-process/attached-window.ts';
import { until } from '../../support/until.ts';
import { awsFixture } from '../aws/fixture.ts';
import type { Answer, Call } from '../aws/gateway.ts';
import { connectingTo, statusAt } from '../proxy/attached-proxy.ts';
import { RecordingUpstream } from '../proxy/recording-upstream.ts';
import { planOf } from './lone-process.ts';

/** From the SDK's five minutes before the end on, it asks for others. */
const early = 5 * 60_000;
/** How long keys of a role are used, and how long they are taken. */
const lifetimeMs = { used: 1000, taken: 3000 };

/** Sessions of a role are moto's for 15 minutes at least: those of seconds come from the gateway in front of it. */
describe('Without a window, the session of a role of AWS that ends', function () {
  this.timeout(60_000);
  const aws = awsFixture();

  it('is followed by others, for as long as the process goes on', async () => {
    const upstream = await RecordingUpstream.start();
    const window = await AttachedWindow.open(await newPlace(), { aloneMs: 300 });
    const sessions = new Map<string, number>();
    aws.gateway.answer = (call) => answerTo(call, sessions);
    aws.signInByEnvironment();
    await createSecret(aws.moto, { Name: 'mlflow/auth', SecretString: 'canary-value' });
    try {
      window.post(...connectingTo(upstream));
      const plan = planOf({
        source: aws.configuration({ roleArn: `arn:aws:iam::${account}:role/reader`, region: homeRegion }),
        homeFolder: aws.home,
        ...{ ttlMs: 600, maxStaleMs: 0 },
      });
      window.proxy.post({ type: 'prepare', afterClose: { kind: 'whileInUse', hours: 1, plan } });
      assert.equal(await statusAt(window), 200);
      await window.proxy.leave();
      const statuses = new Set<number>();
      const from = Date.now();
      await until(
        async () => {
          statuses.add(await statusAt(window));
          return Date.now() - from > 2 * lifetimeMs.taken && sessions.size >= 3;
        },
        () => `${sessions.size} sessions`,
      );
      assert.deepEqual([...statuses], [200]);
      const keysOf = (action: string): Set<string | undefined> =>
        new Set(aws.gateway.calls.filter((call) => call.action === action).map((call) => call.accessKeyId));
      assert.deepEqual(keysOf('AssumeRole'), new Set([adminKey.accessKeyId]));
      assert.ok(keysOf('GetSecretValue').size >= 3);
    } finally {
      await window.end();
      await upstream.stop();
    }
  });
});

/** `sessions`: since when there is each. */
function answerTo({ action, accessKeyId = '' }: Call, sessions: Map<string, number>): Answer | undefined {
  const now = Date.now();
  if (action === 'AssumeRole') {
    const key = `ASIASESSION${sessions.size}`;
    sessions.set(key, now);
    return { status: 200, headers: { 'content-type': 'text/xml' }, body: assumed(key, now) };
  }
  const since = sessions.get(accessKeyId);
  if (action !== 'GetSecretValue' || (since !== undefined && now - since < lifetimeMs.taken))
    return undefined;
  return {
    status: 400,
    headers: { 'content-type': 'application/x-amz-json-1.1' },
    body: JSON.stringify({ __type: 'ExpiredTokenException', message: 'The security token is expired' }),
  };
}

/** AWS STS API reference, AssumeRole. */
function assumed(key: string, now: number): string {
  const expiration = new Date(now + early + lifetimeMs.used).toISOString();
  return `<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><Credentials>
<AccessKeyId>${key}</AccessKeyId><SecretAccessKey>canary-session</SecretAccessKey>
<SessionToken>canary-session-token</SessionToken><Expiration>${expiration}</Expiration></Credentials><AssumedRoleUser>
<AssumedRoleId>AROAREADER:x</AssumedRoleId><Arn>arn:aws:sts::${account}:assumed-role/reader/x</Arn></AssumedRoleUser>
</AssumeRoleResult></AssumeRoleResponse>`;
}
