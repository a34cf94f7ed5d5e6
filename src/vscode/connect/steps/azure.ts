import * as l10n from '@vscode/l10n';
import type { SettingTexts } from '../../../settings/written-values.ts';
import { labels } from '../../labels.ts';
import type { Found } from '../ask-listed.ts';
import { foundIn, listedStep, secretNameStep } from '../listed-step.ts';
import { address, choiceStep, completing, unless } from '../step-kit.ts';
import type { ProviderSteps, WizardStep } from '../step-kit.ts';
import type { StoreView } from '../store-view.ts';

const exampleAddress = 'https://ml-team.vault.azure.net';
const exampleSecret = 'mlflow';

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

/** The account that is asked for key vaults is named before it is. */
async function description(store: StoreView): Promise<string> {
  const [signIn] = store.mayLeaveOut ? await store.known('azure', 'azure.signIn') : [];
  return signIn === undefined
    ? l10n.t('a secret in an Azure key vault')
    : l10n.t('a secret in an Azure key vault; lists them with {0}', signIn.about);
}

/** Those that the sign-in may see, where it is known that there is one: it is chosen by then. */
function keyVaultStep(store: StoreView): WizardStep {
  const key = 'azure.vaultUrl';
  const step = listedStep(key, {
    question: labels.whichKeyVault(),
    looking: l10n.t('Looking for the key vaults that you may see'),
    enter: labels.enterAddress(),
    prompt: l10n.t('Address of the key vault'),
    example: exampleAddress,
    check: address(['https:'], exampleAddress),
    look: async (settings, signal) => foundVaults(store, settings, signal),
  });
  return completing(key, step);
}

async function foundVaults(store: StoreView, settings: SettingTexts, signal: AbortSignal): Promise<Found> {
  const [signIn] = await store.known('azure', 'azure.signIn');
  const isDefault = (settings['azure.signIn'] ?? 'default') === 'default';
  if (isDefault && signIn === undefined) return { kind: 'unknown' };
  const examples = { 'azure.vaultUrl': exampleAddress, 'azure.secretName': exampleSecret };
  return foundIn(await store.stores(settings, examples, signal), {
    about: (count) =>
      isDefault && signIn !== undefined
        ? l10n.t('Signed in with {0}. Key vaults: {1}', signIn.about, count)
        : l10n.t('Key vaults: {0}', count),
    none: l10n.t('no key vault is listed to you'),
    denied: l10n.t('this sign-in may not list key vaults'),
  });
}

export const azureSteps: ProviderSteps = {
  description,
  isKnown: async (store) => (await store.known('azure', 'azure.signIn')).length > 0,
  names: {
    'azure.signIn': () => l10n.t('Sign-in method'),
    'azure.vaultUrl': () => l10n.t('Address of the key vault'),
    'azure.secretName': () => l10n.t('Name of the secret'),
  },
  settings: (_settings, store) => [
    signInStep(store),
    keyVaultStep(store),
    secretNameStep(
      'azure.secretName',
      {
        enter: l10n.t('Enter the name'),
        prompt: l10n.t('Name of the secret'),
        example: exampleSecret,
      },
      store,
    ),
  ],
  credentials: () => [],
};
