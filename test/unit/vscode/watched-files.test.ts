import assert from 'node:assert/strict';
import type { ConnectionConfiguration } from '../../../src/configuration/configuration.ts';
import type { AzureConfiguration } from '../../../src/providers/azure/configuration.ts';
import { watchedFiles } from '../../../src/vscode/watched-files.ts';
import { awsConfiguration } from '../../contract/aws/fixture.ts';
import { vaultConfiguration } from '../../contract/vault/fixture.ts';
import { storedConfiguration } from '../configuration/stored-configuration.ts';

const store = { path: '/named/store', from: 'REQUESTS_CA_BUNDLE' };
const azure: AzureConfiguration = {
  provider: 'azure',
  ...{ vaultUrl: 'https://ml.vault.azure.net', secretName: 'mlflow', secretVersion: undefined },
  ...{ signIn: 'default', cloud: 'public', tenantId: undefined, clientId: undefined },
  ...{ authorityHost: undefined, storeCertificates: store, variables: {} },
};
const sources: readonly ConnectionConfiguration['source'][] = [
  awsConfiguration({ storeCertificates: store }),
  azure,
  vaultConfiguration({
    storeCertificates: store,
    storeClientCertificate: { certFile: '/named/store-cert', keyFile: '/named/store-key' },
  }),
];
const verifications: readonly ConnectionConfiguration['verification'][] = [
  { kind: 'only', path: '/named/only', from: 'REQUESTS_CA_BUNDLE' },
  {
    kind: 'roots',
    added: [
      { path: '/named/file', from: 'SSL_CERT_FILE' },
      { path: '/named/folder', from: 'SSL_CERT_DIR' },
    ],
  },
];

/** All texts in it that are paths of these tests. */
function pathsIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return value.startsWith('/named/') ? [value] : [];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(pathsIn) : [];
}

describe('The certificates that are watched while there is trouble', () => {
  for (const source of sources) {
    for (const verification of verifications) {
      it(`are all that a configuration names: ${source.provider}, ${verification.kind}`, () => {
        const configuration: ConnectionConfiguration = {
          ...storedConfiguration,
          source,
          verification,
          caFile: '/named/ca',
          nodeCaFile: '/named/node-ca',
          clientCertificate: { certFile: '/named/cert', keyFile: '/named/key' },
        };
        const watched = watchedFiles.certificates(configuration);
        const named = pathsIn(configuration);
        assert.ok(named.length > 4);
        assert.deepEqual(
          named.filter((path) => !watched.includes(path)),
          [],
        );
      });
    }
  }

  it('are also those in a folder', () => {
    const source = vaultConfiguration({ storeCertificates: { path: '/named/folder', from: 'VAULT_CAPATH' } });
    assert.ok(watchedFiles.certificates({ ...storedConfiguration, source }).includes('/named/folder/*'));
  });
});
