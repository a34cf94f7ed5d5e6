import type { SettingKey } from '../../settings/manifest.ts';
import type { Credentials } from '../credentials.ts';
import { labels } from '../labels.ts';
import { runSteps } from './multi-step-input.ts';
import { serverAndSourceStep, sourceStep, trackingUriStep } from './server-steps.ts';
import type { ServerStepsHost } from './server-steps.ts';
import type { SettingTexts } from '../../settings/written-values.ts';
import type { EnteredCredential, WizardAnswers, WizardStep } from './step-kit.ts';
import { stepsFor } from './steps.ts';
import type { StoreView } from './store-view.ts';

export interface WizardHost extends ServerStepsHost {
  /** What variables decide is not asked. */
  readonly decided: ReadonlySet<SettingKey>;
  readonly store: StoreView;
}

/** Asks for all settings of a connection; where the user cancelled, what they had entered until then. */
export async function runWizard(
  current: SettingTexts,
  host: WizardHost,
): Promise<{ readonly isCancelled: boolean; readonly answers: WizardAnswers }> {
  const initial: WizardAnswers = { settings: current, credentials: [], found: undefined };
  const isAsked = ({ setting }: WizardStep): boolean => setting === undefined || !host.decided.has(setting);
  const { suggested, store } = host;
  // One question for both, where neither is known.
  const isOne = suggested !== undefined && current.trackingUri === undefined && !host.decided.has('provider');
  const first = isOne ? [serverAndSourceStep(host, suggested)] : [trackingUriStep(host), sourceStep];
  return runSteps(labels.wizardTitle(), initial, ({ settings }) =>
    [...first, ...(stepsFor(settings)?.settings(settings, store) ?? [])].filter(isAsked),
  );
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

/** Asks for what the configured sign-in needs. `undefined` when the user cancelled. */
export async function askCredentials(
  { title, settings, ambient }: CredentialQuestion,
  again?: Again,
): Promise<readonly EnteredCredential[] | undefined> {
  const initial: WizardAnswers = { settings, credentials: again?.entered ?? [], found: undefined };
  const steps = stepsFor(settings)?.credentials;
  const asked = steps?.(settings, ambient) ?? [];
  const { isCancelled, answers } = await runSteps(title, initial, () => asked, again?.why);
  return isCancelled ? undefined : answers.credentials;
}
