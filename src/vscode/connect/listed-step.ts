import * as l10n from '@vscode/l10n';
import { inOneText, withCode } from '../../problem.ts';
import type { Problem } from '../../problem.ts';
import { nearMiss } from '../../providers/transport/near-miss.ts';
import type { SettingKey } from '../../settings/manifest.ts';
import type { SettingTexts } from '../../settings/written-values.ts';
import { labels } from '../labels.ts';
import { askListed, atOnce } from './ask-listed.ts';
import type { Found, ListedQuestion, Picked } from './ask-listed.ts';
import { askText } from './multi-step-input.ts';
import type { Choice, Objection, Step, StepPosition, StepResult } from './multi-step-input.ts';
import { mapped, required, warning, withSetting } from './step-kit.ts';
import type { WizardAnswers, WizardStep } from './step-kit.ts';
import type { Names, StoreView } from './store-view.ts';

interface ListedStep {
  /** The title of the list. */
  readonly question: string;
  /** What is said while nothing is known yet. */
  readonly looking: string;
  /** Of the row by which another value is entered; left out where there can be no other. */
  readonly enter?: string;
  /** Of the text. */
  readonly prompt: string;
  /** A value of the form that is asked for. */
  readonly example: string;
  readonly check: (text: string) => Objection | undefined;
  readonly look: (settings: SettingTexts, signal: AbortSignal) => Promise<Found>;
}

/** Asks for one of the values that are found, or for another one; where none is found, for its text. */
export function listedStep(key: SettingKey, words: ListedStep): WizardStep {
  const step: Step<WizardAnswers> = async (answers, position) => {
    const ended = new AbortController();
    try {
      const found = words.look(answers.settings, ended.signal);
      const { settings, takesLikeliest = false } = answers;
      const result = await askOne(words, { position, found, takesLikeliest, value: settings[key] });
      // Who comes back wants to see them.
      return mapped(result, (text) => ({ ...withSetting(answers, key, text), takesLikeliest: false }));
    } finally {
      ended.abort(new Error('answered'));
    }
  };
  return Object.assign(step, { setting: key });
}

interface Asked extends Pick<ListedQuestion, 'takesLikeliest'> {
  readonly position: StepPosition;
  readonly found: Promise<Found>;
  /** The present one. */
  readonly value: string | undefined;
}

/** Back leads from the text to the list that it was chosen in. */
async function askOne(words: ListedStep, asked: Asked): Promise<StepResult<string>> {
  const { position, found, value, takesLikeliest } = asked;
  for (;;) {
    const about = { enter: words.enter, active: value, found, takesLikeliest };
    const picked = await askListed({ ...position, ...words, ...about });
    if (picked.kind !== 'value') return picked.kind === 'skip' ? picked : { kind: picked.kind };
    if (picked.value.kind === 'picked') return { kind: 'value', value: picked.value.value };
    const entered = await askInstead(words, asked, picked.value);
    if (entered.kind !== 'back' || !picked.value.wasShown) return entered;
  }
}

async function askInstead(
  words: ListedStep,
  { position, found, value }: Asked,
  { typed, wasShown }: Extract<Picked, { kind: 'enter' }>,
): Promise<StepResult<string>> {
  // Whoever chose to enter it does not wait for the list.
  const { remark, notice } = { remark: undefined, notice: undefined, ...(wasShown ? {} : await found) };
  return askText({
    ...position,
    hasBack: position.hasBack || wasShown,
    prompt: remark === undefined ? words.prompt : l10n.t('{0} ({1})', words.prompt, remark),
    example: words.example,
    value: typed || (value ?? ''),
    notice,
    check: async (text) => words.check(text) ?? slip(text, await atOnce(found)),
  });
}

/** A name that is none of those that were found, and nearly one. */
function slip(text: string, found: Found | undefined): Objection | undefined {
  if (found?.kind !== 'known') return undefined;
  const names = found.choices.map(({ value }) => value);
  const meant = names.includes(text) ? undefined : nearMiss(text, names);
  return meant === undefined
    ? undefined
    : warning(l10n.t('{0} is not in the list. Did you mean {1}?', text, meant));
}

interface SecretWords {
  readonly enter: string;
  readonly prompt: string;
  readonly example: string;
}

/** Asks for the secret: one of those that the store lists to the sign-in, where it does. */
export function secretNameStep(key: SettingKey, words: SecretWords, store: StoreView): WizardStep {
  return listedStep(key, {
    ...words,
    question: labels.whichSecret(),
    looking: l10n.t('Looking for the secrets that you may see'),
    check: required,
    look: async (settings, signal) =>
      foundIn(await store.names(settings, { key, example: words.example }, signal), {
        about: (count, identity) =>
          identity === undefined
            ? l10n.t('Secrets: {0}', count)
            : l10n.t('Signed in as {0}. Secrets: {1}', identity, count),
        none: l10n.t('none is listed to you'),
        denied: l10n.t('this sign-in may not list secrets'),
      }),
  });
}

interface FoundWords {
  readonly about: (count: string, identity: string | undefined) => string;
  readonly none: string;
  readonly denied: string;
}

export function foundIn(names: Names, words: FoundWords): Found {
  switch (names.kind) {
    case 'listed': {
      const { secrets, isCutOff, identity } = names;
      if (secrets.length === 0) return { kind: 'unknown', remark: words.none };
      const count = isCutOff ? `${secrets.length}+` : String(secrets.length);
      const about = words.about(count, identity);
      const likely = isCutOff ? [] : likelySecrets(secrets.map(({ name }) => name));
      const likeliest = likely.length === 1 ? likely[0] : undefined;
      const choices = secrets.map(({ name, about: description }) => ({
        label: name,
        description,
        value: name,
      }));
      return { kind: 'known', choices: likelyFirst(choices), about, likeliest };
    }
    case 'denied':
      return { kind: 'unknown', remark: words.denied };
    case 'notAsked':
      return { kind: 'unknown' };
    case 'failed':
      return { kind: 'unknown', notice: noticeOf(names.problem) };
  }
}

/** Nothing connects yet once that was done in a terminal: who starts over gets the list. */
function noticeOf(problem: Problem): string {
  const { action, message, code } = problem;
  if (action?.kind !== 'runInTerminal') return inOneText(problem);
  const { command } = action;
  const remedy = l10n.t('Run "{0}" in a terminal and start over to get a list, or enter it here.', command);
  return withCode(`${message} ${remedy}`, code);
}

/** Otherwise in the order of the store. */
function likelyFirst(choices: readonly Choice<string>[]): readonly Choice<string>[] {
  return [
    ...choices.filter(({ value }) => isLikely(value)),
    ...choices.filter(({ value }) => !isLikely(value)),
  ];
}

/** The only one that there is, or those that are called after MLflow. */
export function likelySecrets(names: readonly string[]): readonly string[] {
  return names.length === 1 ? names : names.filter(isLikely);
}

function isLikely(name: string): boolean {
  return /ml-?flow/i.test(name);
}
