import * as vscode from 'vscode';
import { providers } from '../../providers/providers.ts';
import { vaultAuthMethods } from '../../settings/manifest.ts';
import type { ProviderId } from '../../settings/manifest.ts';
import type { Credentials } from '../credentials.ts';
import { credentialSteps } from './credential-steps.ts';
import { askChoice, askText, runSteps } from './multi-step-input.ts';
import type { Objection, Step } from './multi-step-input.ts';
import type { ServerCheck } from '../diagnosis/check-tracking-server.ts';
import { mapped, optional, textStep } from './wizard-steps.ts';
import type { WizardAnswers } from './wizard-steps.ts';

export interface WizardHost {
  readonly credentials: Pick<Credentials, 'hasAmbient'>;
  /** Asks the address what it is. */
  readonly checkTrackingServer: (uri: string) => Promise<ServerCheck>;
}

const { l10n } = vscode;

export async function runWizard(
  current: WizardAnswers['settings'],
  host: WizardHost,
): Promise<WizardAnswers | undefined> {
  const initial: WizardAnswers = { settings: current, credentials: {}, found: undefined };
  return runSteps(l10n.t('Connect MLflow'), initial, ({ settings }) => [
    trackingUriStep(host),
    sourceStep,
    ...sourceSteps(settings, host),
  ]);
}

function sourceSteps(settings: WizardAnswers['settings'], host: WizardHost): readonly Step<WizardAnswers>[] {
  const credential = credentialSteps(settings, host.credentials);
  switch (settings.provider as ProviderId | undefined) {
    case 'vault':
      return [...vaultSteps(settings), ...credential, modeStep];
    case 'aws':
      return [...awsSteps(settings), modeStep];
    case 'azure':
      return [...azureSteps, modeStep];
    case 'stored':
      return [modeStep, ...credential];
    case undefined:
      return [];
  }
}

function trackingUriStep(host: WizardHost): Step<WizardAnswers> {
  return async (answers, position) => {
    let found: string | undefined;
    const check = async (uri: string): Promise<Objection | undefined> => {
      found = undefined;
      const result = await host.checkTrackingServer(uri);
      switch (result.kind) {
        case 'found':
          found = result.message;
          return result.warning === undefined
            ? undefined
            : { severity: 'warning', message: again(result.warning) };
        case 'invalid':
          return { severity: 'error', message: result.message };
        case 'doubtful':
          return { severity: 'warning', message: again(result.message) };
      }
    };
    const result = await askText({
      ...position,
      prompt: l10n.t('Address of the MLflow tracking server, as your code names it'),
      placeholder: 'https://mlflow.company.com',
      value: answers.settings.trackingUri ?? '',
      check,
    });
    return mapped(result, (trackingUri) => ({
      ...answers,
      found,
      settings: { ...answers.settings, trackingUri },
    }));
  };
}

function again(message: string): string {
  return l10n.t('{0} Press Enter again to use it all the same.', message);
}

const sourceStep: Step<WizardAnswers> = async (answers, position) => {
  const details: Record<ProviderId, string> = {
    vault: l10n.t('a key/value secret in Vault or OpenBao'),
    aws: l10n.t('a secret in your AWS account'),
    azure: l10n.t('a secret in an Azure key vault'),
    stored: l10n.t('type it once; no secret server needed'),
  };
  const choices = providers.map((provider) => ({
    label: provider.name(),
    description: details[provider.id],
    value: provider.id,
  }));
  const placeholder =
    answers.found === undefined
      ? l10n.t('Where does the credential come from?')
      : l10n.t('{0} Where does the credential come from?', answers.found);
  const result = await askChoice(
    { ...position, placeholder },
    choices,
    answers.settings.provider as ProviderId | undefined,
  );
  return mapped(result, (provider) => ({ ...answers, settings: { ...answers.settings, provider } }));
};

function vaultSteps(settings: WizardAnswers['settings']): readonly Step<WizardAnswers>[] {
  return [
    textStep(
      'vault.address',
      l10n.t('Address of Vault'),
      'https://vault.company.com:8200',
      vaultAddressObjection,
    ),
    textStep('vault.path', l10n.t('Path of the secret'), 'secret/mlflow'),
    vaultMethodStep,
    ...vaultIdentitySteps(settings['vault.authMethod'] ?? 'token'),
  ];
}

function vaultIdentitySteps(method: string): readonly Step<WizardAnswers>[] {
  switch (method) {
    case 'approle':
      return [textStep('vault.roleId', l10n.t('AppRole role id'), '')];
    case 'userpass':
      return [textStep('vault.username', l10n.t('Vault user name'), '')];
    case 'ldap':
      return [textStep('vault.username', l10n.t('LDAP user name'), '')];
    default:
      return [];
  }
}

function vaultAddressObjection(text: string): Objection | undefined {
  if (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)) return undefined;
  return { severity: 'error', message: l10n.t('Write it as https://vault.company.com:8200.') };
}

const vaultMethodStep: Step<WizardAnswers> = async (answers, position) => {
  const labels: Record<(typeof vaultAuthMethods)[number], string> = {
    token: l10n.t('Token'),
    approle: l10n.t('AppRole'),
    userpass: l10n.t('User name and password'),
    ldap: l10n.t('LDAP'),
    oidc: l10n.t('Single sign-on in the browser (OIDC)'),
  };
  const result = await askChoice(
    { ...position, placeholder: l10n.t('How do you sign in to Vault?') },
    vaultAuthMethods.map((value) => ({ label: labels[value], value })),
    answers.settings['vault.authMethod'] ?? 'token',
  );
  return mapped(result, (value) => ({
    ...answers,
    settings: { ...answers.settings, 'vault.authMethod': value },
  }));
};

function awsSteps(settings: WizardAnswers['settings']): readonly Step<WizardAnswers>[] {
  const regionIsInArn = settings['aws.secretId']?.startsWith('arn:') ?? false;
  return [
    textStep('aws.secretId', l10n.t('Name or ARN of the secret'), 'mlflow/credential'),
    ...(regionIsInArn
      ? []
      : [
          textStep(
            'aws.region',
            l10n.t('AWS region. Leave empty to use your AWS configuration'),
            'eu-central-1',
            optional,
          ),
        ]),
    textStep(
      'aws.profile',
      l10n.t('AWS profile. Leave empty for the default credentials'),
      'default',
      optional,
    ),
  ];
}

const azureSteps: readonly Step<WizardAnswers>[] = [
  textStep('azure.vaultUrl', l10n.t('Address of the key vault'), 'https://ml-team.vault.azure.net', (text) =>
    URL.canParse(text) && new URL(text).protocol === 'https:'
      ? undefined
      : { severity: 'error', message: l10n.t('Write it as https://ml-team.vault.azure.net.') },
  ),
  textStep('azure.secretName', l10n.t('Name of the secret'), 'mlflow'),
  async (answers, position) => {
    const result = await askChoice(
      { ...position, placeholder: l10n.t('How do you sign in to Azure?') },
      [
        {
          label: l10n.t('As Azure tools find it'),
          description: l10n.t('environment, managed identity, Azure CLI'),
          value: 'default',
        },
        { label: l10n.t('Microsoft account of VS Code'), value: 'vscode' },
        { label: l10n.t('Managed identity'), value: 'managedIdentity' },
        { label: l10n.t('Azure CLI'), value: 'azureCli' },
      ],
      answers.settings['azure.signIn'] ?? 'default',
    );
    return mapped(result, (value) => ({
      ...answers,
      settings: { ...answers.settings, 'azure.signIn': value },
    }));
  },
];

const modeStep: Step<WizardAnswers> = async (answers, position) => {
  const result = await askChoice(
    { ...position, placeholder: l10n.t('What does the tracking server ask for?') },
    [
      { label: l10n.t('User name and password'), description: l10n.t('Basic'), value: 'basic' },
      { label: l10n.t('A token'), description: l10n.t('Bearer'), value: 'bearer' },
    ],
    answers.settings['auth.mode'] ?? 'basic',
  );
  return mapped(result, (value) => ({ ...answers, settings: { ...answers.settings, 'auth.mode': value } }));
};
