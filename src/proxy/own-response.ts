import * as l10n from '@vscode/l10n';
import { withCode } from '../problem.ts';
import type { ProblemCode } from '../problem.ts';
import type { MlflowErrorCode, ProxyResponse } from './messages.ts';

/** Begins every message of ours, so that it is recognised in whatever traceback it shows up. */
const prefix = 'MLflow Secrets Auth: ';

/** How a response of ours is sent: its status, and what MLflow's client is to take it for. */
export interface ResponseKind {
  readonly status: number;
  readonly errorCode: MlflowErrorCode;
}

/** MLflow's client retries a 503 ... */
export const passing: ResponseKind = { status: 503, errorCode: 'TEMPORARILY_UNAVAILABLE' };

/** ... and raises a 4xx at once, with its message: somebody has to do something. */
export const lasting: ResponseKind = { status: 424, errorCode: 'INVALID_STATE' };

/** What happened, and what to do about it where that is a sentence of its own. */
export interface OwnWords {
  readonly message: string;
  readonly remedy?: string | undefined;
}

/** A response of our own rather than the tracking server's, in whole sentences. */
export function ownResponse(kind: ResponseKind, code: ProblemCode, words: string | OwnWords): ProxyResponse {
  const { message, remedy }: OwnWords = typeof words === 'string' ? { message: words } : words;
  if (remedy === undefined) return { ...kind, message: `${prefix}${withCode(message, code)}` };
  return { ...kind, message: `${prefix}${withCode(`${message} ${remedy}`, code)}`, remedy };
}

/** What to do about a server that failed in its own way. */
export function askForLog(): string {
  return l10n.t('If this persists, ask its administrator to read its log.');
}

/** What `ownResponse` was given, with its code, for a message that is ours; `undefined` for any other. */
export function parseOwnMessage(message: string): string | undefined {
  return message.startsWith(prefix) ? message.slice(prefix.length) : undefined;
}
