import type { DenialReason } from '../messages.ts';
import { isForwarding } from '../http/header-names.ts';
import type { RequestFields } from '../http/request-head.ts';
import type { BrowserSessions } from './browser-sessions.ts';
import { tokenFrom } from './session-token.ts';
import type { SessionToken } from './session-token.ts';

export interface GuardOptions {
  readonly port: number;
  readonly token: SessionToken;
  readonly browsers: BrowserSessions;
}

/** What the session token of a request that is let in says. */
export interface TokenFacts {
  /** The tracking server that it was issued for. */
  readonly upstreamId: string;
}

/** What is known of a request that is let in, or why it is denied. Some attack passes each of these conditions alone. */
export function guard(
  { host, fields }: RequestFields,
  { port, token }: Pick<GuardOptions, 'port' | 'token'>,
): TokenFacts | DenialReason {
  // Against DNS rebinding: a page that was loaded from another name sends that name.
  if (host !== `127.0.0.1:${port}` && host !== `localhost:${port}`) return 'host';
  let authorization: string | undefined;
  for (const { name, value } of fields) {
    switch (name) {
      case 'authorization':
        if (authorization !== undefined) return 'wrong-token';
        authorization = value;
        break;
      case 'origin':
        if (value !== `http://${host}`) return 'origin';
        break;
      case 'sec-fetch-site':
        if (value !== 'same-origin' && value !== 'none') return 'fetch-site';
        break;
      default:
        if (isForwarding(name)) return 'forwarded';
    }
  }
  if (authorization === undefined) return 'no-token';
  const given = tokenFrom(authorization);
  const upstreamId = given === undefined ? undefined : token.serverOf(given);
  return upstreamId === undefined ? 'wrong-token' : { upstreamId };
}
