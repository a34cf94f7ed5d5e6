import { atMost } from '../../deadline.ts';
import { providers } from '../../providers/providers.ts';
import type { ProviderId, SettingKey } from '../../settings/manifest.ts';
import type { Choice } from './multi-step-input.ts';
import type { SourceOffer, WizardAnswers } from './step-kit.ts';
import { stepsOf } from './steps.ts';
import type { StoreView } from './store-view.ts';

interface Sources {
  readonly choices: readonly Choice<string>[];
  readonly active: string | undefined;
  /** The answers, with what this row says. */
  readonly take: (chosen: string, answers: WizardAnswers) => WizardAnswers;
}

/** A person waits for the list, so what is not known by then is asked for later. */
const offersDeadlineMs = 1000;

/**
 * What needs no secret store comes first, and is offered unless something says that there is one; before it, a secret that
 * is the only likely one of the store that this machine is set up for.
 */
export async function sourcesFor({ settings }: WizardAnswers, store: StoreView): Promise<Sources> {
  const inOrder = providers.toSorted(
    (one, other) => Number(other.isSecretEntered) - Number(one.isSecretEntered),
  );
  const found = await Promise.all(inOrder.map(async ({ id }) => offersOf(id, settings, store)));
  const offers = new Map(found.flat().map((offer, index) => [`offer ${index}`, offer]));
  const rows = [...offers].map(([value, { label, description, isLikeliest, ...offer }]) => ({
    choice: { label, description, value },
    provider: offer.settings.provider,
    isLikeliest,
  }));
  const likeliest = rows.filter((row) => row.isLikeliest);
  const descriptions = await Promise.all(inOrder.map(async ({ id }) => stepsOf[id].description(store)));
  const generic = inOrder.flatMap((provider, index): readonly Choice<string>[] => [
    { label: provider.name(), description: descriptions[index], value: provider.id },
    ...rows.filter((row) => !row.isLikeliest && row.provider === provider.id).map(({ choice }) => choice),
  ]);
  const named = inOrder.find(({ autoSettings }) => autoSettings.some((key) => settings[key]));
  return {
    choices: [...likeliest.map(({ choice }) => choice), ...generic],
    active: settings.provider ?? likeliest[0]?.choice.value ?? named?.id ?? inOrder[0]?.id,
    take: (chosen, answers) => withSource(offers.get(chosen)?.settings ?? { provider: chosen }, answers),
  };
}

async function offersOf(
  id: ProviderId,
  settings: WizardAnswers['settings'],
  store: StoreView,
): Promise<readonly SourceOffer[]> {
  const offers = store.mayLeaveOut ? stepsOf[id].offers?.({ ...settings, provider: id }, store) : undefined;
  return (offers && (await atMost(offers, offersDeadlineMs))) ?? [];
}

/** In place of what was chosen with another row before, when the user went back. */
function withSource(offered: SourceOffer['settings'], answers: WizardAnswers): WizardAnswers {
  const before: readonly string[] = answers.chosenWithSource;
  const left = Object.entries(answers.settings).filter(([key]) => !before.includes(key));
  return {
    ...answers,
    settings: { ...Object.fromEntries(left), ...offered },
    chosenWithSource: Object.keys(offered).filter((key) => key !== 'provider') as SettingKey[],
  };
}
