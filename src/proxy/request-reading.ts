import { headTooLarge } from './answers.ts';
import { guard } from './guard.ts';
import type { GuardOptions } from './guard.ts';
import type { Refusal } from './messages.ts';
import { isMalformed, parseRequestFields, parseRequestLine } from './request-head.ts';
import type { Malformed, RequestFields, RequestLine } from './request-head.ts';

export const mostHeadBytes = 65_536;

/** The fields of a request that were let in. */
export interface Admitted {
  readonly fields: RequestFields;
  /** From after the request line to the end of the empty line. */
  readonly block: Buffer;
}

export type ReadRequest =
  | 'incomplete'
  | { readonly kind: 'malformed'; readonly malformed: Malformed }
  | { readonly kind: 'refused'; readonly refusal: Refusal; readonly method: string }
  | {
      readonly kind: 'admitted';
      readonly line: RequestLine;
      readonly admitted: Admitted;
      /** Where the body begins. */
      readonly end: number;
    };

const headEnd = Buffer.from('\r\n\r\n');
const lineEnd = Buffer.from('\r\n');

/**
 * Reads and judges the head at `from`. `before`: what this very connection was let in with last; equal bytes need no
 * second look. It must not come from elsewhere: comparing a guess with another's token byte by byte would tell of it.
 */
export function readRequest(
  bytes: Buffer,
  from: number,
  before: Admitted | undefined,
  options: GuardOptions,
): ReadRequest {
  const lineAt = bytes.indexOf(lineEnd, from);
  if (lineAt === -1) return unfinished(bytes, from);
  const blockAt = lineAt + lineEnd.length;
  if (before !== undefined && startsAt(bytes, blockAt, before.block)) {
    const end = blockAt + before.block.length;
    if (end - from > mostHeadBytes) return { kind: 'malformed', malformed: headTooLarge };
    const line = parseRequestLine(bytes.toString('latin1', from, lineAt));
    if (isMalformed(line)) return { kind: 'malformed', malformed: line };
    return { kind: 'admitted', line, admitted: before, end };
  }
  const at = bytes.indexOf(headEnd, lineAt);
  if (at === -1) return unfinished(bytes, from);
  const end = at + headEnd.length;
  if (end - from > mostHeadBytes) return { kind: 'malformed', malformed: headTooLarge };
  const line = parseRequestLine(bytes.toString('latin1', from, lineAt));
  if (isMalformed(line)) return { kind: 'malformed', malformed: line };
  // A head without fields ends right after its line.
  const fields = parseRequestFields(
    at === lineAt ? '' : bytes.toString('latin1', blockAt, at + lineEnd.length),
  );
  if (isMalformed(fields)) return { kind: 'malformed', malformed: fields };
  const refusal = guard(fields, options);
  if (refusal !== undefined) return { kind: 'refused', refusal, method: line.method };
  const admitted = { fields, block: Buffer.from(bytes.subarray(blockAt, end)) };
  return { kind: 'admitted', line, admitted, end };
}

function startsAt(bytes: Buffer, at: number, expected: Buffer): boolean {
  const end = at + expected.length;
  return end <= bytes.length && expected.compare(bytes, at, end) === 0;
}

/** Most of what will never be a request is told at once, rather than when its time is over. */
function unfinished(bytes: Buffer, from: number): ReadRequest {
  if (bytes.length - from > mostHeadBytes) return { kind: 'malformed', malformed: headTooLarge };
  const start = bytes.toString('latin1', from, from + mostLookedAt);
  if (!hopeless.test(start)) return 'incomplete';
  return { kind: 'malformed', malformed: { status: 400, problem: 'the request is malformed' } };
}

/** Bytes; so that a head that comes byte by byte does not cost much. */
const mostLookedAt = 4096;
/** No method at the start, as in a TLS hello, or a bare CR or LF. */
const hopeless = /^[^A-Z]|\r[^\n]|[^\r]\n/;

/** MLflow's client asks for these with three seconds of patience, and remembers a failure for its whole life. */
export function isProbe({ method, target }: RequestLine): boolean {
  return method === 'GET' && probe.test(target) && !api.test(target);
}

const probe = /^[^?]*\/(?:version|health)(?:\?|$)/;
const api = /\/(?:ajax-)?api\//;
