import * as l10n from '@vscode/l10n';
import { vaultAuthMethods } from '../../../settings/manifest.ts';
import type { VaultAuthMethod } from '../../../settings/manifest.ts';
import { originAndPath } from '../../../providers/address.ts';
import { labels } from '../../labels.ts';
import { secretNameStep } from '../listed-step.ts';
import { address, choiceStep, secretStep, textStep } from '../step-kit.ts';
import type { SettingTexts } from '../../../settings/written-values.ts';
import type { ProviderSteps, WizardStep } from '../step-kit.ts';

const exampleAddress = 'https://vault.company.com:8200';

interface MethodSteps extends Pick<ProviderSteps, 'credentials'> {
  readonly label: () => string;
  readonly settings: () => readonly WizardStep[];
}

const methods: Readonly<Record<VaultAuthMethod, MethodSteps>> = {
  token: {
    label: () => l10n.t('Token'),
    settings: () => [],
    credentials: (settings, ambient) => [
      async (answers, position) => {
        const optional = await ambient.hasAmbient('vault.token', settings);
        const server = serverOf(settings);
        const prompt = optional ? labels.ambientVaultTokenPrompt(server) : labels.vaultTokenPrompt(server);
        return secretStep('vault.token', prompt, { optional })(answers, position);
      },
    ],
  },
  approle: {
    label: () => l10n.t('AppRole'),
    settings: () => [textStep('vault.roleId', l10n.t('AppRole role ID'), '')],
    credentials: (settings) => [
      secretStep(
        'vault.secretId',
        l10n.t('AppRole secret ID for {0}, plain or response-wrapped', serverOf(settings)),
      ),
    ],
  },
  userpass: {
    label: () => l10n.t('User name and password'),
    settings: () => [textStep('vault.username', l10n.t('Vault user name'), '')],
    credentials: (settings) => [passwordStep(settings)],
  },
  ldap: {
    label: () => l10n.t('LDAP'),
    settings: () => [textStep('vault.username', l10n.t('LDAP user name'), '')],
    credentials: (settings) => [passwordStep(settings)],
  },
  oidc: {
    label: () => l10n.t('Single sign-on in the browser (OIDC)'),
    settings: () => [],
    credentials: () => [],
  },
  agent: {
    label: () => l10n.t('Vault Agent or Proxy that signs in on its own'),
    settings: () => [],
    credentials: () => [],
  },
};

/** Who gets what is entered, as it will be called. */
function serverOf({ 'vault.address': address = '' }: SettingTexts): string {
  return originAndPath(address, ['https:', 'http:']) ?? address;
}

function passwordStep(settings: SettingTexts): WizardStep {
  const { 'vault.username': user = '' } = settings;
  return secretStep('vault.password', labels.storedPasswordPrompt(user, serverOf(settings)));
}

function methodOf(settings: SettingTexts): MethodSteps {
  const method = vaultAuthMethods.find((one) => one === settings['vault.authMethod']);
  return methods[method ?? 'token'];
}

export const vaultSteps: ProviderSteps = {
  description: () => l10n.t('a key/value secret in Vault or OpenBao'),
  settings: (settings, store) => [
    textStep(
      'vault.address',
      l10n.t('Address of Vault'),
      exampleAddress,
      address(['https:', 'http:'], exampleAddress),
    ),
    choiceStep(
      'vault.authMethod',
      l10n.t('How do you sign in to Vault?'),
      vaultAuthMethods.map((value) => ({ label: methods[value].label(), value })),
    ),
    ...methodOf(settings).settings(),
    secretNameStep(
      'vault.path',
      {
        enter: l10n.t('Enter the path'),
        prompt: l10n.t('Path of the secret'),
        example: 'secret/mlflow',
      },
      store,
    ),
  ],
  credentials: (settings, ambient) => methodOf(settings).credentials(settings, ambient),
};
