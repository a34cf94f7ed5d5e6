import * as l10n from '@vscode/l10n';
import { runInTerminal } from '../transport/fault.ts';
import type { AzureConfiguration } from './configuration.ts';
import type { AzureFault } from './problem.ts';

/** Where whoever the SDK signed in as signs in. */
export function signInAgain(configuration: AzureConfiguration): Pick<AzureFault, 'remedy' | 'action'> {
  switch (configuration.signIn) {
    case 'vscode':
      return {
        remedy: l10n.t(
          'Choose "Sign In Again" in the menu of the status bar: VS Code asks for the Microsoft account.',
        ),
        action: { kind: 'signIn' },
      };
    case 'default':
    case 'azureCli':
    case 'managedIdentity':
    case 'environment':
      return runInTerminal(azLogin(configuration), 'az login');
  }
}

/** The tenant has been checked to hold letters, digits, dots and hyphens only. */
export function azLogin({ tenantId }: AzureConfiguration): string {
  return tenantId === undefined ? 'az login' : `az login --tenant ${tenantId}`;
}
