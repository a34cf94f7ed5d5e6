import * as l10n from '@vscode/l10n';
import { Secret } from '../../../secret.ts';
import { labels } from '../../labels.ts';
import { askText } from '../multi-step-input.ts';
import { askPassword, mapped, optional, required, secretStep, withCredential } from '../step-kit.ts';
import type { EnteredCredential, ProviderSteps, WizardAnswers, WizardStep } from '../step-kit.ts';

const name = 'stored.credential';

export const storedSteps: ProviderSteps = {
  description: () => l10n.t('a password or token, entered once'),
  names: {},
  settings: () => [],
  credentials: ({ 'auth.mode': mode, trackingUri: server = '' }) => {
    switch (mode) {
      case 'basic':
        return [userStep(server), passwordStep(server)];
      case 'bearer':
        return [secretStep(name, labels.storedTokenPrompt(server))];
      default:
        // Whoever has a token has no user name.
        return [userStep(server, { optional: true }), passwordOrTokenStep(server)];
    }
  },
};

/** The user name goes with the password, not into settings. */
function userStep(server: string, options = { optional: false }): WizardStep {
  return async (answers, position) => {
    const prompt = options.optional
      ? labels.storedUserOrTokenPrompt(server)
      : labels.storedUserPrompt(server);
    const check = options.optional ? optional : required;
    const result = await askText({ ...position, prompt, value: enteredUser(answers), check });
    return mapped(result, (username) => withStored(answers, { username, password: '' }));
  };
}

function passwordStep(server: string): WizardStep {
  return async (answers, position) => {
    const username = enteredUser(answers);
    const result = await askPassword(position, labels.storedPasswordPrompt(username, server));
    return mapped(result, (password) => withStored(answers, { username, password }));
  };
}

function passwordOrTokenStep(server: string): WizardStep {
  const [password, token] = [passwordStep(server), secretStep(name, labels.storedTokenPrompt(server))];
  return async (answers, position) => (enteredUser(answers) === '' ? token : password)(answers, position);
}

interface StoredPassword {
  readonly username: string;
  readonly password: string;
}

function withStored(answers: WizardAnswers, stored: StoredPassword): WizardAnswers {
  return withCredential(answers, name, JSON.stringify(stored));
}

/** What is offered again to whoever enters it anew. */
export function withoutPassword(entered: readonly EnteredCredential[]): readonly EnteredCredential[] {
  return entered
    .filter((one) => one.name === name)
    .map(({ secret }) => ({
      name,
      secret: new Secret(JSON.stringify({ username: userIn(secret), password: '' })),
    }));
}

function enteredUser({ credentials }: WizardAnswers): string {
  const entered = credentials.find((one) => one.name === name);
  return entered === undefined ? '' : userIn(entered.secret);
}

/** What was entered before may have any form: a token, or JSON of another one. */
function userIn(entered: Secret): string {
  try {
    const { username } = (JSON.parse(entered.reveal()) ?? {}) as Partial<Record<string, unknown>>;
    return typeof username === 'string' ? username : '';
  } catch (error) {
    if (error instanceof SyntaxError) return '';
    throw error;
  }
}
