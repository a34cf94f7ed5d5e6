import * as l10n from '@vscode/l10n';
import type { Environment } from '../../environment.ts';
import { checkSmallFile } from '../../read-small-file.ts';
import type { AzureSignIn } from '../../settings/manifest.ts';
import { checkVariables } from '../transport/approved-variables.ts';
import { textField } from '../transport/fields.ts';
import { maxSignInFileBytes, unlessHeldUp } from '../transport/held-up.ts';
import type { AzureConfiguration } from './configuration.ts';
import { azureProblem } from './problem.ts';

/** A `Problem` for a variable that was not approved, or for the first file of this sign-in that would hold the SDK up. */
export async function checkAzureEnvironment(
  { signIn, variables }: Pick<AzureConfiguration, 'signIn' | 'variables'>,
  environment: Environment,
): Promise<void> {
  checkVariables(variables, environment);
  for (const name of fileVariables(signIn, environment)) {
    const file = textField(environment, name);
    if (file === undefined) continue;
    await unlessHeldUp(
      async () => checkSmallFile(file, maxSignInFileBytes),
      (reason) =>
        azureProblem({
          code: 'unreadableFile',
          message: l10n.t('{0}, which {1} names, cannot be read: {2}.', file, name, reason),
          remedy: l10n.t('Correct the file, or the variable and then restart VS Code.'),
          retry: 'automatic',
        }),
    );
  }
}

/** In the order of the SDK, which does not come as far as a file where there is a client secret. */
function fileVariables(signIn: AzureSignIn, environment: Environment): readonly string[] {
  const hasSecret = textField(environment, 'AZURE_CLIENT_SECRET') !== undefined;
  switch (signIn) {
    case 'default':
      return hasSecret ? [] : ['AZURE_CLIENT_CERTIFICATE_PATH', 'AZURE_FEDERATED_TOKEN_FILE'];
    case 'environment':
      return hasSecret ? [] : ['AZURE_CLIENT_CERTIFICATE_PATH'];
    case 'managedIdentity':
      return ['AZURE_FEDERATED_TOKEN_FILE'];
    case 'azureCli':
    case 'vscode':
      return [];
  }
}
