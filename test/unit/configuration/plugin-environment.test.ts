import assert from 'node:assert/strict';
import fc from 'fast-check';
import { readPluginEnvironment } from '../../../src/configuration/plugin-environment.ts';
import { readValues } from '../../../src/settings/setting-values.ts';
import type { SettingKey } from '../../../src/settings/manifest.ts';

type Environment = Record<string, string | undefined>;

function valueOf(environment: Environment, key: SettingKey): unknown {
  return readPluginEnvironment(environment).values[key]?.value;
}

function problemsOf(environment: Environment): string[] {
  return readPluginEnvironment(environment).problems.map((problem) => problem.message);
}

describe('variables of the Python plugin', () => {
  const rows: readonly [variable: string, value: string, key: SettingKey, expected: unknown][] = [
    ['MLFLOW_AUTH_HEADER_NAME', 'X-Auth', 'header.name', 'X-Auth'],
    ['MLFLOW_SECRETS_ALLOWED_HOSTS', 'a.example, *.b.example,', 'allowedHosts', ['a.example', '*.b.example']],
    ['VAULT_ADDR', 'https://vault.example:8200', 'vault.address', 'https://vault.example:8200'],
    ['VAULT_ROLE_ID', 'role-1', 'vault.roleId', 'role-1'],
    ['VAULT_NAMESPACE', 'team/a', 'vault.namespace', 'team/a'],
    ['MLFLOW_VAULT_SECRET_PATH', 'secret/data/mlflow/auth', 'vault.path', 'secret/data/mlflow/auth'],
    ['AWS_REGION', 'eu-west-1', 'aws.region', 'eu-west-1'],
    ['AWS_DEFAULT_REGION', 'eu-west-2', 'aws.region', 'eu-west-2'],
    ['AWS_PROFILE', 'ml', 'aws.profile', 'ml'],
    ['AWS_ROLE_SESSION_NAME', 'nightly', 'aws.roleSessionName', 'nightly'],
    ['MLFLOW_AWS_SECRET_ID', 'mlflow/auth', 'aws.secretId', 'mlflow/auth'],
    ['MLFLOW_AWS_SECRET_NAME', 'mlflow/auth', 'aws.secretId', 'mlflow/auth'],
    ['MLFLOW_AWS_SECRET_VERSION', 'AWSPREVIOUS', 'aws.versionStage', 'AWSPREVIOUS'],
    [
      'MLFLOW_AWS_SECRET_VERSION',
      '9d4cb84b-ad69-40c0-a0ab-cead36b967e8',
      'aws.versionId',
      '9d4cb84b-ad69-40c0-a0ab-cead36b967e8',
    ],
    ['AZURE_KEY_VAULT_URL', 'https://v.vault.azure.net/', 'azure.vaultUrl', 'https://v.vault.azure.net/'],
    [
      'MLFLOW_AZURE_KEY_VAULT_URL',
      'https://v.vault.azure.net',
      'azure.vaultUrl',
      'https://v.vault.azure.net',
    ],
    ['MLFLOW_AZURE_SECRET_NAME', 'mlflow', 'azure.secretName', 'mlflow'],
    ['MLFLOW_AZURE_SECRET_VERSION', 'abc', 'azure.secretVersion', 'abc'],
  ];
  for (const [variable, value, key, expected] of rows) {
    it(`${variable}=${value} is ${key}, with its origin`, () => {
      const found = readPluginEnvironment({ [variable]: ` ${value} ` }).values[key];
      assert.deepEqual(found, { value: expected, origin: { kind: 'environment', variable } });
    });
  }

  it('says nothing when nothing is set, or only blanks', () => {
    const empty = { values: {}, enabled: undefined, problems: [] };
    const perProvider = { vault: {}, aws: {}, azure: {} };
    assert.deepEqual(readPluginEnvironment({}), { ...empty, perProvider });
    assert.deepEqual(readPluginEnvironment({ VAULT_ADDR: '  ', MLFLOW_VAULT_TTL_SEC: '' }), {
      ...empty,
      perProvider,
    });
  });

  it('signs in with AppRole only where no token is set', () => {
    assert.equal(valueOf({ VAULT_ROLE_ID: 'r' }, 'vault.authMethod'), 'approle');
    assert.equal(valueOf({ VAULT_ROLE_ID: 'r', VAULT_TOKEN: 'canary' }, 'vault.authMethod'), undefined);
  });

  it('leaves the role of a web identity to the SDK, and says that it assumes no other', () => {
    const role = { AWS_ROLE_ARN: 'arn:aws:iam::123456789012:role/r' };
    const web = { ...role, AWS_WEB_IDENTITY_TOKEN_FILE: '/t' };
    for (const environment of [role, web]) assert.equal(valueOf(environment, 'aws.roleArn'), undefined);
    assert.deepEqual(problemsOf(web), []);
    assert.match(problemsOf(role)[0]!, /AWS_ROLE_ARN is ignored .*set mlflowSecretsAuth\.aws\.roleArn/);
  });

  it('never holds a secret', () => {
    const secrets = {
      VAULT_TOKEN: 'canary-token',
      VAULT_SECRET_ID: 'canary-secret-id',
      AWS_SECRET_ACCESS_KEY: 'canary-key',
      AWS_SESSION_TOKEN: 'canary-session',
      AZURE_CLIENT_SECRET: 'canary-client',
    };
    assert.doesNotMatch(JSON.stringify(readPluginEnvironment({ ...secrets, VAULT_ROLE_ID: 'r' })), /canary/);
  });

  it('keeps mode and TTL of each store apart', () => {
    const { perProvider } = readPluginEnvironment({
      MLFLOW_VAULT_AUTH_MODE: 'BASIC',
      MLFLOW_AWS_AUTH_MODE: 'bearer',
      MLFLOW_AZURE_TTL_SEC: '60',
    });
    assert.equal(perProvider.vault?.['auth.mode']?.value, 'basic');
    assert.equal(perProvider.aws?.['auth.mode']?.value, 'bearer');
    assert.equal(perProvider.azure?.['cache.ttlSeconds']?.value, 60);
    assert.deepEqual(Object.keys(perProvider.azure ?? {}), ['cache.ttlSeconds']);
  });

  for (const [text, expected] of [
    ['0', 1],
    ['-5', 1],
    ['86401', 86_400],
    ['300', 300],
  ] as const) {
    it(`brings a TTL of ${text} into 1 to 86400`, () => {
      const { perProvider } = readPluginEnvironment({ MLFLOW_AWS_TTL_SEC: text });
      assert.equal(perProvider.aws?.['cache.ttlSeconds']?.value, expected);
      assert.equal(problemsOf({ MLFLOW_AWS_TTL_SEC: text }).length, text === '300' ? 0 : 1);
    });
  }

  it('puts list before switches, each in order, and names the variables', () => {
    const { enabled } = readPluginEnvironment({
      MLFLOW_SECRETS_AUTH_ENABLE: 'Azure-Key-Vault, vault',
      MLFLOW_SECRETS_AUTH_ENABLE_AWS_SECRETS_MANAGER: 'Yes',
      MLFLOW_SECRETS_AUTH_ENABLE_VAULT: '0',
    });
    assert.deepEqual(enabled, {
      providers: ['azure', 'vault', 'aws'],
      variables: ['MLFLOW_SECRETS_AUTH_ENABLE', 'MLFLOW_SECRETS_AUTH_ENABLE_AWS_SECRETS_MANAGER'],
    });
  });

  it('names each value that it cannot use', () => {
    assert.match(
      problemsOf({ AZURE_KEY_VAULT_URL: 'http://v.vault.azure.net' })[0]!,
      /^AZURE_KEY_VAULT_URL .*https/,
    );
    assert.match(problemsOf({ MLFLOW_VAULT_TTL_SEC: 'soon' })[0]!, /^MLFLOW_VAULT_TTL_SEC .*whole number/);
    assert.match(
      problemsOf({ MLFLOW_SECRETS_LOG_LEVEL: 'loud' })[0]!,
      /^MLFLOW_SECRETS_LOG_LEVEL has no effect here/,
    );
    assert.match(problemsOf({ MLFLOW_SECRETS_AUTH_ENABLE: 'gcp' })[0]!, /^MLFLOW_SECRETS_AUTH_ENABLE /);
    assert.match(
      problemsOf({ MLFLOW_SECRETS_AUTH_ENABLE_VAULT: 'maybe' })[0]!,
      /^MLFLOW_SECRETS_AUTH_ENABLE_VAULT /,
    );
    const both = { MLFLOW_AWS_SECRET_ID: 'a', MLFLOW_AWS_SECRET_NAME: 'b' };
    assert.match(problemsOf(both)[0]!, /^MLFLOW_AWS_SECRET_NAME .*differs from MLFLOW_AWS_SECRET_ID/);
    assert.equal(valueOf(both, 'aws.secretId'), 'a');
  });

  it('has a wrong mode named under its variable when settings are read', () => {
    const { perProvider } = readPluginEnvironment({ MLFLOW_VAULT_AUTH_MODE: 'digest' });
    const [problem] = readValues([perProvider.vault ?? {}]).problems;
    assert.match(problem!.message, /^MLFLOW_VAULT_AUTH_MODE must be one of auto, bearer, basic/);
  });

  it('reads any environment without throwing', () => {
    const names = fc.constantFrom(
      ...rows.map(([variable]) => variable),
      'MLFLOW_SECRETS_AUTH_ENABLE',
      'MLFLOW_VAULT_TTL_SEC',
      'MLFLOW_AZURE_AUTH_MODE',
      'MLFLOW_SECRETS_LOG_LEVEL',
    );
    fc.assert(
      fc.property(fc.dictionary(names, fc.string()), (environment) => {
        readPluginEnvironment(environment);
      }),
    );
  });
});
