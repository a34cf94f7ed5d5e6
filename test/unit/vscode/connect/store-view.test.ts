import assert from 'node:assert/strict';
import { destinationOf } from '../../../../src/configuration/destination.ts';
import { readConfiguration } from '../../../../src/configuration/read-configuration.ts';
import { Approvals } from '../../../../src/connection/approvals.ts';
import type { SettingKey } from '../../../../src/settings/manifest.ts';
import type { SettingsLayer } from '../../../../src/settings/setting-values.ts';
import { foundAfterWriting } from '../../../../src/settings/written-values.ts';
import type { SettingTexts } from '../../../../src/settings/written-values.ts';
import { StoreView } from '../../../../src/vscode/connect/store-view.ts';
import type { StoreViewHost } from '../../../../src/vscode/connect/store-view.ts';

const tracking = { trackingUri: 'https://mlflow.company.com' } as const;
const aws = { ...tracking, provider: 'aws', 'aws.profile': 'ml', 'aws.region': 'eu-west-1' } as const;
const vault = { ...tracking, provider: 'vault', 'vault.address': 'https://vault.company.com:8200' } as const;
const awsSecret = { key: 'aws.secretId', example: 'mlflow' } as const;
const vaultPath = { key: 'vault.path', example: 'secret/mlflow' } as const;

const azure = { ...tracking, provider: 'azure' } as const;
const keyVaultExamples = {
  'azure.vaultUrl': 'https://ml-team.vault.azure.net',
  'azure.secretName': 'mlflow',
} as const;

interface Scene {
  readonly user?: SettingTexts;
  readonly workspace?: SettingTexts;
  readonly approvedWith?: SettingTexts;
  readonly foreignHttpProxy?: string;
  readonly isEnvironmentOwn?: boolean;
}

function layer(texts: SettingTexts, kind: 'user' | 'workspace'): SettingsLayer {
  return Object.fromEntries(Object.entries(texts).map(([key, value]) => [key, { value, origin: { kind } }]));
}

/** Whether the store is asked once these answers were entered; the source is not made, as that needs a store. */
async function isAsked(
  scene: Scene,
  answers: SettingTexts,
  secret: { readonly key: SettingKey; readonly example: string } | 'stores',
): Promise<boolean> {
  const { user = {}, workspace = {}, foreignHttpProxy, isEnvironmentOwn = true } = scene;
  const found = { ...layer(user, 'user'), ...layer(workspace, 'workspace') };
  const read: StoreViewHost['read'] = async (changes) =>
    readConfiguration({
      settings: foundAfterWriting({ ...found }, changes, true),
      environment: {},
      foreignHttpProxy,
      hasBootstrap: async () => Promise.resolve(false),
    });
  const memory = new Map<string, unknown>();
  const approvals = new Approvals({
    get: (key) => memory.get(key),
    update: async (key, value) => Promise.resolve(void memory.set(key, value)),
  });
  if (scene.approvedWith !== undefined) {
    const approved = await read(scene.approvedWith);
    assert.ok(approved.kind === 'ready');
    await approvals.approve(destinationOf(approved.configuration));
  }
  const asked = new Error('asked');
  const host: StoreViewHost = {
    read,
    approvals,
    credentials: {
      hasAmbient: async () => Promise.resolve(true),
      missing: async () => Promise.resolve(undefined),
      bootstrapFor: () => ({
        get: async () => Promise.resolve(undefined),
        set: async () => Promise.resolve(),
        delete: async () => Promise.resolve(),
      }),
    },
    isEnvironmentOwn,
    mayLeaveOut: true,
    sources: { contextNow: async () => Promise.reject(asked) },
  };
  const before = { ...user, ...workspace };
  try {
    const view = new StoreView(host, before);
    const { signal } = new AbortController();
    const names =
      secret === 'stores'
        ? await view.stores(answers, keyVaultExamples, signal)
        : await view.names(answers, secret, signal);
    assert.equal(names.kind, 'notAsked');
    return false;
  } catch (error) {
    assert.equal(error, asked);
    return true;
  }
}

describe('a secret store is asked for the names of its secrets', () => {
  it('where all that decides who is asked was entered just now', async () => {
    assert.equal(await isAsked({}, aws, awsSecret), true);
    assert.equal(await isAsked({}, vault, vaultPath), true);
  });

  it('where it is the user’s own', async () => {
    assert.equal(await isAsked({ user: aws }, aws, awsSecret), true);
    assert.equal(await isAsked({ user: vault }, vault, vaultPath), true);
  });

  it('where it was approved before, for another secret and another tracking server', async () => {
    const elsewhere = { trackingUri: 'https://other.company.com', 'aws.secretId': 'other' } as const;
    const scene = { workspace: aws, approvedWith: elsewhere };
    assert.equal(await isAsked(scene, aws, awsSecret), true);
  });
});

describe('a secret store is not asked for the names of its secrets before approval', () => {
  for (const [key, value] of [
    ['aws.profile', 'ml'],
    ['aws.region', 'eu-west-1'],
    ['aws.roleArn', 'arn:aws:iam::666666666666:role/taken'],
    ['aws.externalId', 'x'],
  ] as const) {
    it(`where a workspace has ${key}`, async () => {
      const workspace = { [key]: value };
      assert.equal(await isAsked({ workspace }, { ...aws, ...workspace }, awsSecret), false);
    });
  }

  for (const [key, value] of [
    ['vault.address', vault['vault.address']],
    ['vault.namespace', 'team'],
    ['vault.mount', 'secret'],
    ['vault.authMethod', 'agent'],
  ] as const) {
    it(`where a workspace has ${key}`, async () => {
      const workspace = { [key]: value };
      assert.equal(await isAsked({ workspace }, { ...vault, ...workspace }, vaultPath), false);
    });
  }

  it('where another place was approved', async () => {
    const other = { ...vault, 'vault.address': 'https://other.company.com', 'vault.path': 'secret/a' };
    const scene = { workspace: vault, approvedWith: other };
    assert.equal(await isAsked(scene, vault, vaultPath), false);
  });

  it('where the way there is not encrypted', async () => {
    const plain = { ...vault, 'vault.address': 'http://vault.company.com:8200' };
    assert.equal(await isAsked({}, plain, vaultPath), false);
  });

  it('where a folder or a remote names the HTTP proxy on the way', async () => {
    assert.equal(await isAsked({ foreignHttpProxy: 'http://proxy:3128' }, aws, awsSecret), false);
  });

  it('where a repository can have set the variables', async () => {
    assert.equal(await isAsked({ isEnvironmentOwn: false }, aws, awsSecret), false);
  });
});

describe('Azure is asked for its key vaults', () => {
  it('where the sign-in is the one of this machine, or was chosen just now', async () => {
    assert.equal(await isAsked({}, azure, 'stores'), true);
    assert.equal(await isAsked({}, { ...azure, 'azure.signIn': 'azureCli' }, 'stores'), true);
  });

  it('where a workspace names a vault, which is not asked', async () => {
    const workspace = { 'azure.vaultUrl': 'https://theirs.vault.azure.net' };
    assert.equal(await isAsked({ workspace }, { ...azure, ...workspace }, 'stores'), true);
  });

  it('where the same sign-in was approved before, for another vault', async () => {
    const workspace = { ...azure, 'azure.tenantId': 'company.com' };
    const approvedWith = { 'azure.vaultUrl': 'https://a.vault.azure.net', 'azure.secretName': 'b' };
    assert.equal(await isAsked({ workspace, approvedWith }, workspace, 'stores'), true);
  });

  for (const [key, value] of [
    ['azure.signIn', 'environment'],
    ['azure.cloud', 'china'],
    ['azure.tenantId', 'theirs.example'],
    ['azure.clientId', '22222222-2222-4222-8222-222222222222'],
  ] as const) {
    it(`but not before approval where a workspace has ${key}`, async () => {
      const workspace = { [key]: value };
      assert.equal(await isAsked({ workspace }, { ...azure, ...workspace }, 'stores'), false);
    });
  }

  it('but not where a folder names the HTTP proxy, or can have set the variables', async () => {
    assert.equal(await isAsked({ foreignHttpProxy: 'http://proxy:3128' }, azure, 'stores'), false);
    assert.equal(await isAsked({ isEnvironmentOwn: false }, azure, 'stores'), false);
  });
});
