import type { MlflowErrorCode, ProxyResponse } from './messages.ts';

/** Begins every message of ours, so that it is recognised in whatever traceback it shows up. */
const prefix = 'MLflow Secrets Auth: ';

/** A response of our own rather than the tracking server's; `message` in whole sentences. */
export function ownResponse(status: number, errorCode: MlflowErrorCode, message: string): ProxyResponse {
  return { status, errorCode, message: `${prefix}${message}` };
}

/** What `ownResponse` was given, for a message that is ours; `undefined` for any other. */
export function parseOwnMessage(message: string): string | undefined {
  return message.startsWith(prefix) ? message.slice(prefix.length) : undefined;
}
