import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { aws as awsProvider } from '../../../src/providers/aws/provider.ts';
import { createAwsSource } from '../../../src/providers/aws/source.ts';
import { FedConnection } from '../../support/fed-connection.ts';
import { awsFixture, contextFor } from './fixture.ts';
import { json } from './gateway.ts';
import { createSecret, homeRegion } from '../../support/servers/moto-account.ts';
import { portalAnswer, ssoConfig, ssoTokenFile } from '../../support/servers/sso-portal.ts';

describe('AWS Secrets Manager: single sign-on', function () {
  this.timeout(60_000);
  const aws = awsFixture();
  beforeEach(async () => {
    aws.setEnvironment({ AWS_REGION: homeRegion });
    await createSecret(aws.moto, { Name: 'mlflow/auth', SecretString: 'canary-value' });
  });

  /** The file that `aws sso login` leaves; the SDK remembers a session's name for the life of the process. */
  async function signedOn(expiresAt: Date, session = 'corp', more = {}): Promise<string> {
    await aws.write('.aws/config', ssoConfig(session));
    const token = { accessToken: 'canary-sso-token', expiresAt: expiresAt.toISOString(), ...more };
    aws.setEnvironment({ AWS_ENDPOINT_URL_SSO: aws.gateway.url });
    return aws.write(ssoTokenFile(session), JSON.stringify(token));
  }
  const inAnHour = (): Date => new Date(Date.now() + 3_600_000);

  it('reads with the session that the terminal signed in', async () => {
    await signedOn(inAnHour());
    portalAnswers();
    assert.equal(await aws.keyUsed({ profile: 'ml' }), 'ASIASSO');
  });

  for (const [what, file] of [
    ['by its own line', (url: string) => `endpoint_url=${url}\n`],
    [
      'by its services',
      (url: string) =>
        `services=x\n[services x]\nsso =\n  endpoint_url = ${url}\nsso_oidc =\n  endpoint_url = ${url}\n`,
    ],
  ] as const) {
    it(`shows the token of the terminal’s sign-in to no portal that only a profile names, ${what}`, async () => {
      const session = `only-named-${what.length}`;
      for (const more of [
        {},
        { clientId: 'client', clientSecret: 'canary-sso-client', refreshToken: 'canary-refresh' },
      ]) {
        const inAMinute = new Date(Date.now() + 60_000);
        await signedOn('clientId' in more ? inAMinute : inAnHour(), session, more);
        aws.setEnvironment({ AWS_ENDPOINT_URL_SSO: undefined });
        // Clients that the SDK makes by itself take what the default profile says.
        await aws.write('.aws/config', `${ssoConfig(session)}[default]\n${file(aws.gateway.url)}`);
        portalAnswers();
        const problem = await aws.problem({ profile: 'ml' });
        assert.deepEqual(aws.gateway.calls, []);
        assert.equal(problem.code, 'aws.endpointNotApproved');
      }
    });
  }

  function portalAnswers(): void {
    aws.gateway.answer = ({ action }) => {
      const answer = portalAnswer(action);
      return answer && json(answer);
    };
  }

  it('refreshes the session with the refresh token of the terminal’s sign-in', async () => {
    const file = await signedOn(new Date(Date.now() + 60_000), 'refreshed', {
      clientId: 'client',
      clientSecret: 'canary-sso-client',
      refreshToken: 'canary-refresh',
    });
    // moto has no token service; its answers follow the IAM Identity Center OIDC API reference, CreateToken.
    aws.setEnvironment({ AWS_ENDPOINT_URL_SSO_OIDC: aws.gateway.url });
    portalAnswers();
    const portal = aws.gateway.answer;
    aws.gateway.answer = (call) =>
      call.action === '/token'
        ? json({ accessToken: 'canary-sso-new', expiresIn: 3600, refreshToken: 'canary-refresh-2' })
        : portal?.(call);
    assert.equal(await aws.keyUsed({ profile: 'ml' }), 'ASIASSO');
    const asked = JSON.parse(aws.callOf('/token')?.body ?? '{}') as Record<string, unknown>;
    assert.deepEqual([asked['grantType'], asked['refreshToken']], ['refresh_token', 'canary-refresh']);
    const portalCall = aws.gateway.calls.find(({ action }) => action.startsWith('/federation/credentials'));
    assert.equal(portalCall?.ssoToken, 'canary-sso-new');
    // Kept where the terminal finds it, too.
    assert.match(await readFile(file, 'utf8'), /canary-sso-new.*canary-refresh-2/s);
  });

  it('offers aws sso login when it cannot be refreshed', async () => {
    await signedOn(new Date(Date.now() - 60_000), 'refused', {
      clientId: 'client',
      clientSecret: 'canary-sso-client',
      refreshToken: 'canary-refresh',
    });
    aws.setEnvironment({ AWS_ENDPOINT_URL_SSO_OIDC: aws.gateway.url });
    aws.gateway.answer = ({ action }) =>
      action === '/token'
        ? { ...json({ error: 'invalid_grant', error_description: 'canary: expired' }), status: 400 }
        : undefined;
    const problem = await aws.problem({ profile: 'ml' });
    assert.equal(problem.code, 'aws.ssoExpired');
    assert.equal(problem.action?.kind, 'runInTerminal');
  });

  it('offers aws sso login when the session has expired', async () => {
    await signedOn(new Date(Date.now() - 1000));
    const problem = await aws.problem({ profile: 'ml' });
    assert.equal(problem.code, 'aws.ssoExpired');
    assert.equal(problem.retry, 'afterFix');
    assert.deepEqual(problem.action, {
      kind: 'runInTerminal',
      command: 'aws sso login --profile ml',
      label: 'Run aws sso login',
    });
  });

  it('comes back by itself once the terminal has signed in again', async () => {
    await signedOn(new Date(Date.now() - 1000));
    portalAnswers();
    const configuration = aws.configuration({ profile: 'ml' });
    const places = { environment: process.env, homeFolder: aws.home };
    const files = awsProvider.signInFiles(configuration, places);
    const connection = new FedConnection(createAwsSource(configuration, contextFor()), files);
    try {
      assert.equal(await connection.start(), 'aws.ssoExpired');
      await signedOn(inAnHour());
      const ms = await connection.served();
      assert.ok(ms < 10_000, `${ms} ms`);
    } finally {
      await connection.close();
    }
  });

  it('offers aws sso login when nobody has signed in, and when the portal rejects the token', async () => {
    await aws.write(
      '.aws/config',
      `[profile ml]\nsso_session=none\nsso_account_id=1\nsso_role_name=r\n` +
        `[sso-session none]\nsso_start_url=https://corp.example\nsso_region=${homeRegion}\n`,
    );
    assert.equal((await aws.problem({ profile: 'ml' })).code, 'aws.ssoExpired');
    await signedOn(inAnHour());
    aws.gateway.answer = ({ action }) =>
      action.startsWith('/federation/credentials')
        ? {
            status: 401,
            headers: { 'content-type': 'application/json', 'x-amzn-errortype': 'UnauthorizedException' },
            body: '{"message":"Session token not found or invalid"}',
          }
        : undefined;
    assert.equal((await aws.problem({ profile: 'ml' })).code, 'aws.ssoExpired');
  });
});
