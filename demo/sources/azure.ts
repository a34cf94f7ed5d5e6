import { randomBytes } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { KeyVaultDouble } from '../../test/support/servers/key-vault-double.ts';
import { clientId, tenantId, TokenService } from '../../test/support/servers/token-service.ts';
import { storeHosts } from '../company.ts';
import type { DemoSource, SourceSurroundings } from './source.ts';

const secretName = 'mlflow-auth';

/** A double of Azure Key Vault and real signed tokens for it, on a machine that signs in by workload identity. */
export async function azureSource({ folder, signIn, certificates }: SourceSurroundings): Promise<DemoSource> {
  const tokens = await TokenService.start(certificates);
  const vault = await KeyVaultDouble.start(certificates, tokens);
  const rotate = async (password: string): Promise<void> => {
    const value = JSON.stringify({ username: signIn.user, password });
    const before = vault.secrets.get(secretName) ?? [];
    vault.secrets.set(secretName, [...before, { value, version: randomBytes(16).toString('hex') }]);
    return Promise.resolve();
  };
  await rotate(signIn.password);
  const files = join(folder, 'azure');
  await mkdir(files, { recursive: true });
  const assertion = await tokens.token({ audience: 'api://AzureADTokenExchange' });
  const assertionFile = join(files, 'token');
  await writeFile(assertionFile, assertion, { mode: 0o600 });
  return {
    projectSettings: {
      'mlflowSecretsAuth.provider': 'azure',
      'mlflowSecretsAuth.azure.vaultUrl': `https://${storeHosts.azure}`,
      'mlflowSecretsAuth.azure.secretName': secretName,
    },
    machineSettings: {},
    env: {
      AZURE_AUTHORITY_HOST: tokens.url,
      AZURE_TENANT_ID: tenantId,
      AZURE_CLIENT_ID: clientId,
      AZURE_FEDERATED_TOKEN_FILE: assertionFile,
      // A client secret of the machine's own would be taken before it.
      AZURE_CLIENT_SECRET: undefined,
      AZURE_CLIENT_CERTIFICATE_PATH: undefined,
    },
    hosts: { [`${storeHosts.azure}:443`]: vault.port },
    typeCredential: async () => Promise.resolve(),
    rotate,
    secrets: [assertion],
    notes: [
      `Azure Key Vault (test double): https://127.0.0.1:${vault.port}, secret ${secretName}`,
      `Entra ID (oauth2-mock-server): ${tokens.url}`,
    ],
    stop: async () => {
      await vault.stop();
      await tokens.stop();
    },
  };
}
