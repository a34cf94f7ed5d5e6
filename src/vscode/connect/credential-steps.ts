import * as vscode from 'vscode';
import { Secret } from '../../secret.ts';
import { askText, runSteps } from './multi-step-input.ts';
import type { Step } from './multi-step-input.ts';
import { askPassword, mapped, required, secretStep } from './wizard-steps.ts';
import type { WizardAnswers } from './wizard-steps.ts';

const { l10n } = vscode;

export interface CredentialHost {
  /** Whether Vault's own token sources (VAULT_TOKEN, ~/.vault-token) have one. */
  readonly hasVaultToken: boolean;
}

/** Asks again for what the configured sign-in needs. `undefined` when the user cancelled. */
export async function askCredentials(
  settings: WizardAnswers['settings'],
  host: CredentialHost,
): Promise<WizardAnswers['credentials'] | undefined> {
  const initial: WizardAnswers = { settings, credentials: {}, found: undefined };
  const steps = credentialSteps(settings, host);
  const answers = await runSteps(l10n.t('Enter MLflow Credential'), initial, () => steps);
  return answers?.credentials;
}

/** What has to be typed for a source and its sign-in; empty where nothing has. */
export function credentialSteps(
  settings: WizardAnswers['settings'],
  host: CredentialHost,
): readonly Step<WizardAnswers>[] {
  switch (settings.provider) {
    case 'stored':
      return settings['auth.mode'] === 'basic' ? [storedUserStep, storedPasswordStep] : [storedTokenStep];
    case 'vault':
      return vaultCredentialSteps(settings['vault.authMethod'] ?? 'token', host);
    default:
      return [];
  }
}

function vaultCredentialSteps(method: string, host: CredentialHost): readonly Step<WizardAnswers>[] {
  switch (method) {
    case 'token':
      return [
        secretStep(
          'vaultToken',
          host.hasVaultToken
            ? l10n.t('Vault token. Leave empty to use VAULT_TOKEN or ~/.vault-token')
            : l10n.t('Vault token. It is kept in VS Code secret storage'),
          { optional: host.hasVaultToken },
        ),
      ];
    case 'approle':
      return [secretStep('vaultSecretId', l10n.t('AppRole secret id, plain or wrapped'))];
    case 'userpass':
      return [secretStep('vaultPassword', l10n.t('Vault password'))];
    case 'ldap':
      return [secretStep('vaultPassword', l10n.t('LDAP password'))];
    default:
      return [];
  }
}

/** The user name of a stored credential goes with its password, not into settings. */
const storedUserStep: Step<WizardAnswers> = async (answers, position) => {
  const result = await askText({
    ...position,
    prompt: l10n.t('User name at the tracking server'),
    value: storedUser(answers),
    check: required,
  });
  return mapped(result, (username) => withStored(answers, { username, password: '' }));
};

const storedPasswordStep: Step<WizardAnswers> = async (answers, position) => {
  const username = storedUser(answers);
  const result = await askPassword(
    position,
    l10n.t('Password of {0}. It is kept in VS Code secret storage', username),
  );
  return mapped(result, (password) => withStored(answers, { username, password }));
};

const storedTokenStep = secretStep('storedCredential', l10n.t('Token. It is kept in VS Code secret storage'));

function withStored(answers: WizardAnswers, stored: { username: string; password: string }): WizardAnswers {
  const storedCredential = new Secret(JSON.stringify(stored));
  return { ...answers, credentials: { ...answers.credentials, storedCredential } };
}

function storedUser(answers: WizardAnswers): string {
  const stored = answers.credentials.storedCredential?.reveal();
  if (!stored?.startsWith('{')) return '';
  return (JSON.parse(stored) as { username: string }).username;
}
