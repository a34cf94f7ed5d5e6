import * as l10n from '@vscode/l10n';
import { secretNameStep } from '../listed-step.ts';
import { address, choiceStep, textStep, unless } from '../step-kit.ts';
import type { ProviderSteps, WizardStep } from '../step-kit.ts';
import type { StoreView } from '../store-view.ts';

const exampleAddress = 'https://ml-team.vault.azure.net';

/** Not asked where the default credential finds a sign-in on this machine. */
function signInStep(store: StoreView): WizardStep {
  const asked = choiceStep('azure.signIn', l10n.t('How do you sign in to Azure?'), [
    {
      label: l10n.t('Default Azure credential'),
      description: l10n.t('environment, managed identity, Azure CLI'),
      value: 'default',
    },
    { label: l10n.t('Microsoft account in VS Code'), value: 'vscode' },
    { label: l10n.t('Managed identity'), value: 'managedIdentity' },
    { label: l10n.t('Azure CLI'), value: 'azureCli' },
  ]);
  return unless(async (settings) => {
    const isOpen = store.mayLeaveOut && settings['azure.signIn'] === undefined;
    return isOpen && (await store.known('azure', 'azure.signIn')).length > 0;
  }, asked);
}

export const azureSteps: ProviderSteps = {
  description: () => l10n.t('a secret in an Azure key vault'),
  settings: (_settings, store) => [
    textStep(
      'azure.vaultUrl',
      l10n.t('Address of the key vault'),
      exampleAddress,
      address(['https:'], exampleAddress),
    ),
    signInStep(store),
    secretNameStep(
      'azure.secretName',
      {
        enter: l10n.t('Enter the name'),
        prompt: l10n.t('Name of the secret'),
        example: 'mlflow',
      },
      store,
    ),
  ],
  credentials: () => [],
};
