import * as l10n from '@vscode/l10n';
import { completedUri } from '../../configuration/tracking-uri.ts';
import { providers } from '../../providers/providers.ts';
import type { Credentials } from '../credentials.ts';
import type { ServerCheck } from '../diagnosis/check-tracking-server.ts';
import { labels } from '../labels.ts';
import type { FoundServer } from '../project-findings.ts';
import { askChoice, askText, runSteps } from './multi-step-input.ts';
import type { Objection } from './multi-step-input.ts';
import { choiceStep, mapped, withSetting } from './step-kit.ts';
import type { SettingTexts } from '../../settings/written-values.ts';
import type { EnteredCredential, WizardAnswers, WizardStep } from './step-kit.ts';
import { stepsFor, stepsOf } from './steps.ts';

export interface WizardHost {
  readonly credentials: Pick<Credentials, 'hasAmbient'>;
  /** Calls the address to see what is there. */
  readonly checkTrackingServer: (uri: string) => Promise<ServerCheck>;
  /** A server that the project names, where the settings name none. */
  readonly suggested: FoundServer | undefined;
}

/** Asks for all settings and credentials of a connection. `undefined` when the user cancelled. */
export async function runWizard(current: SettingTexts, host: WizardHost): Promise<WizardAnswers | undefined> {
  const initial: WizardAnswers = { settings: current, credentials: [], found: undefined };
  return runSteps(labels.wizardTitle(), initial, ({ settings }) => [
    trackingUriStep(host),
    sourceStep,
    ...sourceSteps(settings, host),
  ]);
}

/** What was entered before, of which all but secrets is offered again, and why it is asked for again if it was wrong. */
interface Again {
  readonly entered: readonly EnteredCredential[];
  readonly why?: string;
}

/** Asks for what the configured sign-in needs. `undefined` when the user cancelled. */
export async function askCredentials(
  settings: SettingTexts,
  ambient: WizardHost['credentials'],
  again?: Again,
): Promise<readonly EnteredCredential[] | undefined> {
  const initial: WizardAnswers = { settings, credentials: again?.entered ?? [], found: undefined };
  const steps = stepsFor(settings)?.credentials(settings, ambient) ?? [];
  const answers = await runSteps(l10n.t('Sign In Again'), initial, () => steps, again?.why);
  return answers?.credentials;
}

/** The mode comes before the credential: it decides whether that is a token or a password. */
function sourceSteps(settings: SettingTexts, { credentials }: WizardHost): readonly WizardStep[] {
  const steps = stepsFor(settings);
  if (steps === undefined) return [];
  return [...steps.settings(settings), modeStep, ...steps.credentials(settings, credentials)];
}

function trackingUriStep({ checkTrackingServer, suggested }: WizardHost): WizardStep {
  return async (answers, position) => {
    let found: string | undefined;
    const check = async (uri: string): Promise<Objection | undefined> => {
      const result = await checkTrackingServer(uri);
      found = result.kind === 'found' ? result.message : undefined;
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
}

function warning(message: string): Objection {
  return { severity: 'warning', message: l10n.t('{0} Press Enter again to use it anyway.', message) };
}

const sourceStep: WizardStep = async (answers, position) => {
  const choices = providers.map((provider) => ({
    label: provider.name(),
    description: stepsOf[provider.id].description(),
    value: provider.id,
  }));
  const placeholder =
    answers.found === undefined
      ? l10n.t('Where does the credential come from?')
      : l10n.t('{0} Where does the credential come from?', answers.found);
  const result = await askChoice({ ...position, placeholder }, choices, answers.settings.provider);
  return mapped(result, (provider) => withSetting(answers, 'provider', provider));
};

const modeStep: WizardStep = async (answers, position) =>
  choiceStep('auth.mode', l10n.t('What does the tracking server require?'), [
    { label: labels.basicMode(), description: l10n.t('Basic'), value: 'basic' },
    { label: l10n.t('Token'), description: l10n.t('Bearer'), value: 'bearer' },
  ])(answers, position);
