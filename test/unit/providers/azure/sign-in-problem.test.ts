import assert from 'node:assert/strict';
import type { AzureConfiguration } from '../../../../src/providers/azure/configuration.ts';
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
};

function problemOf(message: string, changes: Partial<AzureConfiguration> = {}): Problem {
  const problem = azureSignInProblem(new Error(message), { ...configuration, ...changes });
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

  it('signs in again with the configured tenant', () => {
    const { action } = problemOf('AADSTS700082: expired', { tenantId: 'corp.example' });
    assert.equal(action?.kind === 'runInTerminal' && action.command, 'az login --tenant corp.example');
  });

  it('finds the code of a link in the chain', () => {
    const links = [new Error('EnvironmentCredential is unavailable.'), new Error('AADSTS7000222: canary')];
    const error = Object.assign(new Error('chain'), { errors: links });
    assert.equal(
      azureSignInProblem(error, { ...configuration, signIn: 'default' }).code,
      'azure.clientSecretExpired',
    );
  });

  it('names the links that were tried', () => {
    const links = ['EnvironmentCredential is unavailable.', 'Azure CLI could not be found.', 'canary'].map(
      (message) => new Error(message),
    );
    const error = Object.assign(new Error('chain'), { errors: links });
    const { message } = azureSignInProblem(error, { ...configuration, signIn: 'default' });
    assert.match(message, /Tried: environment .*; Azure CLI \(not installed\)\.$/);
  });

  it('takes only the identity library’s errors as sign-in errors', () => {
    assert.equal(isSignInError(Object.assign(new Error('x'), { name: 'CredentialUnavailableError' })), true);
    assert.equal(isSignInError(Object.assign(new Error('x'), { name: 'RestError' })), false);
    assert.equal(isSignInError({ name: 'AuthenticationError' }), false);
  });
});
