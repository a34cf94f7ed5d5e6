import { guard } from './guard.ts';
import type { GuardOptions } from './guard.ts';
import type { DenialReason } from '../messages.ts';
import { hasBrowserCookie, shownServer } from './browser-request.ts';
import { isOwnPath, readOwnRequest } from './own-path.ts';
import type { OwnRequest } from './own-path.ts';
import { isPageVisit } from './page-visit.ts';
import { frameOf, framePage } from './trace-frame.ts';
import { isMalformed, parseRequestFields, parseRequestLine } from '../http/request-head.ts';
import type { Malformed, RequestFields, RequestLine } from '../http/request-head.ts';

export const maxHeadBytes = 65_536;

/** A request that was let in. */
export interface AdmittedRequest {
  readonly kind: 'admitted';
  readonly line: RequestLine;
  readonly fields: RequestFields;
  /** The tracking server that its session token was issued for. */
  readonly upstreamId: string;
  /**
   * A browser's cookie, and the key of a frame in a notebook, which is of another origin, open MLflow's UI and nothing
   * else.
   */
  readonly letInBy: 'token' | 'cookie' | 'frame';
  /** As received, with the empty line. */
  readonly head: Buffer;
  /** Where in `head` the fields begin. */
  readonly fieldsAt: number;
}

export type Admission =
  | 'incomplete'
  | { readonly kind: 'malformed'; readonly malformed: Malformed }
  /** Let in, and told to ask for `line`: nothing was sent. */
  | { readonly kind: 'moved'; readonly line: RequestLine }
  | { readonly kind: 'denied'; readonly reason: DenialReason; readonly method: string }
  | OwnRequest
  /** Somebody opens a page in the browser, which is not let in for `reason`. */
  | {
      readonly kind: 'visit';
      readonly target: string;
      readonly reason: DenialReason;
      /** The browser was let in once. */
      readonly hadSession: boolean;
      /** Of the head. */
      readonly length: number;
    }
  | AdmittedRequest;

const headEnd = Buffer.from('\r\n\r\n');
const lineEnd = Buffer.from('\r\n');
const headTooLarge: Admission = {
  kind: 'malformed',
  malformed: { fault: 'head-too-large', status: 431 },
};

/**
 * Reads and judges the head at `from`. `before`: what this very connection was let in with last; equal bytes need no
 * second look. It must not come from elsewhere: to compare a guess with another's token byte by byte would leak it by the time that it takes.
 */
export function admitRequest(
  bytes: Buffer,
  from: number,
  before: AdmittedRequest | undefined,
  options: GuardOptions,
): Admission {
  if (before !== undefined && endsEqually(bytes, from, before, 0)) return before;
  const lineAt = bytes.indexOf(lineEnd, from);
  if (lineAt === -1) return unfinished(bytes, from);
  const fieldsAt = lineAt + lineEnd.length;
  if (before !== undefined && endsEqually(bytes, fieldsAt, before, before.fieldsAt)) {
    const end = fieldsAt + before.head.length - before.fieldsAt;
    if (end - from > maxHeadBytes) return headTooLarge;
    const line = parseRequestLine(bytes.toString('latin1', from, lineAt));
    if (isMalformed(line)) return movedOrMalformed(line);
    // What is answered here is no more for the tracking server than on a connection of its own.
    if (!isOwnPath(line)) return admit(line, before, bytes.subarray(from, end), fieldsAt - from);
  }
  const at = bytes.indexOf(headEnd, lineAt);
  if (at === -1) return unfinished(bytes, from);
  const end = at + headEnd.length;
  if (end - from > maxHeadBytes) return headTooLarge;
  const line = parseRequestLine(bytes.toString('latin1', from, lineAt));
  if (isMalformed(line) && line.respelled === undefined) return { kind: 'malformed', malformed: line };
  // A head without fields ends right after its line.
  const fields = parseRequestFields(
    at === lineAt ? '' : bytes.toString('latin1', fieldsAt, at + lineEnd.length),
  );
  if (isMalformed(fields)) return { kind: 'malformed', malformed: fields };
  const guarded = guard(fields, options);
  if (isMalformed(line)) {
    return typeof guarded === 'string' ? { kind: 'malformed', malformed: line } : movedOrMalformed(line);
  }
  const length = end - from;
  const head = bytes.subarray(from, end);
  if (typeof guarded === 'string') {
    return withoutToken(line, fields, guarded, { options, head, fieldsAt: fieldsAt - from });
  }
  if (isOwnPath(line)) return readOwnRequest(line, fields, guarded, { ...options, length });
  return admit(line, { fields, ...guarded, letInBy: 'token' }, head, fieldsAt - from);
}

/** For a request that is let in but for its line. */
function movedOrMalformed(malformed: Malformed): Admission {
  const { respelled } = malformed;
  return respelled === undefined ? { kind: 'malformed', malformed } : { kind: 'moved', line: respelled };
}

/** `guarded`: why it is not let in as a program of the user's. */
function withoutToken(
  line: RequestLine,
  fields: RequestFields,
  guarded: DenialReason,
  { options, head, fieldsAt }: { options: GuardOptions; head: Buffer; fieldsAt: number },
): Admission {
  const { length } = head;
  const isVisit = (guarded === 'no-token' || guarded === 'fetch-site') && isPageVisit(line, fields);
  const visit = (target: string): Admission => ({
    ...{ kind: 'visit', target, reason: guarded, hadSession: hasBrowserCookie(fields), length },
  });
  const admitBrowser = (asked: RequestLine, upstreamId: string, letInBy: 'cookie' | 'frame'): Admission => {
    // No program of the user's asks.
    const facts = { fields: { ...fields, isOwn: true }, upstreamId, letInBy };
    return admit(asked, facts, head, fieldsAt);
  };
  const page = isVisit ? framePage(line, fields, options) : undefined;
  if (page?.isOfEditor === true) {
    return admitBrowser({ ...line, target: page.target }, page.upstreamId, 'frame');
  }
  if (page !== undefined) return visit(page.target);
  if (isOwnPath(line)) return readOwnRequest(line, fields, guarded, { ...options, length });
  const shown = shownServer(line, fields, options.browsers);
  if (shown !== undefined) return admitBrowser(line, shown, 'cookie');
  const framed = guarded === 'no-token' ? frameOf(line, fields, options) : undefined;
  if (framed !== undefined) return admitBrowser(line, framed, 'frame');
  return isVisit ? visit(line.target) : { kind: 'denied', reason: guarded, method: line.method };
}

/** `head` may be overwritten afterwards. */
function admit(
  line: RequestLine,
  { fields, upstreamId, letInBy }: Pick<AdmittedRequest, 'fields' | 'upstreamId' | 'letInBy'>,
  head: Buffer,
  fieldsAt: number,
): AdmittedRequest {
  const copy = Buffer.from(head);
  return { kind: 'admitted', line, fields, upstreamId, letInBy, head: copy, fieldsAt };
}

/** Whether the bytes at `at` are those of the head from `start` to its end. */
function endsEqually(bytes: Buffer, at: number, { head }: AdmittedRequest, start: number): boolean {
  const end = at + head.length - start;
  return end <= bytes.length && head.compare(bytes, at, end, start) === 0;
}

/** Most of what can never become a request gets its response at once, rather than at the timeout. */
function unfinished(bytes: Buffer, from: number): Admission {
  if (bytes.length - from > maxHeadBytes) return headTooLarge;
  const start = bytes.toString('latin1', from, from + maxInspectedBytes);
  if (!hopeless.test(start)) return 'incomplete';
  return { kind: 'malformed', malformed: { fault: 'not-http', status: 400 } };
}

/** Bytes; so that a head that comes byte by byte does not cost much. */
const maxInspectedBytes = 4096;
/** No method at the start, as in a TLS hello, or a bare CR or LF. */
const hopeless = /^[^A-Z]|\r[^\n]|[^\r]\n/;

/**
 * Whether a request needs no credential, and a response soon: MLflow's client gives these three seconds, and remembers a
 * failure for as long as it runs. `basePath`: of the tracking server, which may have `/api/` in it.
 */
export function isProbe({ method, target }: RequestLine, basePath = ''): boolean {
  if (method !== 'GET') return false;
  const path = target.startsWith(basePath) ? target.slice(basePath.length) : target;
  return probe.test(path) && !api.test(path);
}

const probe = /^[^?]*\/(?:version|health)(?:\?|$)/;
const api = /\/(?:ajax-)?api\//;
