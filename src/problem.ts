import * as l10n from '@vscode/l10n';
import type { ProblemCode } from './problem-catalogue.ts';
import type { SettingKey } from './settings/manifest.ts';

export type { ProblemCode };

/**
 * When trying again can help, and what that means for a secret that is already held.
 * - `automatic`: the same call may succeed later; the last good secret may be served within its bound.
 * - `afterFix`: somebody has to change something first; the last good secret may be served within its bound.
 * - `purge`: the store denies the secret or no longer has it; what is held must be purged at once.
 */
export type ProblemRetry = 'automatic' | 'afterFix' | 'purge';

/** A button that can mend the problem. */
export type ProblemAction =
  | { readonly kind: 'configure' }
  /** `isSecret`: the secret itself, of a source that has it from nowhere else, rather than what opens a store. */
  | { readonly kind: 'enterCredential'; readonly isSecret?: true }
  | { readonly kind: 'openSetting'; readonly setting: SettingKey }
  | { readonly kind: 'refresh' }
  | { readonly kind: 'runInTerminal'; readonly command: string; readonly label: string }
  /** What opens the browser or asks a question: never done without the user. */
  | { readonly kind: 'signIn' }
  | { readonly kind: 'retry' };

export interface ProblemDetails {
  readonly code: ProblemCode;
  /** One sentence: what happened. Names the field, address or path; never a secret. */
  readonly message: string;
  /** One sentence: what to do about it. */
  readonly remedy: string;
  readonly retry: ProblemRetry;
  readonly action?: ProblemAction;
  /** How long the other side asked us to wait, in milliseconds. */
  readonly retryAfterMs?: number;
  readonly cause?: unknown;
}

const brand = Symbol.for('mlflowSecretsAuth.Problem');

/**
 * The one error class meant for people's eyes. Its message and remedy are shown as they are. Each secret source is
 * a bundle with a copy of this class; `instanceof` takes all copies as one.
 */
export class Problem extends Error {
  readonly [brand] = true;
  readonly code: ProblemCode;
  readonly remedy: string;
  readonly retry: ProblemRetry;
  readonly action: ProblemAction | undefined;
  readonly retryAfterMs: number | undefined;

  static override [Symbol.hasInstance](value: unknown): boolean {
    return typeof value === 'object' && value !== null && brand in value;
  }

  constructor(details: ProblemDetails) {
    super(details.message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = 'Problem';
    this.code = details.code;
    this.remedy = details.remedy;
    this.retry = details.retry;
    this.action = details.action;
    this.retryAfterMs = details.retryAfterMs;
  }

  /** The same problem, with how long it is now to be waited for. */
  retriedAfter(retryAfterMs: number): Problem {
    const { code, message, remedy, retry, action, cause } = this;
    return new Problem({
      ...{ code, message, remedy, retry, retryAfterMs },
      ...(action && { action }),
      ...(cause !== undefined && { cause }),
    });
  }
}

/**
 * How a code stands wherever people read of a problem, in VS Code as in Python's traceback: in brackets behind the
 * words, the same for all languages, so that both can be found in the log and in the documentation.
 */
export function withCode(words: string, code: ProblemCode): string {
  return `${words} (${code})`;
}

/** Whether a text ends with it. */
export function hasCode(words: string, code: ProblemCode): boolean {
  return words.endsWith(withCode('', code));
}

/** The problem as one text: what happened, what to do, the code. */
export function inOneText({ message, remedy, code }: Problem): string {
  return withCode(`${message} ${remedy}`, code);
}

/** After what to do, where nobody has to tell that it was done. */
export function triedAgain(): string {
  return l10n.t('The extension tries again automatically.');
}

/** The value, or the `Problem` that it was rejected with. */
export async function orProblem<T>(work: Promise<T>): Promise<T | Problem> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof Problem) return error;
    throw error;
  }
}

/** What was thrown, when it is a `Problem`; otherwise one that does not repeat another's words, which may hold a secret. */
export function asProblem(error: unknown, code: ProblemCode, retry: ProblemRetry): Problem {
  if (error instanceof Problem) return error;
  return new Problem({
    code,
    message: l10n.t(
      'An unexpected error occurred ({0}).',
      error instanceof Error ? error.name : typeof error,
    ),
    remedy: l10n.t('Run "MLflow: Connect" again. If it happens again, report it together with the log.'),
    retry,
    action: { kind: 'retry' },
    cause: error,
  });
}
