import * as l10n from '@vscode/l10n';
import type { SettingTexts } from '../../../settings/written-values.ts';
import { labels } from '../../labels.ts';
import type { Found } from '../ask-listed.ts';
import { listedStep, secretNameStep } from '../listed-step.ts';
import { optional, textStep, unless } from '../step-kit.ts';
import type { ProviderSteps, SourceOffer, WizardStep } from '../step-kit.ts';
import type { StoreView } from '../store-view.ts';

const maxOffers = 8;

/** The profiles, where one has to be chosen anyway. */
async function offers(settings: SettingTexts, store: StoreView): Promise<readonly SourceOffer[]> {
  const { 'aws.profile': chosen } = settings;
  const known = await store.known('aws', 'aws.profile');
  if (known.length < 2 || known.length > maxOffers) return [];
  if (chosen && known.every(({ value }) => value !== chosen)) return [];
  return known.map(({ value, about }) => ({
    label: value,
    description: [l10n.t('AWS profile'), about].filter((part) => part !== '').join(', '),
    ...{ settings: { provider: 'aws', 'aws.profile': value }, isLikeliest: false },
  }));
}

export const awsSteps: ProviderSteps = {
  offers,
  isKnown: async (store) => (await store.known('aws', 'aws.profile')).length > 0,
  description: () => l10n.t('a secret in your AWS account'),
  names: {
    'aws.profile': () => l10n.t('AWS profile'),
    'aws.region': () => l10n.t('Region'),
    'aws.secretId': () => l10n.t('Name or ARN of the secret'),
  },
  settings: (_settings, store) => [profileStep(store), regionStep(store), secretStep(store)],
  credentials: () => [],
};

/** A list of those that there are; where there are none, an environment or a machine has the credentials. */
function profileStep(store: StoreView): WizardStep {
  const asked = listedStep('aws.profile', {
    question: labels.whichProfile(),
    looking: l10n.t('Reading your AWS configuration files'),
    prompt: l10n.t('AWS profile (leave empty for the default credentials)'),
    example: 'default',
    check: optional,
    look: async () => foundProfiles(store),
  });
  return unless(async (settings) => {
    const names = (await store.known('aws', 'aws.profile')).map(({ value }) => value);
    // Without files there is no other one, either.
    const hasOthers = names.some((name) => name !== 'default');
    return store.mayLeaveOut && !hasOthers && !settings['aws.profile'];
  }, asked);
}

async function foundProfiles(store: StoreView): Promise<Found> {
  const known = await store.known('aws', 'aws.profile');
  if (known.length === 0) return { kind: 'unknown' };
  const named = known.map(({ value, about }) => ({ label: value, description: about, value }));
  const standard = {
    label: l10n.t('Default credentials'),
    description: l10n.t('as AWS tools find them'),
    value: '',
  };
  // The first one is offered to whoever has chosen none.
  const isNamedFirst = store.mayLeaveOut && known[0]?.isOnlyOne === true;
  const choices = isNamedFirst ? [...named, standard] : [standard, ...named];
  return { kind: 'known', choices, about: l10n.t('Its secrets are listed next, where that is allowed.') };
}

/** Only where nothing says it: an ARN and most profiles do. */
function regionStep(store: StoreView): WizardStep {
  const asked = textStep('aws.region', labels.regionPrompt(), 'eu-central-1', optional);
  return unless(async (settings) => isRegionKnown(store, settings), asked);
}

async function isRegionKnown(store: StoreView, settings: SettingTexts): Promise<boolean> {
  const { 'aws.secretId': secretId = '', 'aws.profile': profile, 'aws.region': region } = settings;
  if (secretId.startsWith('arn:')) return true;
  const known = await store.known('aws', 'aws.profile');
  const decides = known.find(({ value }) => value === (profile || 'default'))?.decides;
  return !region && decides?.includes('aws.region') === true;
}

function secretStep(store: StoreView): WizardStep {
  return secretNameStep(
    'aws.secretId',
    {
      enter: l10n.t('Enter the name or ARN'),
      prompt: l10n.t('Name or ARN of the secret'),
      example: 'mlflow/credential',
    },
    store,
  );
}
