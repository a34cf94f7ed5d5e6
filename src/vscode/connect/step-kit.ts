import * as l10n from '@vscode/l10n';
import { completedUri } from '../../configuration/tracking-uri.ts';
import { Secret } from '../../secret.ts';
import type { BootstrapName } from '../../providers/source.ts';
import type { SettingKey } from '../../settings/manifest.ts';
import type { SettingTexts } from '../../settings/written-values.ts';
import type { Credentials } from '../credentials.ts';
import type { ServerCheck } from '../diagnosis/check-tracking-server.ts';
import { labels } from '../labels.ts';
import type { StoreView } from './store-view.ts';
import { askChoice, askText } from './multi-step-input.ts';
import type { Choice, Objection, Step, StepPosition, StepResult } from './multi-step-input.ts';

/** What steps of the wizard are made of. */

export interface EnteredCredential {
  readonly name: BootstrapName;
  readonly secret: Secret;
}

/** What the user entered: nothing is written before it is complete. */
export interface WizardAnswers {
  readonly settings: SettingTexts;
  readonly credentials: readonly EnteredCredential[];
  /** What the tracking server said of itself. */
  readonly found: Extract<ServerCheck, { kind: 'found' }> | undefined;
  /** Those that were chosen in one with the source. */
  readonly chosenWithSource: readonly SettingKey[];
  /** The store was chosen while it was being asked for its secrets: the only likely one is taken, as it would have been. */
  readonly takesLikeliest?: boolean;
}

export function unanswered(
  settings: SettingTexts,
  credentials: readonly EnteredCredential[] = [],
): WizardAnswers {
  return { settings, credentials, found: undefined, chosenWithSource: [] };
}

/** A source with more of its settings, which this machine or the store knows. */
export interface SourceOffer {
  readonly label: string;
  readonly description: string;
  readonly settings: SettingTexts;
  /** There is no other likely one. */
  readonly isLikeliest: boolean;
}

/** `setting`: which one it asks for, so that one can leave it out where that is decided; `choices`: of its values, where it lists them. */
export type WizardStep = Step<WizardAnswers> & {
  readonly setting?: SettingKey;
  readonly choices?: readonly Choice<string>[];
};

export type SettingNames = Readonly<Partial<Record<SettingKey, () => string>>>;

/** What the wizard asks for one kind of secret store. */
export interface ProviderSteps {
  /** For people, beside the provider's name: also as whom it is asked, where that happens before anything else is entered. */
  readonly description: (store: StoreView) => string | Promise<string>;
  /** Whether this machine has something to sign in to it with. */
  readonly isKnown?: (store: StoreView) => Promise<boolean>;
  /** What is said of the source until its offers are there. */
  readonly looking?: () => string;
  /** What can be chosen in one with the source. */
  readonly offers?: (settings: SettingTexts, store: StoreView) => Promise<readonly SourceOffer[]>;
  /** For people, of each of its settings that is asked for. */
  readonly names: SettingNames;
  /** Where the secret is and how to sign in. */
  readonly settings: (settings: SettingTexts, store: StoreView) => readonly WizardStep[];
  /** What has to be entered for the sign-in; goes to secret storage, never into settings. */
  readonly credentials: (
    settings: SettingTexts,
    ambient: Pick<Credentials, 'hasAmbient'>,
  ) => readonly WizardStep[];
}

export const anotherServer = 'another';

/** The last of servers that are known already. */
export function anotherServerChoice(): Choice<typeof anotherServer> {
  return { label: labels.anotherServer(), value: anotherServer, isAlwaysShown: true };
}

/** `settings`: the answers, with the text. */
type TextCheck = (
  text: string,
  settings: SettingTexts,
) => Promise<Objection | undefined> | Objection | undefined;

/** Asks for the text of a setting; what it has now can be changed. */
export function textStep(
  key: SettingKey,
  prompt: string,
  example: string,
  check: TextCheck = required,
): WizardStep {
  const step: Step<WizardAnswers> = async (answers, position) => {
    const value = answers.settings[key] ?? '';
    const result = await askText({
      ...{ ...position, prompt, example, value },
      check: async (text) => check(text, withSetting(answers, key, text).settings),
    });
    return mapped(result, (text) => withSetting(answers, key, text));
  };
  return Object.assign(step, { setting: key });
}

/** The first choice is the one that is offered while the setting has no value. `found`: by the step before it. */
export function choiceStep<const Value extends string>(
  key: SettingKey,
  question: string,
  choices: readonly Choice<Value>[],
  found?: () => string | undefined,
): WizardStep {
  const step: Step<WizardAnswers> = async (answers, position) => {
    const active = answers.settings[key] ?? choices[0]?.value;
    const result = await askChoice({ ...position, question, found: found?.() }, choices, active);
    return mapped(result, (value) => withSetting(answers, key, value));
  };
  return Object.assign(step, { setting: key, choices });
}

/** The same, which is not asked where this says that nothing is to be asked. */
export function unless(
  isDecided: (settings: SettingTexts) => Promise<boolean>,
  step: WizardStep,
): WizardStep {
  const asked: Step<WizardAnswers> = async (answers, position) =>
    (await isDecided(answers.settings)) ? { kind: 'skip' } : step(answers, position);
  return Object.assign(asked, step);
}

/** Asks for a secret; where it is optional, leaving it empty enters none. */
export function secretStep(name: BootstrapName, prompt: string, options = { optional: false }): WizardStep {
  return async (answers, position) => {
    const result = await askPassword(position, prompt, options);
    return mapped(result, (text) => (text === '' ? answers : withCredential(answers, name, text)));
  };
}

export async function askPassword(
  position: StepPosition,
  prompt: string,
  options = { optional: false },
): Promise<StepResult<string>> {
  return askText({
    ...position,
    prompt,
    value: '',
    password: true,
    check: (text) => {
      // A line break or control character cannot be sent in a header; it comes from a clumsy paste.
      // eslint-disable-next-line no-control-regex
      if (/[\u0000-\u001f\u007f]/.test(text)) {
        return invalid(l10n.t('The value contains a line break or control character. Paste it again.'));
      }
      return options.optional ? undefined : required(text);
    },
  });
}

export function required(text: string): Objection | undefined {
  return text.trim() === '' ? invalid(l10n.t('Enter a value.')) : undefined;
}

export function optional(): Objection | undefined {
  return undefined;
}

/** Holds a text to an address of one of these protocols, once it is completed. */
export function address(
  protocols: readonly string[],
  example: string,
): (text: string) => Objection | undefined {
  return (text) => {
    const uri = completedUri(text);
    const isOne = URL.canParse(uri) && protocols.includes(new URL(uri).protocol);
    return isOne ? undefined : invalid(l10n.t('Enter an address such as {0}.', example));
  };
}

/** The same, whose address is taken as a person means it who leaves out the scheme. */
export function completing(key: SettingKey, step: WizardStep): WizardStep {
  const completed: Step<WizardAnswers> = async (answers, position) =>
    mapped(await step(answers, position), (given) =>
      withSetting(given, key, completedUri(given.settings[key] ?? '')),
    );
  return Object.assign(completed, step);
}

export function withSetting(answers: WizardAnswers, key: SettingKey, value: string): WizardAnswers {
  return { ...answers, settings: { ...answers.settings, [key]: value } };
}

/** In place of what was entered under this name before, when the user went back. */
export function withCredential(answers: WizardAnswers, name: BootstrapName, text: string): WizardAnswers {
  const others = answers.credentials.filter((one) => one.name !== name);
  return { ...answers, credentials: [...others, { name, secret: new Secret(text) }] };
}

/** Maps what was entered, also by whom who then goes back or cancels. */
export function mapped<T, Result>(result: StepResult<T>, map: (value: T) => Result): StepResult<Result> {
  switch (result.kind) {
    case 'value':
      return { kind: 'value', value: map(result.value) };
    case 'back':
    case 'cancel':
      return { kind: result.kind, typed: result.typed === undefined ? undefined : map(result.typed) };
    case 'skip':
      return result;
  }
}

export function warning(message: string): Objection {
  return { severity: 'warning', message: l10n.t('{0} Press Enter again to use it anyway.', message) };
}

function invalid(message: string): Objection {
  return { severity: 'error', message };
}
