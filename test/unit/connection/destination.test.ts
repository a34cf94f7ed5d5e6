import assert from 'node:assert/strict';
import type { ConnectionConfiguration, SourceConfiguration } from '../../../src/connection/configuration.ts';
import {
  describeDestination,
  destinationOf,
  isDestination,
  sameDestination,
} from '../../../src/connection/destination.ts';

const vault: SourceConfiguration = {
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
};

const configuration: ConnectionConfiguration = {
  tracking: { origin: 'https://mlflow.company.com', basePath: '' },
  source: vault,
  headerName: 'Authorization',
  authMode: 'basic',
  allowedHosts: [],
  cache: { ttlSeconds: 300, maxStaleSeconds: 3600, keep: 'secretStorage' },
  proxyPort: 0,
  intercept: true,
};

function changed(change: Partial<ConnectionConfiguration>): boolean {
  return !sameDestination(destinationOf(configuration), destinationOf({ ...configuration, ...change }));
}

describe('the destination that is approved', () => {
  const asksAgain: [string, Partial<ConnectionConfiguration>][] = [
    ['another tracking server', { tracking: { origin: 'https://evil.example', basePath: '' } }],
    ['another port of the server', { tracking: { origin: 'https://mlflow.company.com:8443', basePath: '' } }],
    ['http instead of https', { tracking: { origin: 'http://mlflow.company.com', basePath: '' } }],
    ['another header', { headerName: 'X-Api-Key' }],
    ['another mode', { authMode: 'bearer' }],
    ['another Vault', { source: { ...vault, address: 'https://vault.evil.example' } }],
    ['another namespace', { source: { ...vault, namespace: 'other' } }],
    ['another path', { source: { ...vault, path: 'secret/production' } }],
    ['another mount', { source: { ...vault, mount: 'kv' } }],
    ['another version', { source: { ...vault, version: 3 } }],
    ['another sign-in', { source: { ...vault, authMethod: 'token' } }],
    ['another sign-in mount', { source: { ...vault, authMount: 'approle-2' } }],
    ['another role', { source: { ...vault, roleId: 'role-2' } }],
    ['another source', { source: { provider: 'stored' } }],
  ];
  for (const [name, change] of asksAgain) it(`is another with ${name}`, () => assert.ok(changed(change)));

  const doesNotAsk: [string, Partial<ConnectionConfiguration>][] = [
    ['another cache time', { cache: { ...configuration.cache, ttlSeconds: 60 } }],
    ['another local port', { proxyPort: 8123 }],
    ['a narrower list of hosts', { allowedHosts: ['mlflow.company.com'] }],
  ];
  for (const [name, change] of doesNotAsk) it(`is the same with ${name}`, () => assert.ok(!changed(change)));

  it('is told in words, with what it was where it changed', () => {
    const approved = destinationOf(configuration);
    const now = destinationOf({
      ...configuration,
      tracking: { origin: 'https://evil.example', basePath: '' },
    });
    const lines = describeDestination(now, approved);
    assert.equal(lines[0], 'Tracking server: https://evil.example  (was: https://mlflow.company.com)');
    assert.ok(lines.includes('Secret: secret/mlflow'));
    assert.ok(lines.includes('Endpoint: https://vault.company.com:8200'));
  });

  it('is not taken from storage of another shape', () => {
    assert.ok(isDestination({ ...destinationOf(configuration) }));
    assert.ok(!isDestination({ provider: 'vault' }));
    assert.ok(!isDestination('vault'));
    assert.ok(!isDestination(undefined));
  });
});
