import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { providerOf } from '../../src/providers/providers.ts';
import { labels } from '../../src/vscode/labels.ts';
import { makeCertificates } from '../support/servers/certificates.ts';
import { startCorporateProxy } from '../support/servers/corporate-proxy.ts';
import { KeyVaultDouble } from '../support/servers/key-vault-double.ts';
import { ResourceManagerDouble } from '../support/servers/resource-manager-double.ts';
import { clientId, tenantId, TokenService } from '../support/servers/token-service.ts';
import { commandTitle } from '../support/workbench/command-title.ts';
import { password } from './company.ts';
import type { Company } from './company.ts';
import { projectOf } from './journey.ts';
import type { Machine } from './journey.ts';

const managerHost = 'management.azure.com';
const vaultHost = 'mlflow.vault.azure.net';

/** Doubles of Azure Key Vault and Azure Resource Manager, on a machine that signs in by workload identity, behind a proxy that knows their names. */
export async function azureMachine(company: Company): Promise<Machine> {
  const { server, user } = company;
  const folder = await company.newFolder('azure');
  const certificates = await makeCertificates(folder, [vaultHost, managerHost, 'localhost', '127.0.0.1']);
  const tokens = await TokenService.start(certificates);
  company.ended(async () => tokens.stop());
  const vault = await KeyVaultDouble.start(certificates, tokens);
  company.ended(async () => vault.stop());
  vault.secrets.set('mlflow-auth', [{ value: JSON.stringify({ username: user, password }) }]);
  const manager = await ResourceManagerDouble.start(certificates, tokens);
  company.ended(async () => manager.stop());
  const vaults = ['mlflow', 'other'].map((name) => ({ name }));
  manager.subscriptions.set('33333333-3333-4333-8333-333333333333', { displayName: 'ML', vaults });
  const proxy = await startCorporateProxy({
    hosts: { [`${vaultHost}:443`]: vault.port, [`${managerHost}:443`]: manager.port },
  });
  company.ended(async () => proxy.stop());
  const assertionFile = join(folder, 'token');
  const assertion = await tokens.token({ audience: 'api://AzureADTokenExchange' });
  await writeFile(assertionFile, assertion, { mode: 0o600 });
  return {
    name: 'azure',
    env: {
      AZURE_AUTHORITY_HOST: tokens.url,
      AZURE_TENANT_ID: tenantId,
      AZURE_CLIENT_ID: clientId,
      AZURE_FEDERATED_TOKEN_FILE: assertionFile,
    },
    settings: { 'http.proxy': proxy.url, 'mlflowSecretsAuth.tls.caFile': certificates.caFile },
    journeys: [
      {
        name: 'Azure (doubles)',
        questions: 3,
        before: { questions: 6, keys: 60 },
        project: projectOf(server),
        server,
        walk: async (person) => {
          await person.run(commandTitle('connect'));
          await person.choose(labels.connectTo(server), providerOf({ provider: 'azure' }).name());
          await person.waitForInput(`https://${vaultHost}`);
          await person.accept(labels.whichKeyVault());
          await person.waitForInput('mlflow-auth');
          await person.accept(labels.whichSecret());
          await person.approve(labels.approvalTitle(server), labels.approve());
        },
      },
    ],
  };
}
