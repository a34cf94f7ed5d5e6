import * as l10n from '@vscode/l10n';
import type { ConnectionConfiguration } from '../configuration/configuration.ts';
import { providerOf } from '../providers/providers.ts';

/** What to do where the server does not accept the credential, for those who do not look at VS Code. */
export function rejectedRemedy({ source }: Pick<ConnectionConfiguration, 'source'>): string {
  const provider = providerOf(source);
  return provider.isSecretEntered
    ? l10n.t('Enter the credential again: run "MLflow: Sign In Again" in VS Code.')
    : l10n.t('Correct the secret in {0}, then run "MLflow: Refresh Secret" in VS Code.', provider.name());
}
