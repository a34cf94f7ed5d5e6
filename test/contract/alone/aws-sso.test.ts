import assert from 'node:assert/strict';
import { createSecret, homeRegion } from '../../support/servers/moto-account.ts';
import { portalAnswer, ssoConfig, ssoTokenFile } from '../../support/servers/sso-portal.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { AttachedWindow, newPlace } from '../../support/proxy-process/attached-window.ts';
import { until } from '../../support/until.ts';
import { awsFixture } from '../aws/fixture.ts';
import { json } from '../aws/gateway.ts';
import { connectingTo, statusAt } from '../proxy/attached-proxy.ts';
import { RecordingUpstream } from '../proxy/recording-upstream.ts';
import { sessionToken } from '../proxy/test-proxy.ts';
import { loneProcesses, planOf } from './lone-process.ts';

/** The portal is a double, as moto has none: sso-portal.ts. */
describe('Without a window, a single sign-on session of AWS that ends', function () {
  this.timeout(60_000);
  const { start } = loneProcesses();
  const aws = awsFixture();
  const windows: AttachedWindow[] = [];
  let sessions = 0;
  let session: string;
  let isSignedIn: boolean;

  beforeEach(async () => {
    aws.setEnvironment({ AWS_REGION: homeRegion, AWS_ENDPOINT_URL_SSO: aws.gateway.url });
    await createSecret(aws.moto, { Name: 'mlflow/auth', SecretString: 'canary-value' });
    // The SDK remembers a session's name for the life of the process.
    sessions += 1;
    session = `ends-${sessions}`;
    await aws.write('.aws/config', ssoConfig(session));
    await signIn();
    aws.gateway.answer = ({ action }) => {
      const answer = portalAnswer(action);
      if (answer === undefined) return undefined;
      // Keys of an account that are asked for again each time, as at the end of their hour.
      if (isSignedIn) return json(withExpiration(answer, Date.now() + 1000));
      return {
        status: 401,
        headers: { 'content-type': 'application/json', 'x-amzn-errortype': 'UnauthorizedException' },
        body: '{"message":"Session token not found or invalid"}',
      };
    };
  });

  afterEach(async () => {
    for (const window of windows.splice(0)) await window.end();
  });

  /** What `aws sso login` leaves. */
  async function signIn(): Promise<void> {
    await writeToken(new Date(Date.now() + 8 * 3_600_000));
    isSignedIn = true;
  }

  async function sessionEnds(): Promise<void> {
    isSignedIn = false;
    await writeToken(new Date(Date.now() - 1000));
  }

  async function writeToken(expiresAt: Date): Promise<void> {
    const token = { accessToken: 'canary-sso-token', expiresAt: expiresAt.toISOString() };
    await aws.write(ssoTokenFile(session), JSON.stringify(token));
  }

  it('lets requests wait for the grace time, then says what to run, and a window that returns heals it', async () => {
    const upstream = await RecordingUpstream.start();
    try {
      const place = await newPlace();
      const first = await AttachedWindow.open(place, { aloneMs: 300 });
      windows.push(first);
      first.post(...connectingTo(upstream));
      const plan = planOf({
        source: aws.configuration({ profile: 'ml' }),
        homeFolder: aws.home,
        signInGraceMinutes: 0.05,
        ...{ ttlMs: 1000, maxStaleMs: 1000 },
      });
      first.proxy.post({ type: 'prepare', afterClose: { kind: 'whileInUse', hours: 1, plan } });
      assert.equal(await statusAt(first), 200);
      await first.proxy.leave();
      await until(
        () => aws.callOf('GetSecretValue') !== undefined,
        () => 'nothing was fetched',
      );
      await sessionEnds();
      const statuses: number[] = [];
      await until(
        async () => {
          const status = await statusAt(first);
          if (statuses.at(-1) !== status) statuses.push(status);
          return status === 424;
        },
        () => statuses.join(),
      );
      assert.deepEqual(statuses, [200, 503, 424]);
      const headers = { authorization: `Bearer ${sessionToken}` };
      const response = await fetch(`http://127.0.0.1:${first.port}/api/2.0/mlflow/x`, { headers });
      const { error_code: code, message } = (await response.json()) as Record<string, string>;
      assert.equal(code, 'INVALID_STATE');
      assert.match(message ?? '', /aws sso login --profile ml.*\(aws\.ssoExpired\)$/);
      const second = await AttachedWindow.open(place, { aloneMs: 300 });
      windows.push(second);
      assert.deepEqual([second.pid, second.port], [first.pid, first.port]);
      second.post(...connectingTo(upstream, 2));
      assert.equal(await statusAt(first), 200);
    } finally {
      await upstream.stop();
    }
  });

  it('is found by itself to have been signed in again in a terminal', async () => {
    const clock = new ManualClock(Date.now());
    const source = aws.configuration({ profile: 'ml' });
    const alone = await start({ source, homeFolder: aws.home, clock });
    await alone.using('Bearer canary-value');
    await sessionEnds();
    const { response } = await alone.unavailableWhenStale(clock, 'Bearer canary-value');
    assert.match(response.message, /aws sso login/);
    await signIn();
    await clock.advance(60_000);
    alone.need('missing');
    await alone.using('Bearer canary-value');
  });
});

function withExpiration(answer: object, expiration: number): object {
  const { roleCredentials } = answer as { roleCredentials: object };
  return { roleCredentials: { ...roleCredentials, expiration } };
}
