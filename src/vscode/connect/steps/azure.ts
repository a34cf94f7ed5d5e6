import * as l10n from '@vscode/l10n';
import { secretNameStep } from '../listed-step.ts';
import { address, choiceStep, textStep } from '../step-kit.ts';
import type { ProviderSteps } from '../step-kit.ts';

const exampleAddress = 'https://ml-team.vault.azure.net';

export const azureSteps: ProviderSteps = {
  description: () => l10n.t('a secret in an Azure key vault'),
  settings: (_settings, store) => [
    textStep(
      'azure.vaultUrl',
      l10n.t('Address of the key vault'),
      exampleAddress,
      address(['https:'], exampleAddress),
    ),
    choiceStep('azure.signIn', l10n.t('How do you sign in to Azure?'), [
      {
        label: l10n.t('Default Azure credential'),
        description: l10n.t('environment, managed identity, Azure CLI'),
        value: 'default',
      },
      { label: l10n.t('Microsoft account in VS Code'), value: 'vscode' },
      { label: l10n.t('Managed identity'), value: 'managedIdentity' },
      { label: l10n.t('Azure CLI'), value: 'azureCli' },
    ]),
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
