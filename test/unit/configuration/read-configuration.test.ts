import assert from 'node:assert/strict';
import type { ConnectionConfiguration } from '../../../src/configuration/configuration.ts';
import { readConfiguration } from '../../../src/configuration/read-configuration.ts';
import type {
  ConfigurationInput,
  ConfigurationResult,
} from '../../../src/configuration/read-configuration.ts';
import { failedStorage } from '../../../src/vscode/storage-problems.ts';
import type { SettingKey } from '../../../src/settings/manifest.ts';

const server = { trackingUri: 'https://mlflow.company.com' };
const vault = { 'vault.address': 'https://vault.company.com:8200', 'vault.path': 'secret/mlflow' };

async function read(
  settings: Partial<Record<SettingKey, unknown>>,
  more: Partial<Pick<ConfigurationInput, 'environment' | 'hasBootstrap'>> = {},
): Promise<ConfigurationResult> {
  const entries = Object.entries(settings).map(([key, value]) => [
    key,
    { value, origin: { kind: 'workspace' } },
  ]);
  return readConfiguration({
    settings: Object.fromEntries(entries) as ConfigurationInput['settings'],
    environment: {},
    hasBootstrap: async () => Promise.resolve(false),
    ...more,
  });
}

function assertHas(source: object, expected: object): void {
  assert.deepEqual({ ...source, ...expected }, source);
}

async function ready(...args: Parameters<typeof read>): Promise<ConnectionConfiguration> {
  const result = await read(...args);
  assert.equal(result.kind, 'ready', JSON.stringify(result));
  return result.configuration;
}

describe('the whole configuration', () => {
  it('asks for everything when nothing is set', async () => {
    const result = await read({});
    assert.ok(result.kind === 'incomplete');
    assert.deepEqual(result.missing, ['trackingUri', 'provider']);
  });

  it('is complete with a server and a source', async () => {
    const { tracking, source, authMode, headerName } = await ready({
      ...server,
      ...vault,
      provider: 'vault',
    });
    assert.deepEqual(tracking, { origin: 'https://mlflow.company.com', basePath: '' });
    assertHas(source, { provider: 'vault', path: 'secret/mlflow', authMethod: 'token' });
    assert.deepEqual([authMode, headerName], ['auto', 'Authorization']);
  });

  it('connects a user of the Python plugin by the variables alone', async () => {
    const environment = {
      VAULT_ADDR: 'https://vault.company.com:8200',
      MLFLOW_VAULT_SECRET_PATH: 'secret/data/mlflow/auth',
      VAULT_ROLE_ID: 'role',
      MLFLOW_VAULT_AUTH_MODE: 'basic',
      MLFLOW_VAULT_TTL_SEC: '60',
      MLFLOW_SECRETS_AUTH_ENABLE: 'vault',
    };
    const configuration = await ready(server, { environment });
    assertHas(configuration.source, { provider: 'vault', authMethod: 'approle' });
    assert.equal(configuration.authMode, 'basic');
    assert.equal(configuration.cache.ttlSeconds, 60);
  });

  it('says what "auto" chose, why, and what it skipped', async () => {
    const result = await read({ ...server, 'aws.secretId': 'mlflow' });
    assert.ok(result.kind === 'ready');
    const [notice, skipped] = result.notices;
    assert.match(
      notice ?? '',
      /"auto" chose aws: mlflowSecretsAuth\.aws\.secretId is set in the workspace settings\./,
    );
    assert.equal(
      skipped,
      '"auto" skipped vault: not set: mlflowSecretsAuth.vault.address, mlflowSecretsAuth.vault.path.',
    );
  });

  it('takes what is stored when nothing else is configured', async () => {
    const configuration = await ready(server, { hasBootstrap: async () => Promise.resolve(true) });
    assert.equal(configuration.source.provider, 'stored');
  });

  it('says that the keychain is the trouble where only what is stored could be chosen', async () => {
    const locked = failedStorage(new Error('locked'));
    const hasBootstrap = async (): Promise<boolean> => Promise.reject(locked);
    const result = await read(server, { hasBootstrap });
    assert.ok(result.kind === 'invalid');
    assert.equal(result.problem, locked);
    assert.equal((await ready({ ...server, ...vault }, { hasBootstrap })).source.provider, 'vault');
  });

  it('names what the chosen sign-in still needs', async () => {
    const result = await read({ ...server, ...vault, provider: 'vault', 'vault.authMethod': 'approle' });
    assert.ok(result.kind === 'incomplete');
    assert.deepEqual(result.missing, ['vault.roleId']);
  });

  it('says the risk of asking Vault over http on another machine', async () => {
    const vaultAt = { ...server, ...vault, provider: 'vault' };
    const result = await read({ ...vaultAt, 'vault.address': 'http://vault.company.com:8200' });
    assert.ok(result.kind === 'ready');
    assert.match(
      result.risk ?? '',
      /^Vault at vault\.company\.com:8200 is reached over plain HTTP, so anyone on the network can read the sign-in/,
    );
    for (const address of ['http://127.0.0.1:8200', 'http://localhost:8200', 'http://[::1]:8200']) {
      const local = await read({ ...vaultAt, 'vault.address': address });
      assert.ok(local.kind === 'ready' && local.risk === undefined, address);
    }
    const both = await read({
      ...vaultAt,
      'vault.address': 'http://vault.company.com',
      trackingUri: 'http://mlflow.company.com',
    });
    assert.ok(both.kind === 'ready');
    assert.equal(both.risk?.split('\n').length, 2);
  });

  const malformed: [string, Partial<Record<SettingKey, unknown>>, RegExp][] = [
    [
      'a tracking URI',
      { ...vault, trackingUri: 'mlflow.company.com' },
      /trackingUri: The address does not start with https/,
    ],
    ...[
      'vault:8200x',
      'vault.company.com:8200',
      'ftp://vault.company.com',
      'https://',
      'https://va ult',
      '//vault',
    ].map((address): [string, Partial<Record<SettingKey, unknown>>, RegExp] => [
      `the address ${address} of Vault`,
      { ...server, ...vault, 'vault.address': address },
      /^mlflowSecretsAuth\.vault\.address: Enter an address such as/,
    ]),
    [
      'an address of Vault with a password',
      { ...server, ...vault, 'vault.address': 'https://a:b@vault' },
      /vault\.address/,
    ],
    [
      'an address of a key vault',
      { ...server, provider: 'azure', 'azure.vaultUrl': 'http://x.vault.azure.net', 'azure.secretName': 'a' },
      /azure\.vaultUrl/,
    ],
  ];
  for (const [name, settings, message] of malformed) {
    it(`names a malformed setting: ${name}`, async () => {
      const result = await read(settings);
      assert.ok(result.kind === 'incomplete', result.kind);
      assert.match(result.problems.map((problem) => problem.message).join(), message);
    });
  }

  it('refuses a server that is not on the user’s list', async () => {
    const result = await read({ ...server, ...vault, allowedHosts: ['*.other.com'] });
    assert.ok(result.kind === 'invalid');
    assert.match(
      result.problem.message,
      /allowedHosts does not allow sending the credential to https:\/\/mlflow\.company\.com/,
    );
    await ready({ ...server, ...vault, allowedHosts: ['*.company.com'] });
  });

  for (const name of [
    'Host',
    'content-length',
    'X Auth',
    'X-Auth:',
    'Connection',
    'Transfer-Encoding',
    'Cookie',
  ]) {
    it(`refuses ${JSON.stringify(name)} as the header`, async () => {
      const result = await read({ ...server, ...vault, 'header.name': name });
      assert.ok(result.kind === 'invalid');
      assert.match(result.problem.remedy, /X-Api-Key/);
    });
  }

  it('keeps the region of an ARN, whatever a setting says', async () => {
    const secretId = 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:mlflow-AbCdEf';
    const { source } = await ready({ ...server, 'aws.secretId': secretId, 'aws.region': 'us-east-1' });
    assertHas(source, { provider: 'aws', region: 'eu-west-1' });
  });

  it('tells the risk of http to another machine', async () => {
    const result = await read({ ...vault, trackingUri: 'http://mlflow.company.com' });
    assert.ok(result.kind === 'ready');
    assert.match(result.risk ?? '', /anyone on the network can read the credential/);
  });
});
