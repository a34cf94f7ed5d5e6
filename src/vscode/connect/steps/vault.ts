import * as l10n from '@vscode/l10n';
import { completedUri } from '../../../configuration/tracking-uri.ts';
import { vaultAuthMethods } from '../../../settings/manifest.ts';
import type { VaultAuthMethod } from '../../../settings/manifest.ts';
import { inOneText, Problem } from '../../../problem.ts';
import { originAndPath } from '../../../providers/address.ts';
import { vaultMethodLabel } from '../../../providers/providers.ts';
import { labels } from '../../labels.ts';
import type { Objection } from '../multi-step-input.ts';
import { likelySecrets, secretNameStep } from '../listed-step.ts';
import { address, choiceStep, completing, secretStep, textStep, unless, warning } from '../step-kit.ts';
import type { SettingTexts } from '../../../settings/written-values.ts';
import type { ProviderSteps, SourceOffer, WizardStep } from '../step-kit.ts';
import type { StoreView } from '../store-view.ts';

const exampleAddress = 'https://vault.company.com:8200';

interface MethodSteps extends Pick<ProviderSteps, 'credentials'> {
  readonly settings: () => readonly WizardStep[];
}

const stepsOf: Readonly<Record<VaultAuthMethod, MethodSteps>> = {
  token: {
    settings: () => [],
    credentials: (settings, ambient) => [
      async (answers, position) => {
        const optional = await ambient.hasAmbient('vault.token', settings);
        const server = serverOf(settings);
        const isUnused = !optional && (await ambient.hasAmbient('vault.token'));
        const prompt = optional
          ? labels.ambientVaultTokenPrompt
          : isUnused
            ? labels.unusedVaultTokenPrompt
            : labels.vaultTokenPrompt;
        return secretStep('vault.token', prompt(server), { optional })(answers, position);
      },
    ],
  },
  approle: {
    settings: () => [textStep('vault.roleId', l10n.t('AppRole role ID'), '')],
    credentials: (settings) => [
      secretStep(
        'vault.secretId',
        l10n.t('AppRole secret ID for {0}, plain or response-wrapped', serverOf(settings)),
      ),
    ],
  },
  userpass: {
    settings: () => [textStep('vault.username', l10n.t('Vault user name'), '')],
    credentials: (settings) => [passwordStep(settings)],
  },
  ldap: {
    settings: () => [textStep('vault.username', l10n.t('LDAP user name'), '')],
    credentials: (settings) => [passwordStep(settings)],
  },
  oidc: {
    settings: () => [],
    credentials: () => [],
  },
  agent: {
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
  return stepsOf[method ?? 'token'];
}

const secret = { key: 'vault.path', example: 'secret/mlflow' } as const;

/** What is there is known before anything is sent to it. */
function addressStep(store: StoreView): WizardStep {
  const key = 'vault.address';
  const isAddress = address(['https:', 'http:'], exampleAddress);
  const check = async (text: string, settings: SettingTexts): Promise<Objection | undefined> => {
    const objection = isAddress(text);
    if (objection !== undefined) return objection;
    const greeting = await store.greeting({ ...settings, [key]: completedUri(text) }, secret);
    return greeting instanceof Problem ? warning(inOneText(greeting)) : undefined;
  };
  return completing(key, textStep(key, labels.vaultAddressPrompt(), exampleAddress, check));
}

/** Not asked where the token of this machine is for this address. */
function methodStep(store: StoreView): WizardStep {
  const asked = choiceStep(
    'vault.authMethod',
    labels.vaultMethod(),
    vaultAuthMethods.map((value) => ({ label: vaultMethodLabel(value), value })),
    () => store.lastGreeting,
  );
  return unless(async (settings) => {
    const complete = { [secret.key]: secret.example, ...settings };
    const isOpen = store.mayLeaveOut && settings['vault.authMethod'] === undefined;
    return isOpen && (await store.hasAmbient('vault.token', complete));
  }, asked);
}

/** Where the address is known and the token of this machine is for it, Vault says which secrets there are. */
async function offers(settings: SettingTexts, store: StoreView): Promise<readonly SourceOffer[]> {
  const { 'vault.address': address, 'vault.authMethod': method = 'token', 'vault.path': path } = settings;
  if (!address || path || method !== 'token') return [];
  const names = await store.names(settings, secret, new AbortController().signal);
  if (names.kind !== 'listed' || names.isCutOff) return [];
  const likely = likelySecrets(names.secrets.map(({ name }) => name));
  return likely.length !== 1
    ? []
    : likely.map((name) => ({
        ...{ label: name, description: l10n.t('a secret in Vault at {0}', serverOf(settings)) },
        ...{ settings: { provider: 'vault', [secret.key]: name }, isLikeliest: true },
      }));
}

export const vaultSteps: ProviderSteps = {
  looking: () => l10n.t('Looking for the secrets that you may see'),
  offers,
  isKnown: async (store) => (await store.known('vault', 'vault.authMethod')).length > 0,
  description: () => l10n.t('a key/value secret in Vault or OpenBao'),
  names: {
    'vault.address': () => labels.vaultAddressPrompt(),
    'vault.authMethod': () => l10n.t('Sign-in method'),
    'vault.roleId': () => l10n.t('AppRole role ID'),
    'vault.username': () => l10n.t('User name'),
    'vault.path': () => l10n.t('Path of the secret'),
  },
  settings: (settings, store) => [
    addressStep(store),
    methodStep(store),
    ...methodOf(settings).settings(),
    secretNameStep(
      secret.key,
      {
        enter: labels.enterPath(),
        prompt: l10n.t('Path of the secret'),
        example: secret.example,
      },
      store,
    ),
  ],
  credentials: (settings, ambient) => methodOf(settings).credentials(settings, ambient),
};
