/** Where a problem arose, then what it is: `vault.sealed`, `settings.trackingUri`. Stable; shown in logs. */
export type ProblemCode =
  `${'settings' | 'secret' | 'stored' | 'vault' | 'aws' | 'azure' | 'proxy' | 'upstream'}.${string}`;

/**
 * What the failure means for a secret that is already held.
 * - `transient`: the store may answer again by itself; the last good secret may be served within its bound.
 * - `permanent`: somebody has to change something; the last good secret may be served within its bound.
 * - `revoked`: the store refuses or no longer has the secret; what is held must be purged at once.
 */
export type ProblemPersistence = 'transient' | 'permanent' | 'revoked';

/** A button that can mend the problem. */
export type ProblemAction =
  | { readonly kind: 'configure' }
  | { readonly kind: 'enterCredential' }
  | { readonly kind: 'openSetting'; readonly setting: string }
  | { readonly kind: 'runInTerminal'; readonly command: string; readonly label: string }
  | { readonly kind: 'retry' };

export interface ProblemDetails {
  readonly code: ProblemCode;
  /** One sentence: what happened. Names the field, address or path; never a secret. */
  readonly message: string;
  /** One sentence: what to do about it. */
  readonly remedy: string;
  readonly persistence: ProblemPersistence;
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
  readonly persistence: ProblemPersistence;
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
    this.persistence = details.persistence;
    this.action = details.action;
    this.retryAfterMs = details.retryAfterMs;
  }

  /** The same problem, with how long it is now to be waited for. */
  retriedAfter(retryAfterMs: number): Problem {
    const { code, message, remedy, persistence, action, cause } = this;
    return new Problem({
      ...{ code, message, remedy, persistence, retryAfterMs },
      ...(action && { action }),
      ...(cause !== undefined && { cause }),
    });
  }
}

/** What was thrown, when it is a `Problem`; otherwise one that does not repeat another's words, which may hold a secret. */
export function asProblem(error: unknown, code: ProblemCode, persistence: ProblemPersistence): Problem {
  if (error instanceof Problem) return error;
  return new Problem({
    code,
    message: `Something unexpected happened (${error instanceof Error ? error.name : typeof error}).`,
    remedy: 'Run "Connect MLflow" again, and report it with the log if it goes on.',
    persistence,
    action: { kind: 'retry' },
    cause: error,
  });
}
