import * as l10n from '@vscode/l10n';
import { optional, textStep } from '../step-kit.ts';
import type { ProviderSteps, WizardStep } from '../step-kit.ts';

export const awsSteps: ProviderSteps = {
  description: () => l10n.t('a secret in your AWS account'),
  settings: (settings) => {
    const hasRegion = settings['aws.secretId']?.startsWith('arn:') ?? false;
    return [
      textStep('aws.secretId', l10n.t('Name or ARN of the secret'), 'mlflow/credential'),
      ...(hasRegion ? [] : [regionStep()]),
      textStep(
        'aws.profile',
        l10n.t('AWS profile (leave empty for the default credentials)'),
        'default',
        optional,
      ),
    ];
  },
  credentials: () => [],
};

function regionStep(): WizardStep {
  const prompt = l10n.t('AWS region (leave empty to use the region of your AWS configuration)');
  return textStep('aws.region', prompt, 'eu-central-1', optional);
}
