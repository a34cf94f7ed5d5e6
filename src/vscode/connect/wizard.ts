import { providers } from '../../providers/providers.ts';
import { settings } from '../../settings/manifest.ts';
import type { SettingDescriptor, SettingKey } from '../../settings/manifest.ts';
import type { Credentials } from '../credentials.ts';
import * as l10n from '@vscode/l10n';
import { askChoice, runSteps } from './multi-step-input.ts';
import type { Step } from './multi-step-input.ts';
import { addressOf, serverAndSourceStep, sourceStep, trackingUriStep } from './server-steps.ts';
import type { ServerStepsHost } from './server-steps.ts';
import type { SettingTexts } from '../../settings/written-values.ts';
import type { EnteredCredential, WizardAnswers, WizardStep } from './step-kit.ts';
import { mapped, unanswered, unless } from './step-kit.ts';
import { settingName } from './setting-names.ts';
import { stepsFor } from './steps.ts';

export interface WizardHost extends ServerStepsHost {
  /** What variables decide is not asked. */
  readonly decided: ReadonlySet<SettingKey>;
}

/** Asks for all settings of a connection; where the user cancelled, what they had entered until then. */
export async function runWizard(
  title: string,
  current: SettingTexts,
  host: WizardHost,
): Promise<{ readonly isCancelled: boolean; readonly answers: WizardAnswers }> {
  const { suggested, store } = host;
  // One question for both, where neither is known; the same again for who cancelled after it.
  const isSuggested =
    suggested !== undefined && [undefined, addressOf(suggested)].includes(current.trackingUri);
  const isOne = isSuggested && !host.decided.has('provider');
  const first = isOne ? [serverAndSourceStep(host, suggested)] : [trackingUriStep(host), sourceStep(store)];
  return runSteps(title, unanswered(current), ({ settings, chosenWithSource }) =>
    [...first, ...(stepsFor(settings)?.settings(settings, store) ?? [])].filter(
      ({ setting }: WizardStep) =>
        setting === undefined || !(host.decided.has(setting) || chosenWithSource.includes(setting)),
    ),
  );
}

/** Asks what to change of a connection that is complete, and then for that alone and what it needs. */
export async function runChange(
  title: string,
  current: SettingTexts,
  host: WizardHost,
): Promise<{ readonly isCancelled: boolean; readonly answers: WizardAnswers }> {
  const all = ({ settings }: WizardAnswers): readonly WizardStep[] => [
    trackingUriStep(host),
    sourceStep(host.store),
    ...(stepsFor(settings)?.settings(settings, host.store) ?? []),
  ];
  let chosen: string | undefined;
  const choose: Step<WizardAnswers> = async (answers, position) => {
    const rows = all(answers).flatMap(({ setting, choices }) => {
      if (setting === undefined) return [];
      const shown = shownValue(setting, answers.settings);
      const description = choices?.find(({ value }) => value === shown)?.label ?? shown;
      return [{ label: settingName(setting), description, value: setting }];
    });
    const result = await askChoice(
      { ...position, question: l10n.t('What do you want to change?') },
      rows,
      chosen ?? rows[0]?.value,
    );
    return mapped(result, (setting) => {
      chosen = setting;
      return answers;
    });
  };
  return runSteps(title, unanswered(current), (answers) => {
    const steps = all(answers);
    const index = steps.findIndex(({ setting }) => setting === chosen);
    const [first, ...others] = index < 0 ? [] : steps.slice(index);
    if (first === undefined) return [choose];
    // Another source needs all of its own; another sign-in perhaps a name.
    const more = isSource(first) ? others : others.map((step) => ifMissing(step, host));
    return [choose, first, ...more];
  });
}

function isSource({ setting }: WizardStep): boolean {
  return setting === 'provider';
}

function ifMissing(step: WizardStep, { store }: WizardHost): WizardStep {
  const { setting } = step;
  return unless(
    async (settings) => setting === undefined || !(await store.missing(settings)).includes(setting),
    step,
  );
}

/** As much of it as is no half of a sign-in. */
function shownValue(key: SettingKey, values: SettingTexts): string | undefined {
  const { isHidden, default: usual }: SettingDescriptor = settings[key];
  const provider = providers.find(({ id }) => key === 'provider' && id === values.provider);
  if (isHidden === true) return undefined;
  const byDefault = typeof usual === 'string' && usual !== '' ? usual : undefined;
  return provider?.name() ?? values[key] ?? byDefault;
}

/** What is asked for, and where. */
export interface CredentialQuestion {
  /** What the user wants to do. */
  readonly title: string;
  /** Those of the source; `auth.mode` where it is known what the server asks for. */
  readonly settings: SettingTexts;
  readonly ambient: Pick<Credentials, 'hasAmbient'>;
}

/** What was entered before, of which all but secrets is offered again, and why it is asked for again if it was wrong. */
export interface Again {
  readonly entered: readonly EnteredCredential[];
  readonly why?: string;
}

/** Asks for what the configured sign-in needs; where the user cancelled, what they had entered until then. */
export async function askCredentials(
  { title, settings, ambient }: CredentialQuestion,
  again?: Again,
): Promise<{ readonly isCancelled: boolean; readonly credentials: readonly EnteredCredential[] }> {
  const initial = unanswered(settings, again?.entered);
  const steps = stepsFor(settings)?.credentials;
  const asked = steps?.(settings, ambient) ?? [];
  const { isCancelled, answers } = await runSteps(title, initial, () => asked, again?.why);
  return { isCancelled, credentials: answers.credentials };
}
