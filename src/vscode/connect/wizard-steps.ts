import * as vscode from 'vscode';
import type { SettingKey } from '../../settings/manifest.ts';
import { Secret } from '../../secret.ts';
import type { BootstrapName } from '../../providers/source.ts';
import { askText } from './multi-step-input.ts';
import type { Objection, Step, StepPosition, StepResult } from './multi-step-input.ts';

const { l10n } = vscode;

/** What the user answered: nothing is written before all of it is there. */
export interface WizardAnswers {
  readonly settings: Partial<Record<SettingKey, string>>;
  readonly credentials: Partial<Record<BootstrapName, Secret>>;
  /** What the tracking server said of itself: `MLflow 3.17.2`. */
  readonly found: string | undefined;
}

export function textStep(
  key: SettingKey,
  prompt: string,
  placeholder: string,
  check: (text: string) => Objection | undefined = required,
): Step<WizardAnswers> {
  return async (answers, position) => {
    const value = answers.settings[key] ?? '';
    const result = await askText({ ...position, prompt, placeholder, value, check });
    return mapped(result, (text) => ({ ...answers, settings: { ...answers.settings, [key]: text } }));
  };
}

export function secretStep(
  name: BootstrapName,
  prompt: string,
  options = { optional: false },
): Step<WizardAnswers> {
  return async (answers, position) => {
    const result = await askPassword(position, prompt, options);
    return mapped(result, (text) =>
      text === ''
        ? answers
        : { ...answers, credentials: { ...answers.credentials, [name]: new Secret(text) } },
    );
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
        return {
          severity: 'error',
          message: l10n.t('It holds a line break or a control character. Paste it again.'),
        };
      }
      return options.optional ? undefined : required(text);
    },
  });
}

export function required(text: string): Objection | undefined {
  return text.trim() === '' ? { severity: 'error', message: l10n.t('Please enter a value.') } : undefined;
}

export function optional(): Objection | undefined {
  return undefined;
}

export function mapped<T, Result>(result: StepResult<T>, map: (value: T) => Result): StepResult<Result> {
  return result.kind === 'value' ? { kind: 'value', value: map(result.value) } : result;
}
