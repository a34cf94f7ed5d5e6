import { join } from 'node:path';
import type { AzureSignIn } from '../../settings/manifest.ts';
import type { Places } from '../provider.ts';
import { textField } from '../transport/fields.ts';

/** What the Azure CLI and its relatives write when somebody signs in, and what the SDK reads itself. */
export function signInFiles(signIn: AzureSignIn, { environment, homeFolder }: Places): readonly string[] {
  const cli = textField(environment, 'AZURE_CONFIG_DIR') ?? join(homeFolder, '.azure');
  const ofCli = ['azureProfile.json', 'msal_token_cache*', 'service_principal_entries*'];
  const named = ['AZURE_FEDERATED_TOKEN_FILE', 'AZURE_CLIENT_CERTIFICATE_PATH'];
  const ofEnvironment = named
    .map((name) => textField(environment, name))
    .filter((file) => file !== undefined);
  switch (signIn) {
    case 'azureCli':
      return ofCli.map((file) => join(cli, file));
    case 'environment':
      return ofEnvironment;
    case 'default':
      return [
        ...ofCli.map((file) => join(cli, file)),
        // Azure PowerShell and the Azure Developer CLI.
        join(homeFolder, '.Azure', 'AzureRmContext.json'),
        join(textField(environment, 'AZD_CONFIG_DIR') ?? join(homeFolder, '.azd'), 'auth', '*'),
        ...ofEnvironment,
      ];
    case 'managedIdentity':
    case 'vscode':
      return [];
  }
}
