import assert from 'node:assert/strict';
import { awsSignInProblem, signInCommand } from '../../../../src/providers/aws/sign-in-problem.ts';
import { signInNetworkProblem } from '../../../../src/providers/aws/sign-in-service.ts';
import { cpuMs } from '../../../support/cpu-time.ts';

describe('AWS sign-in problems', () => {
  it('offers a command only for names that are one word in every shell', () => {
    for (const name of ['ml', 'ml-team', 'a.b@c', 'org/team:1', '0x+1']) {
      const { action } = signInCommand('aws sso login', name);
      assert.equal(action?.kind === 'runInTerminal' && action.command, `aws sso login --profile ${name}`);
    }
    const hostile = [
      '',
      '-x',
      '--no-verify',
      'a b',
      'a;b',
      'a&b',
      'a|b',
      '$(x)',
      '`x`',
      '%PATH%',
      'a\nb',
      '"a"',
    ];
    for (const name of [...hostile, "'a'", 'a,b', 'a=b', '!x', '~root', '#x', 'ü', '{a,b}', 'a>b']) {
      assert.equal(signInCommand('aws sso login', name).action, undefined, name);
    }
  });

  it('are found in little time, whatever a server or a program has said', () => {
    const words = 'ENOENT'.repeat(20_000);
    const spent = cpuMs(() => awsSignInProblem(new Error(words), 'ml', {}));
    assert.ok(spent < 200, `${spent} ms`);
  });

  it('runs the command without a profile where the default one is used', () => {
    const { action } = signInCommand('aws sso login', undefined);
    assert.equal(action?.kind === 'runInTerminal' && action.command, 'aws sso login');
  });

  const sentences = [
    // @aws-sdk/token-providers, credential-provider-sso
    [
      "Token is expired. To refresh this SSO session run 'aws sso login' with the corresponding profile.",
      'ssoExpired',
    ],
    ['The SSO session associated with this profile has expired.', 'ssoExpired'],
    ['UnauthorizedException: Session token not found or invalid', 'ssoExpired'],
    ['ForbiddenException: No access', 'ssoRoleDenied'],
    ['ResourceNotFoundException: The specified resource does not exist.', 'ssoRoleDenied'],
    [
      'Detected a cycle attempting to resolve credentials for profile ml. Profiles visited: b, ml',
      'signInFailed',
    ],
    // @aws-sdk/credential-provider-login
    ['Your session has expired. Please reauthenticate.', 'loginExpired'],
    ['Failed to load a token for session x, please re-authenticate using aws login', 'loginExpired'],
    // @aws-sdk/credential-provider-process
    ['Profile ml credential_process returned invalid JSON.', 'processFailed'],
    ['Command failed: vault read canary-argument', 'processFailed'],
    // @aws-sdk/credential-provider-ini
    [
      'Could not resolve credentials using profile: [ml] in configuration/credentials file(s).',
      'profileNotFound',
    ],
    ['canary: something new', 'signInFailed'],
  ] as const;
  for (const [sentence, code] of sentences) {
    it(`${code}: ${sentence.replaceAll('canary', 'secret').slice(0, 50)}`, () => {
      const problem = awsSignInProblem(new Error(sentence), 'ml', {});
      assert.equal(problem.code, `aws.${code}`);
      assert.equal(problem.retry, 'afterFix');
      assert.doesNotMatch(`${problem.message} ${problem.remedy} ${String(problem.cause)}`, /canary/);
    });
  }

  const passing = [
    ['TooManyRequestsException: slow', 'throttled'],
    ['Unknown: UnknownError', 'notAws'],
    ['SyntaxError: Unexpected token', 'notAws'],
  ] as const;
  for (const [sentence, code] of passing) {
    it(`is ${code}, which may pass, where single sign-on says "${sentence}"`, () => {
      const problem = awsSignInProblem(new Error(sentence), 'ml', {});
      assert.equal(problem.code, `aws.${code}`);
      assert.equal(problem.retry, 'automatic');
    });
  }

  const onTheWay = [
    ['TimeoutError: socket hang up', 'aws.dropped'],
    ['Error: connect ECONNREFUSED 127.0.0.1:443', 'aws.refused'],
    ['Error: getaddrinfo ENOTFOUND portal.sso.us-east-1.amazonaws.com', 'aws.dns'],
    ['Error: self-signed certificate in certificate chain', 'aws.tlsUntrusted'],
    ['Command failed: getkeys\nError: connect ECONNREFUSED 127.0.0.1:443', undefined],
    ['Error: something new', undefined],
  ] as const;
  for (const [sentence, code] of onTheWay) {
    it(`finds ${code ?? 'no trouble'} of the network in "${sentence.replace('\n', ' ')}"`, () => {
      assert.equal(signInNetworkProblem(new Error(sentence), undefined)?.code, code);
    });
  }

  it('names the profile of the environment', () => {
    const problem = awsSignInProblem(new Error('The SSO session has expired.'), undefined, {
      AWS_PROFILE: 'corp',
    });
    assert.match(problem.message, /"corp"/);
  });

  it('says which links of the chain had something', () => {
    const { message } = awsSignInProblem(
      new Error('Could not load credentials from any providers'),
      undefined,
      {
        AWS_ACCESS_KEY_ID: 'AKIA',
        AWS_CONFIG_FILE: '/etc/aws',
        AWS_EC2_METADATA_DISABLED: 'true',
      },
    );
    assert.match(message, /AWS_ACCESS_KEY_ID is set/);
    assert.match(message, /in \/etc\/aws/);
    assert.match(message, /disabled/);
  });
});
