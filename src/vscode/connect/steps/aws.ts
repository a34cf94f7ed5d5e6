import * as l10n from '@vscode/l10n';
import { orProblem, Problem } from '../../../problem.ts';
import { providerOf } from '../../../providers/providers.ts';
import type { KnownValue } from '../../../providers/provider.ts';
import { homeFolder } from '../../home-folder.ts';
import { askChoice } from '../multi-step-input.ts';
import type { Step } from '../multi-step-input.ts';
import { mapped, optional, textStep, withSetting } from '../step-kit.ts';
import type { ProviderSteps, WizardAnswers, WizardStep } from '../step-kit.ts';

export const awsSteps: ProviderSteps = {
  description: () => l10n.t('a secret in your AWS account'),
  settings: () => [
    profileStep(),
    textStep('aws.secretId', l10n.t('Name or ARN of the secret'), 'mlflow/credential'),
    regionStep(),
  ],
  credentials: () => [],
};

async function profiles(): Promise<readonly KnownValue[]> {
  const places = { environment: process.env, homeFolder: homeFolder() };
  const found = await orProblem(
    providerOf({ provider: 'aws' }).knownValues?.('aws.profile', places) ?? none(),
  );
  // What is wrong with the files is told when they are used.
  return found instanceof Problem ? [] : found;
}

async function none(): Promise<readonly KnownValue[]> {
  return Promise.resolve([]);
}

/** A list of those that there are; where there are none, an environment or a machine has the credentials. */
function profileStep(): WizardStep {
  const asText = textStep(
    'aws.profile',
    l10n.t('AWS profile (leave empty for the default credentials)'),
    'default',
    optional,
  );
  const step: Step<WizardAnswers> = async (answers, position) => {
    const known = await profiles();
    if (known.length === 0) return asText(answers, position);
    const choices = [
      { label: l10n.t('Default credentials'), description: l10n.t('as AWS tools find them'), value: '' },
      ...known.map(({ value, about }) => ({ label: value, description: about, value })),
    ];
    const question = l10n.t('Which AWS profile?');
    const active = answers.settings['aws.profile'] ?? '';
    const result = await askChoice({ ...position, question }, choices, active);
    return mapped(result, (profile) => withSetting(answers, 'aws.profile', profile));
  };
  return Object.assign(step, { setting: 'aws.profile' } as const);
}

/** The last one, so that nothing goes back to it where it is left out: an ARN and most profiles say the region. */
function regionStep(): WizardStep {
  const asText = textStep(
    'aws.region',
    l10n.t('AWS region (leave empty to use the region of your AWS configuration)'),
    'eu-central-1',
    optional,
  );
  const step: Step<WizardAnswers> = async (answers, position) => {
    const { 'aws.secretId': secretId = '', 'aws.profile': profile } = answers.settings;
    const isKnown = (await profiles()).some(
      ({ value, decides }) => value === (profile || 'default') && decides.includes('aws.region'),
    );
    const isDecided = secretId.startsWith('arn:') || (isKnown && !answers.settings['aws.region']);
    return isDecided ? { kind: 'value', value: answers } : asText(answers, position);
  };
  return Object.assign(step, { setting: 'aws.region' } as const);
}
