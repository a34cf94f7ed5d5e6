import { localLocation } from './location.ts';
import { isHopeless, parseResponseHead } from './response-head.ts';
import type { ResponseHead } from './response-head.ts';
import type { UpstreamConnection } from './upstream-connection.ts';

export interface ReadHead {
  readonly head: ResponseHead;
  /** Where the body begins. */
  readonly end: number;
  /** What the client gets, with the empty line. */
  readonly kept: Buffer;
  /** The same, and the connection ends after it. */
  readonly closing: Buffer;
}

export interface ResponseContext {
  readonly method: string;
  readonly localOrigin: string;
  readonly upstreamOrigin: string;
}

const headEnd = Buffer.from('\r\n\r\n');
/** Heads that are longer are seldom the same twice. */
const mostKnown = 2048;

/** Reads the head at the start of `bytes`. One that this connection has given before is known by its bytes. */
export function readResponseHead(
  bytes: Buffer,
  upstream: UpstreamConnection,
  context: ResponseContext,
): ReadHead | 'incomplete' | 'malformed' {
  const { known } = upstream;
  if (
    known?.method === context.method &&
    known.localOrigin === context.localOrigin &&
    bytes.length >= known.bytes.length &&
    known.bytes.compare(bytes, 0, known.bytes.length) === 0
  ) {
    return known;
  }
  const at = bytes.indexOf(headEnd);
  if (at === -1) return isHopeless(bytes) ? 'malformed' : 'incomplete';
  const { method, localOrigin, upstreamOrigin } = context;
  const head = parseResponseHead(bytes.toString('latin1', 0, at + 2), method, (value) =>
    localLocation(value, upstreamOrigin, localOrigin),
  );
  if (head === undefined) return 'malformed';
  const end = at + headEnd.length;
  const read = {
    head,
    end,
    kept: Buffer.from(`${head.text}\r\n`, 'latin1'),
    closing: Buffer.from(`${head.text}Connection: close\r\n\r\n`, 'latin1'),
  };
  if (end <= mostKnown && head.status >= 200) {
    upstream.known = { ...read, bytes: Buffer.from(bytes.subarray(0, end)), method, localOrigin };
  }
  return read;
}

/** A proxy's own 407 never gets here; 403 is what some servers say to an expired token. */
export function isCredentialRefusal(status: number): boolean {
  return status === 401 || status === 403;
}
