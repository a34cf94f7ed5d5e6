import assert from 'node:assert/strict';
import { timeOfDay } from '../../../src/age.ts';
import { reportOf } from '../../../src/doctor/report.ts';
import type { Evidence } from '../../../src/doctor/evidence.ts';
import { evidenceOf, now, read, server, vault } from './evidence.ts';

type Rows = readonly (readonly string[])[];

async function rows(heading: string, changes: Partial<Evidence> = {}): Promise<Rows> {
  const section = reportOf(await evidenceOf(changes)).sections.find((one) => one.heading === heading);
  return (section?.rows ?? []).map((cells) =>
    cells.map((cell) => (typeof cell === 'string' ? cell : cell.code)),
  );
}

describe('The report of a diagnosis', () => {
  it('says what "auto" chose, why, and what it skipped', async () => {
    const environment = { MLFLOW_SECRETS_AUTH_ENABLE: 'aws-secrets-manager,vault', ...vaultVariables };
    assert.deepEqual(await rows('Source of the credential', { read: await read(server, environment) }), [
      [
        'HashiCorp Vault',
        'chosen by "auto"',
        'mlflowSecretsAuth.vault.address comes from VAULT_ADDR, mlflowSecretsAuth.vault.path comes from MLFLOW_VAULT_SECRET_PATH, ' +
          'MLFLOW_SECRETS_AUTH_ENABLE enables it',
      ],
      ['AWS Secrets Manager', 'skipped', 'not set: mlflowSecretsAuth.aws.secretId'],
    ]);
  });

  it('says that "auto" found nothing, and why for each source', async () => {
    assert.deepEqual(await rows('Source of the credential', { read: await read(server) }), [
      ['none', '"auto" found no source', ''],
      [
        'HashiCorp Vault',
        'skipped',
        'not set: mlflowSecretsAuth.vault.address, mlflowSecretsAuth.vault.path',
      ],
      ['AWS Secrets Manager', 'skipped', 'not set: mlflowSecretsAuth.aws.secretId'],
      [
        'Azure Key Vault',
        'skipped',
        'not set: mlflowSecretsAuth.azure.vaultUrl, mlflowSecretsAuth.azure.secretName',
      ],
      ["VS Code's secret storage", 'skipped', 'no credential is stored for this tracking server'],
    ]);
  });

  it('says where the choice of a source was made', async () => {
    const chosen = await read({ ...server, ...vault, provider: 'vault' });
    assert.deepEqual(await rows('Source of the credential', { read: chosen }), [
      ['HashiCorp Vault', 'chosen by you', 'mlflowSecretsAuth.provider is set in the workspace settings'],
    ]);
  });

  it('has the origin of each value: a setting beats a variable, a variable a default', async () => {
    const found = await read(
      { ...server, 'vault.path': 'secret/mine' },
      { ...vaultVariables, MLFLOW_VAULT_TTL_SEC: '60' },
    );
    const values = new Map((await rows('Settings', { read: found })).map(([key, ...rest]) => [key, rest]));
    assert.deepEqual(values.get('mlflowSecretsAuth.vault.path'), ['secret/mine', 'workspace settings']);
    assert.deepEqual(values.get('mlflowSecretsAuth.vault.address'), [
      'https://vault.company.com:8200',
      'environment variable VAULT_ADDR',
    ]);
    assert.deepEqual(values.get('mlflowSecretsAuth.cache.ttlSeconds'), [
      '60',
      'environment variable MLFLOW_VAULT_TTL_SEC',
    ]);
    assert.deepEqual(values.get('mlflowSecretsAuth.header.name'), ['Authorization', 'default']);
    assert.deepEqual(values.get('mlflowSecretsAuth.vault.namespace'), ['not set', 'default']);
    assert.equal(values.has('mlflowSecretsAuth.azure.vaultUrl'), false, 'of another source, and not set');
  });

  it('shows what is set for another source, because it may be set by mistake', async () => {
    const found = await read({ ...server, ...vault, provider: 'vault', 'aws.secretId': 'mlflow/auth' });
    const values = await rows('Settings', { read: found });
    assert.deepEqual(
      values.find(([key]) => key === 'mlflowSecretsAuth.aws.secretId'),
      ['mlflowSecretsAuth.aws.secretId', 'mlflow/auth', 'workspace settings'],
    );
  });

  it('shows only that half of a sign-in is set, not what it is', async () => {
    const found = await read({ ...server, ...vault, 'vault.roleId': 'canary-role' });
    assert.deepEqual(
      (await rows('Settings', { read: found })).find(([key]) => key === 'mlflowSecretsAuth.vault.roleId'),
      ['mlflowSecretsAuth.vault.roleId', 'set', 'workspace settings'],
    );
    assert.deepEqual(await rows('Sign-in to the secret store'), [
      ['environment variable VAULT_TOKEN', 'set'],
    ]);
  });

  it('has the last problem with what to do, also after it is resolved', async () => {
    const lastProblem = { at: now - 7_200_000, code: 'vault.sealed', message: 'Sealed.', remedy: 'Unseal.' };
    assert.deepEqual(await rows('Last problem', { lastProblem }), [
      ['When', `at ${timeOfDay(lastProblem.at)}, resolved since then`],
      ['What happened', 'Sealed.'],
      ['What to do', 'Unseal.'],
      ['Code', 'vault.sealed'],
    ]);
    assert.deepEqual(await rows('Last problem'), []);
  });

  it('has the state of the connection', async () => {
    assert.deepEqual(
      await rows('Connection', { httpProxy: 'http://proxy.company.com:3128', certificateCheck: 'off' }),
      [
        ['State', 'connected'],
        ['Tracking server', 'https://mlflow.company.com'],
        ['HTTP proxy', 'http://proxy.company.com:3128'],
        ['Certificate check', 'off'],
        ['Local address', 'http://127.0.0.1:40000'],
        ['Secret', 'fetched 30 s ago, next in 3 min'],
        ['Secret version', '7'],
        ['Response', '20 s ago, usually in 12 ms, 95 % in 80 ms'],
        ['Requests', '12; 1 failed, 2 denied'],
      ],
    );
  });
});

const vaultVariables = {
  VAULT_ADDR: vault['vault.address'],
  MLFLOW_VAULT_SECRET_PATH: vault['vault.path'],
};
