import { localLocation } from '../http/location-header.ts';
import { isHopeless, parseResponseHead } from '../http/response-head.ts';
import type { ResponseHead } from '../http/response-head.ts';
import type { AdmittedRequest } from '../admission/admit-request.ts';

export interface ReadHead {
  readonly head: ResponseHead;
  /** Where the body begins. */
  readonly end: number;
  /** What the client gets, with the empty line. */
  readonly kept: Buffer;
  /** The same, and the connection ends after it. */
  readonly closing: Buffer;
}

/** A head that a server gave before: it gives the same one again and again. */
export interface CachedResponseHead extends ReadHead {
  /** With the empty line. */
  readonly bytes: Buffer;
  readonly method: string;
  /** The client's name for this proxy. */
  readonly host: string;
}

/** What is kept of one tracking server. */
export interface HeadCache {
  readonly address: { readonly origin: string };
  cached: CachedResponseHead | undefined;
}

const headEnd = Buffer.from('\r\n\r\n');
/** Heads that are longer are seldom the same twice. */
const maxCachedBytes = 2048;

/** Reads the head at the start of `bytes`. One that this server gave last is known by its bytes. */
export function readResponseHead(
  bytes: Buffer,
  server: HeadCache,
  { line: { method }, fields: { host } }: AdmittedRequest,
): ReadHead | 'incomplete' | 'malformed' {
  const { cached: known } = server;
  if (
    known?.method === method &&
    known.host === host &&
    bytes.length >= known.bytes.length &&
    known.bytes.compare(bytes, 0, known.bytes.length) === 0
  ) {
    return known;
  }
  const at = bytes.indexOf(headEnd);
  if (at === -1) return isHopeless(bytes) ? 'malformed' : 'incomplete';
  const head = parseResponseHead(bytes.toString('latin1', 0, at + 2), method, (value) =>
    localLocation(value, server.address.origin, `http://${host}`),
  );
  if (head === undefined) return 'malformed';
  const end = at + headEnd.length;
  const read = {
    head,
    end,
    kept: Buffer.from(`${head.text}\r\n`, 'latin1'),
    closing: Buffer.from(`${head.text}Connection: close\r\n\r\n`, 'latin1'),
  };
  if (end <= maxCachedBytes && head.status >= 200) {
    server.cached = { ...read, bytes: Buffer.from(bytes.subarray(0, end)), method, host };
  }
  return read;
}

/** A proxy's own 407 never gets here; 403 is what some servers say to an expired token. */
export function isCredentialRejection(status: number): boolean {
  return status === 401 || status === 403;
}
