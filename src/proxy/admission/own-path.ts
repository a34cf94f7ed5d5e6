import type { DenialReason } from '../messages.ts';
import type { RequestFields, RequestLine } from '../http/request-head.ts';
import type { GuardOptions, TokenFacts } from './guard.ts';
import { isPageVisit } from './page-visit.ts';

/** A request that the proxy answers itself; `length`: of its head. */
export type OwnRequest =
  /** Whoever asks without the token learns whether the proxy has it. */
  | { readonly kind: 'proof'; readonly proof: string; readonly length: number }
  /** Whoever has the token has a browser let in, to the same tracking server. `hosts`: by which names. */
  | {
      readonly kind: 'ticket';
      readonly upstreamId: string;
      readonly hosts: readonly string[];
      readonly length: number;
    }
  /** A browser comes with a ticket. */
  | { readonly kind: 'opening'; readonly ticket: string; readonly host: string; readonly length: number };

interface Denied {
  readonly kind: 'denied';
  readonly reason: DenialReason;
  readonly method: string;
}

/** No tracking server gets requests for these. */
const ownPaths = '/.mlflow-secrets-auth/';
const proofTarget = /^\/\.mlflow-secrets-auth\/proof\?nonce=([\w-]{16,64})$/;
const ticketTarget = /^\/\.mlflow-secrets-auth\/ticket(?:\?host=((?:127\.0\.0\.1|localhost):[1-9]\d{0,4}))?$/;
const openTarget = /^\/\.mlflow-secrets-auth\/open\?ticket=([\w-]{43})$/;

export function isOwnPath({ target }: RequestLine): boolean {
  return target.startsWith(ownPaths);
}

/** `guarded`: what all that is asked of other requests, too, makes of this one. */
export function readOwnRequest(
  line: RequestLine,
  fields: RequestFields,
  guarded: TokenFacts | DenialReason,
  options: GuardOptions & { readonly length: number },
): OwnRequest | Denied {
  const { method, target } = line;
  const { port, token, length } = options;
  const denied = (reason: DenialReason): Denied => ({ kind: 'denied', reason, method });
  const ticket = openTarget.exec(target)?.[1];
  if (ticket !== undefined && isPageVisit(line, fields)) {
    return { kind: 'opening', ticket, host: fields.host, length };
  }
  if (typeof guarded !== 'string') {
    const found = method === 'POST' && !isOfBrowser(fields) ? ticketTarget.exec(target) : null;
    if (found === null || fields.framing.kind !== 'none') return denied('malformed');
    const hosts = [`127.0.0.1:${port}`, `localhost:${port}`, ...(found[1] === undefined ? [] : [found[1]])];
    return { kind: 'ticket', upstreamId: guarded.upstreamId, hosts, length };
  }
  if (guarded !== 'no-token') return denied(guarded);
  const nonce = proofTarget.exec(target)?.[1];
  if (method !== 'GET' || nonce === undefined) return denied('no-token');
  // A page of the tracking server could hand the proof on to somebody who wants to pass for this proxy.
  if (isOfBrowser(fields)) return denied('fetch-site');
  return { kind: 'proof', proof: token.prove(port, nonce), length };
}

/** No page can leave these out. */
function isOfBrowser({ fields }: RequestFields): boolean {
  return fields.some(({ name }) => name === 'sec-fetch-site' || name === 'origin' || name === 'cookie');
}
