import * as l10n from '@vscode/l10n';
import { completedUri } from '../../configuration/tracking-uri.ts';
import { providers } from '../../providers/providers.ts';
import type { SettingKey } from '../../settings/manifest.ts';
import type { Credentials } from '../credentials.ts';
import type { ServerCheck } from '../diagnosis/check-tracking-server.ts';
import { labels } from '../labels.ts';
import type { FoundServer } from '../project-findings.ts';
import { askChoice, askText, runSteps } from './multi-step-input.ts';
import type { Objection, Step } from './multi-step-input.ts';
import { mapped, warning, withSetting } from './step-kit.ts';
import type { SettingTexts } from '../../settings/written-values.ts';
import type { EnteredCredential, WizardAnswers, WizardStep } from './step-kit.ts';
import { stepsFor, stepsOf } from './steps.ts';
import type { StoreView } from './store-view.ts';

export interface WizardHost {
  /** Calls the address to see what is there. */
  readonly checkTrackingServer: (uri: string) => Promise<ServerCheck>;
  /** A server that the project names, where the settings name none. */
  readonly suggested: FoundServer | undefined;
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
  return runSteps(labels.wizardTitle(), initial, ({ settings }) =>
    [trackingUriStep(host), sourceStep, ...(stepsFor(settings)?.settings(settings, host.store) ?? [])].filter(
      isAsked,
    ),
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

function trackingUriStep({ checkTrackingServer, suggested }: WizardHost): WizardStep {
  const step: Step<WizardAnswers> = async (answers, position) => {
    let found: WizardAnswers['found'];
    const check = async (uri: string): Promise<Objection | undefined> => {
      const result = await checkTrackingServer(uri);
      found = result.kind === 'found' ? result : undefined;
      switch (result.kind) {
        case 'found':
          return result.warning === undefined ? undefined : warning(result.warning);
        case 'invalid':
          return { severity: 'error', message: result.message };
        case 'doubtful':
          return warning(result.message);
      }
    };
    const result = await askText({
      ...position,
      prompt:
        suggested === undefined || answers.settings.trackingUri !== undefined
          ? labels.trackingUriPrompt()
          : l10n.t('{0} (found in {1})', labels.trackingUriPrompt(), suggested.from),
      placeholder: 'https://mlflow.company.com',
      value: answers.settings.trackingUri ?? suggested?.uri ?? '',
      check: async (text) => check(completedUri(text)),
    });
    return mapped(result, (text) => ({ ...withSetting(answers, 'trackingUri', completedUri(text)), found }));
  };
  return Object.assign(step, { setting: 'trackingUri' } as const);
}

/** What needs no secret store comes first, and is offered unless something says that there is one. */
const sourceStep: WizardStep = Object.assign(
  (async (answers, position) => {
    const [entered, stores] = [true, false].map((is) =>
      providers.filter(({ isSecretEntered }) => isSecretEntered === is),
    );
    const inOrder = [...(entered ?? []), ...(stores ?? [])];
    const choices = inOrder.map((provider) => ({
      label: provider.name(),
      description: stepsOf[provider.id].description(),
      value: provider.id,
    }));
    const named = inOrder.find(({ autoSettings }) => autoSettings.some((key) => answers.settings[key]));
    const active = answers.settings.provider ?? named?.id ?? inOrder[0]?.id;
    const question = l10n.t('Where does the credential come from?');
    const result = await askChoice({ ...position, question, found: answers.found?.message }, choices, active);
    return mapped(result, (provider) => withSetting(answers, 'provider', provider));
  }) satisfies Step<WizardAnswers>,
  { setting: 'provider' } as const,
);
