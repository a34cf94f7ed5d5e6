import { comparableName } from '../http/header-names.ts';
import { localLocation } from '../http/location-header.ts';
import { isHopeless, parseResponseHead } from '../http/response-head.ts';
import type { ResponseHead } from '../http/response-head.ts';

export interface ReadHead {
  readonly head: ResponseHead;
  /** Where the body begins. */
  readonly end: number;
  /** The head as the client gets it, with the empty line. */
  readonly rewritten: Buffer;
  /** The same, and the client's connection ends after the response. */
  readonly rewrittenToClose: Buffer;
}

/** The last head of a server, which gives the same one again and again. */
export interface CachedResponseHead extends ReadHead {
  /** As received, with the empty line. */
  readonly bytes: Buffer;
  readonly method: string;
  readonly host: string;
  readonly credentialHeader: string | undefined;
}

/** Belongs to one tracking server. */
export interface HeadCache {
  readonly address: { readonly origin: string };
  cached: CachedResponseHead | undefined;
  /** Of the field that it last got a credential in. */
  credentialHeader?: string | undefined;
}

const headEnd = Buffer.from('\r\n\r\n');
/** Heads that are longer are seldom the same twice. */
const maxCachedBytes = 2048;

/**
 * Reads the head at the start of `bytes`. One that is the same bytes as the server's last is not read again. `method`
 * and `host`: of the request; the latter is the client's name for this proxy.
 */
export function readResponseHead(
  bytes: Buffer,
  server: HeadCache,
  method: string,
  host: string,
): ReadHead | 'incomplete' | 'malformed' {
  const { cached, credentialHeader } = server;
  if (
    cached?.method === method &&
    cached.credentialHeader === credentialHeader &&
    cached.host === host &&
    bytes.length >= cached.bytes.length &&
    cached.bytes.compare(bytes, 0, cached.bytes.length) === 0
  ) {
    return cached;
  }
  const at = bytes.indexOf(headEnd);
  if (at === -1) return isHopeless(bytes) ? 'malformed' : 'incomplete';
  const head = parseResponseHead(bytes.toString('latin1', 0, at + 2), method, {
    location: (value) => localLocation(value, server.address.origin, `http://${host}`),
    credentialField: credentialHeader && comparableName(credentialHeader.toLowerCase()),
  });
  if (head === undefined) return 'malformed';
  const end = at + headEnd.length;
  const read = {
    head,
    end,
    rewritten: Buffer.from(`${head.text}\r\n`, 'latin1'),
    rewrittenToClose: Buffer.from(`${head.text}Connection: close\r\n\r\n`, 'latin1'),
  };
  if (end <= maxCachedBytes && head.status >= 200) {
    const of = { method, host, credentialHeader };
    server.cached = { ...read, bytes: Buffer.from(bytes.subarray(0, end)), ...of };
  }
  return read;
}
