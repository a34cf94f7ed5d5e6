import * as vscode from 'vscode';
import { Secret } from '../../secret.ts';
import type { Credentials } from '../credentials.ts';
import { askText, runSteps } from './multi-step-input.ts';
import type { Step } from './multi-step-input.ts';
import { askPassword, mapped, required, secretStep } from './wizard-steps.ts';
import type { WizardAnswers } from './wizard-steps.ts';

const { l10n } = vscode;

/** Asks again for what the configured sign-in needs. `undefined` when the user cancelled. */
export async function askCredentials(
  settings: WizardAnswers['settings'],
  ambient: Pick<Credentials, 'hasAmbient'>,
): Promise<WizardAnswers['credentials'] | undefined> {
  const initial: WizardAnswers = { settings, credentials: {}, found: undefined };
  const steps = credentialSteps(settings, ambient);
  const answers = await runSteps(l10n.t('Enter MLflow Credential'), initial, () => steps);
  return answers?.credentials;
}

/** What has to be typed for a source and its sign-in; empty where nothing has. */
export function credentialSteps(
  settings: WizardAnswers['settings'],
  ambient: Pick<Credentials, 'hasAmbient'>,
): readonly Step<WizardAnswers>[] {
  switch (settings.provider) {
    case 'stored':
      return settings['auth.mode'] === 'basic' ? [storedUserStep, storedPasswordStep] : [storedTokenStep];
    case 'vault':
      return vaultCredentialSteps(settings['vault.authMethod'] ?? 'token', ambient);
    default:
      return [];
  }
}

function vaultCredentialSteps(
  method: string,
  ambient: Pick<Credentials, 'hasAmbient'>,
): readonly Step<WizardAnswers>[] {
  switch (method) {
    case 'token':
      return [
        secretStep(
          'vault.token',
          ambient.hasAmbient('vault.token')
            ? l10n.t('Vault token. Leave empty to use VAULT_TOKEN or ~/.vault-token')
            : l10n.t('Vault token. It is kept in VS Code secret storage'),
          { optional: ambient.hasAmbient('vault.token') },
        ),
      ];
    case 'approle':
      return [secretStep('vault.secretId', l10n.t('AppRole secret id, plain or wrapped'))];
    case 'userpass':
      return [secretStep('vault.password', l10n.t('Vault password'))];
    case 'ldap':
      return [secretStep('vault.password', l10n.t('LDAP password'))];
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

const storedTokenStep = secretStep(
  'stored.credential',
  l10n.t('Token. It is kept in VS Code secret storage'),
);

function withStored(answers: WizardAnswers, stored: { username: string; password: string }): WizardAnswers {
  const secret = new Secret(JSON.stringify(stored));
  return { ...answers, credentials: { ...answers.credentials, 'stored.credential': secret } };
}

function storedUser(answers: WizardAnswers): string {
  const stored = answers.credentials['stored.credential']?.reveal();
  if (!stored?.startsWith('{')) return '';
  return (JSON.parse(stored) as { username: string }).username;
}
