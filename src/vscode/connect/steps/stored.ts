import * as l10n from '@vscode/l10n';
import { labels } from '../../labels.ts';
import { askText } from '../multi-step-input.ts';
import { askPassword, mapped, required, secretStep, withCredential } from '../step-kit.ts';
import type { ProviderSteps, WizardAnswers, WizardStep } from '../step-kit.ts';

const name = 'stored.credential';

export const storedSteps: ProviderSteps = {
  description: () => l10n.t('enter the credential once; no secret store needed'),
  settings: () => [],
  credentials: (settings) =>
    settings['auth.mode'] === 'basic'
      ? [userStep, passwordStep]
      : [secretStep(name, labels.storedTokenPrompt())],
};

/** The user name goes with the password, not into settings. */
const userStep: WizardStep = async (answers, position) => {
  const prompt = labels.storedUserPrompt();
  const result = await askText({ ...position, prompt, value: enteredUser(answers), check: required });
  return mapped(result, (username) => withStored(answers, { username, password: '' }));
};

const passwordStep: WizardStep = async (answers, position) => {
  const username = enteredUser(answers);
  const result = await askPassword(position, labels.storedPasswordPrompt(username));
  return mapped(result, (password) => withStored(answers, { username, password }));
};

interface StoredPassword {
  readonly username: string;
  readonly password: string;
}

function withStored(answers: WizardAnswers, stored: StoredPassword): WizardAnswers {
  return withCredential(answers, name, JSON.stringify(stored));
}

/** What was entered before may have any form: a token, or JSON of another one. */
function enteredUser({ credentials }: WizardAnswers): string {
  const entered = credentials.find((one) => one.name === name)?.secret;
  try {
    const { username } = (JSON.parse(entered?.reveal() ?? '') ?? {}) as Partial<Record<string, unknown>>;
    return typeof username === 'string' ? username : '';
  } catch (error) {
    if (error instanceof SyntaxError) return '';
    throw error;
  }
}
