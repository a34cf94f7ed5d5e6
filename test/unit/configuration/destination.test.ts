import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { readConfiguration } from '../../../src/configuration/read-configuration.ts';
import type { ConfigurationInput } from '../../../src/configuration/read-configuration.ts';
import { usualVerification } from '../../../src/network/server-verification.ts';
import { vaultAuthMethods } from '../../../src/settings/manifest.ts';
import type { ConnectionConfiguration } from '../../../src/configuration/configuration.ts';
import type { VaultConfiguration } from '../../../src/providers/vault/configuration.ts';
import {
  changeOf,
  describeDestination,
  destinationOf,
  isDestination,
  sameDestination,
} from '../../../src/configuration/destination.ts';

const vault: VaultConfiguration = {
  provider: 'vault',
  address: 'https://vault.company.com:8200',
  namespace: 'ml',
  mount: undefined,
  path: 'secret/mlflow',
  version: undefined,
  authMethod: 'approle',
  authMount: undefined,
  roleId: 'role-1',
  username: undefined,
  oidcRole: undefined,
  ambientIsAllowed: true,
  storeCertificates: undefined,
  storeClientCertificate: undefined,
  tlsServerName: undefined,
};

const configuration: ConnectionConfiguration = {
  tracking: { origin: 'https://mlflow.company.com', basePath: '' },
  source: vault,
  headerName: 'Authorization',
  authMode: 'basic',
  allowedHosts: [],
  cache: { ttlSeconds: 300, maxStaleSeconds: 3600, keep: 'secretStorage' },
  proxyPort: 0,
  ...{ caFile: undefined, nodeCaFile: undefined },
  intercept: true,
  signInGraceMinutes: 10,
  afterClose: { kind: 'shortly' },
  foreignHttpProxy: undefined,
  verification: usualVerification,
  clientCertificate: undefined,
  secretFields: {},
};

function vaultWith(change: Partial<VaultConfiguration>): VaultConfiguration {
  return { ...vault, ...change };
}

function changed(change: Partial<ConnectionConfiguration>): boolean {
  return !sameDestination(destinationOf(configuration), destinationOf({ ...configuration, ...change }));
}

function approvalLines(...question: Parameters<typeof describeDestination>): readonly string[] {
  const { changed, same } = describeDestination(...question);
  return [...changed, ...same];
}

describe('the destination that is approved', () => {
  const asksAgain: [string, Partial<ConnectionConfiguration>][] = [
    ['another tracking server', { tracking: { origin: 'https://evil.example', basePath: '' } }],
    ['another port of the server', { tracking: { origin: 'https://mlflow.company.com:8443', basePath: '' } }],
    ['http instead of https', { tracking: { origin: 'http://mlflow.company.com', basePath: '' } }],
    ['another path on the server', { tracking: { origin: 'https://mlflow.company.com', basePath: '/b' } }],
    ['another CA file', { caFile: '/workspace/ca.pem' }],
    ['another header', { headerName: 'X-Api-Key' }],
    ['another mode', { authMode: 'bearer' }],
    ['another Vault', { source: vaultWith({ address: 'https://vault.evil.example' }) }],
    ['another namespace', { source: vaultWith({ namespace: 'other' }) }],
    ['another path', { source: vaultWith({ path: 'secret/production' }) }],
    ['another mount', { source: vaultWith({ mount: 'kv' }) }],
    ['another version', { source: vaultWith({ version: 3 }) }],
    ['a credential of this machine no longer', { source: vaultWith({ ambientIsAllowed: false }) }],
    [
      'another VAULT_CACERT',
      { source: vaultWith({ storeCertificates: { path: '/tmp/ca.pem', from: 'VAULT_CACERT' } }) },
    ],
    [
      'another certificate to show to Vault',
      { source: vaultWith({ storeClientCertificate: { certFile: '/tmp/me.pem', keyFile: undefined } }) },
    ],
    ['another name in the certificate of Vault', { source: vaultWith({ tlsServerName: 'vault.example' }) }],
    ['another sign-in', { source: vaultWith({ authMethod: 'token' }) }],
    ['another sign-in mount', { source: vaultWith({ authMount: 'approle-2' }) }],
    ['another role', { source: vaultWith({ roleId: 'role-2' }) }],
    ['http to Vault', { source: vaultWith({ address: 'http://vault.company.com:8200' }) }],
    ['another source', { source: { provider: 'stored' } }],
  ];
  for (const [name, change] of asksAgain) it(`is another with ${name}`, () => assert.ok(changed(change)));

  it('is another with another person, though a role is left over in the settings', () => {
    const leftOver = { ...vault, oidcRole: 'left-over' };
    for (const [authMethod, key] of [
      ['userpass', 'username'],
      ['ldap', 'username'],
      ['oidc', 'oidcRole'],
    ] as const) {
      const source = { ...leftOver, authMethod, [key]: 'ada' };
      const before = { ...configuration, source };
      const after = { ...configuration, source: { ...source, [key]: 'bob' } };
      assert.ok(!sameDestination(destinationOf(before), destinationOf(after)), authMethod);
    }
  });

  it('tells one split of mount and path from another', () => {
    const [one, other] = [
      { ...vault, mount: 'kv', path: 'ml/auth' },
      { ...vault, mount: 'kv/ml', path: 'auth' },
    ].map((source) => destinationOf({ ...configuration, source }));
    assert.ok(one && other && !sameDestination(one, other));
  });

  it('says that http to Vault is not encrypted, except on this machine', () => {
    const linesFor = (address: string): string =>
      approvalLines({ ...configuration, source: vaultWith({ address }) }, undefined).join('\n');
    assert.match(
      linesFor('http://vault.company.com'),
      /Endpoint: http:\/\/vault\.company\.com \(not encrypted: anyone on the network can read it\)/,
    );
    assert.doesNotMatch(linesFor('http://127.0.0.1:8200'), /not encrypted/);
  });

  const doesNotAsk: [string, Partial<ConnectionConfiguration>][] = [
    ['another cache time', { cache: { ...configuration.cache, ttlSeconds: 60 } }],
    ['another local port', { proxyPort: 8123 }],
    ['a narrower list of hosts', { allowedHosts: ['mlflow.company.com'] }],
  ];
  for (const [name, change] of doesNotAsk) it(`is the same with ${name}`, () => assert.ok(!changed(change)));

  it('is told in words, with what it was where it changed', () => {
    const approved = destinationOf(configuration);
    const now = { ...configuration, tracking: { origin: 'https://evil.example', basePath: '' } };
    const lines = approvalLines(now, approved);
    assert.equal(lines[0], 'Tracking server: https://mlflow.company.com → https://evil.example');
    assert.ok(lines.includes('Secret: secret/mlflow'));
    assert.ok(lines.includes('Endpoint: https://vault.company.com:8200'));
  });

  it('says which credential leaves for which host', () => {
    const linesFor = (change: Partial<VaultConfiguration>): readonly string[] =>
      approvalLines({ ...configuration, source: vaultWith(change) }, undefined);
    assert.ok(
      linesFor({ authMethod: 'token' }).includes(
        'Credential for Vault: your Vault token (the first found: entered in VS Code, VAULT_TOKEN, ~/.vault-token)',
      ),
    );
    assert.ok(
      linesFor({ authMethod: 'token', ambientIsAllowed: false }).includes(
        'Credential for Vault: a Vault token that you enter for this address',
      ),
    );
    assert.ok(linesFor({}).some((line) => line.includes('VAULT_SECRET_ID')));
  });

  it('calls a way to sign in to Vault what the settings call it', async () => {
    const words = JSON.parse(await readFile('package.nls.json', 'utf8')) as Record<string, string>;
    for (const authMethod of vaultAuthMethods) {
      const lines = approvalLines({ ...configuration, source: vaultWith({ authMethod }) }, undefined);
      const label = words[`setting.vault.authMethod.${authMethod}.label`];
      assert.ok(lines.includes(`Sign-in method: ${label}`), lines.join('\n'));
    }
  });

  it('names the identity of this machine that AWS and Azure are asked with', async () => {
    const read = async (values: Record<string, string>, variables = {}): Promise<string> => {
      const entries = Object.entries(values).map(([key, value]) => [
        key,
        { value, origin: { kind: 'user' } },
      ]);
      const result = await readConfiguration({
        settings: Object.fromEntries(entries) as ConfigurationInput['settings'],
        environment: {
          AWS_ENDPOINT_URL: 'https://aws.example',
          AZURE_AUTHORITY_HOST: 'https://login.example',
          ...variables,
        },
        hasBootstrap: async () => Promise.resolve(false),
      });
      assert.ok(result.kind === 'ready', JSON.stringify(result));
      return approvalLines(result.configuration, undefined).join('\n');
    };
    const server = { trackingUri: 'https://mlflow.company.com' };
    const aws = { ...server, provider: 'aws', 'aws.secretId': 'mlflow' };
    assert.match(await read(aws), /^Sign-in to the secret store: your default AWS credentials/m);
    assert.match(await read(aws), /^Endpoint from the environment: https:\/\/aws\.example$/m);
    const role = { 'aws.profile': 'prod admin', 'aws.roleArn': 'arn:aws:iam::123456789012:role/x' };
    const assumed = await read({ ...aws, ...role, 'aws.externalId': 'ext', 'aws.roleSessionName': 'me' });
    assert.match(assumed, /^Sign-in to the secret store: profile "prod admin" of your AWS configuration$/m);
    assert.match(assumed, /^Role to assume: arn:aws:iam::123456789012:role\/x\nExternal ID: ext\n/m);
    const byVariable = await read(aws, { AWS_PROFILE: 'ml', AWS_CA_BUNDLE: '/etc/aws.pem' });
    assert.match(
      byVariable,
      /^Sign-in to the secret store: the AWS keys in the environment, or else profile "ml"$/m,
    );
    assert.match(
      byVariable,
      /^Certificates for the secret store instead of those of the system: AWS_CA_BUNDLE=\/etc\/aws\.pem$/m,
    );
    const azure = { 'azure.vaultUrl': 'https://ml.vault.azure.net', 'azure.secretName': 'mlflow' };
    assert.match(
      await read({ ...server, provider: 'azure', ...azure }),
      /^Sign-in to the secret store: your default Azure/m,
    );
    const account = await read({ ...server, provider: 'azure', ...azure, 'azure.signIn': 'vscode' });
    assert.match(account, /^Sign-in to the secret store: your Microsoft account of VS Code$/m);
    assert.match(account, /^Sign-in service \(AZURE_AUTHORITY_HOST\): https:\/\/login\.example$/m);
  });

  it('has a title for the weightiest change', () => {
    const approved = destinationOf(configuration);
    const elsewhere = { origin: 'https://evil.example', basePath: '' };
    const source = { provider: 'stored' } as const;
    assert.equal(changeOf({ ...configuration, tracking: elsewhere, source }, approved), 'server');
    assert.equal(changeOf({ ...configuration, source }, approved), 'source');
    assert.equal(changeOf({ ...configuration, source: vaultWith({ path: 'other' }) }, approved), 'source');
    assert.equal(changeOf({ ...configuration, headerName: 'X-Other' }, approved), 'other');
  });

  it('names the source that was approved before', () => {
    const approved = { ...destinationOf(configuration), provider: 'aws' };
    const lines = approvalLines(configuration, approved);
    assert.ok(lines.includes('Source: AWS Secrets Manager → HashiCorp Vault'), lines.join('\n'));
  });

  it('is not taken from storage of another shape', () => {
    assert.ok(isDestination({ ...destinationOf(configuration) }));
    assert.ok(!isDestination({ provider: 'vault' }));
    assert.ok(
      !isDestination({
        ...{ trackingOrigin: 'https://mlflow.company.com', provider: 'vault', endpoint: 'https://vault' },
        ...{ namespace: '', reference: 'secret/mlflow', identity: 'token', header: 'Authorization (basic)' },
      }),
    );
    assert.ok(!isDestination({ ...destinationOf(configuration), basePath: 1 }));
    assert.ok(!isDestination('vault'));
    assert.ok(!isDestination(undefined));
  });
});
