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

/** A response of our own rather than the tracking server's; `message` in whole sentences. */
export function ownResponse(kind: ResponseKind, code: ProblemCode, message: string): ProxyResponse {
  return { ...kind, message: `${prefix}${withCode(message, code)}` };
}

/** What `ownResponse` was given, with its code, for a message that is ours; `undefined` for any other. */
export function parseOwnMessage(message: string): string | undefined {
  return message.startsWith(prefix) ? message.slice(prefix.length) : undefined;
}
