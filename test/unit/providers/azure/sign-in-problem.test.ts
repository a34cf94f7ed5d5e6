import assert from 'node:assert/strict';
import type { AzureConfiguration } from '../../../../src/providers/azure/configuration.ts';
import type { SignInResponse } from '../../../../src/providers/azure/credential.ts';
import type { FailedSignIn } from '../../../../src/providers/azure/entra-problem.ts';
import type { Problem } from '../../../../src/problem.ts';
import { azureSignInProblem, isSignInError } from '../../../../src/providers/azure/sign-in-problem.ts';

const configuration: AzureConfiguration = {
  provider: 'azure',
  vaultUrl: 'https://mlflow.vault.azure.net',
  secretName: 'mlflow',
  secretVersion: undefined,
  signIn: 'environment',
  cloud: 'public',
  tenantId: undefined,
  clientId: undefined,
  authorityHost: undefined,
  storeCertificates: undefined,
  variables: {},
};

const signInOf = (
  changes: Partial<AzureConfiguration> = {},
  signInResponse?: SignInResponse,
): FailedSignIn => ({
  configuration: { ...configuration, ...changes },
  signInResponse,
  now: 0,
  httpProxy: undefined,
});

function problemOf(message: string, changes: Partial<AzureConfiguration> = {}): Problem {
  const problem = azureSignInProblem(new Error(message), signInOf(changes));
  assert.doesNotMatch(`${problem.message} ${problem.remedy} ${String(problem.cause)}`, /canary/);
  assert.equal(problem.retry, 'afterFix');
  return problem;
}

describe('Azure sign-in problems', () => {
  // Microsoft Entra authentication and authorization error codes.
  const codes = [
    [7000215, 'clientSecretWrong'],
    [7000222, 'clientSecretExpired'],
    [700024, 'clockSkew'],
    [500133, 'clockSkew'],
    [700016, 'applicationUnknown'],
    [90002, 'tenantUnknown'],
    [53003, 'conditionalAccess'],
    [70043, 'signInExpired'],
    [50076, 'signInExpired'],
  ] as const;
  for (const [code, expected] of codes) {
    it(`AADSTS${code} is ${expected}`, () => {
      assert.equal(problemOf(`invalid: AADSTS${code}: for canary@corp.example`).code, `azure.${expected}`);
      assert.notEqual(problemOf(`AADSTS${code}99: another`).code, `azure.${expected}`);
    });
  }

  const refusals = [
    ['AuthenticationError', 'AADSTS50057: The user account is disabled.', 'signInRefused', /AADSTS50057/],
    ['AuthenticationError', 'something else', 'signInRefused', /refused the sign-in\./],
    ['AuthenticationError', 'AADSTS90055: throttled', 'throttled', /limiting/],
    ['CredentialUnavailableError', 'nothing is set', 'environmentIncomplete', /do not name/],
  ] as const;
  for (const [name, message, expected, words] of refusals) {
    it(`says of "${message}" that it is ${expected}, whatever this machine has to sign in with`, () => {
      const error = Object.assign(new Error(message), { name });
      const problem = azureSignInProblem(error, signInOf());
      assert.equal(problem.code, `azure.${expected}`);
      assert.match(problem.message, words);
    });
  }

  const responses = [
    [503, false, 'serverFault'],
    [429, true, 'throttled'],
    [200, false, 'notKeyVault'],
    [302, false, 'notKeyVault'],
    [400, true, 'signInRefused'],
  ] as const;
  for (const [status, isJson, expected] of responses) {
    it(`says of ${isJson ? 'JSON' : 'a page'} with status ${status} in place of a token that it is ${expected}`, () => {
      const error = Object.assign(new Error('endpoints_resolution_error'), { name: 'AuthenticationError' });
      const signIn = signInOf({}, { status, isJson, retryAfter: '7' });
      assert.equal(azureSignInProblem(error, signIn).code, `azure.${expected}`);
    });
  }

  const ofCli = [
    ["Please run 'az login' from a command prompt to authenticate", 'cliSignedOut'],
    ['Azure CLI could not be found.', 'cliMissing'],
    ["ModuleNotFoundError: No module named 'azure'", 'cliFailed'],
    ['Max retries exceeded with url: NameResolutionError', 'cliFailed'],
    ["No subscription found. Run 'az account set' to select a subscription.", 'cliFailed'],
  ] as const;
  for (const [message, expected] of ofCli) {
    it(`says of "${message}" of the Azure CLI that it is ${expected}`, () => {
      assert.equal(problemOf(message, { signIn: 'azureCli' }).code, `azure.${expected}`);
    });
  }

  it('signs in again with the configured tenant', () => {
    const { action } = problemOf('AADSTS700082: expired', { tenantId: 'corp.example' });
    assert.equal(action?.kind === 'runInTerminal' && action.command, 'az login --tenant corp.example');
  });

  it('finds the code of a link in the chain', () => {
    const links = [new Error('EnvironmentCredential is unavailable.'), new Error('AADSTS7000222: canary')];
    const error = Object.assign(new Error('chain'), { errors: links });
    assert.equal(
      azureSignInProblem(error, signInOf({ signIn: 'default' })).code,
      'azure.clientSecretExpired',
    );
  });

  it('names the links that were tried', () => {
    const links = ['EnvironmentCredential is unavailable.', 'Azure CLI could not be found.', 'canary'].map(
      (message) => new Error(message),
    );
    const error = Object.assign(new Error('chain'), { errors: links });
    const { message } = azureSignInProblem(error, signInOf({ signIn: 'default' }));
    assert.match(message, /Tried: environment .*; Azure CLI \(not installed\)\.$/);
  });

  it('takes only the identity library’s errors as sign-in errors', () => {
    assert.equal(isSignInError(Object.assign(new Error('x'), { name: 'CredentialUnavailableError' })), true);
    assert.equal(isSignInError(Object.assign(new Error('x'), { name: 'RestError' })), false);
    assert.equal(isSignInError({ name: 'AuthenticationError' }), false);
  });
});
