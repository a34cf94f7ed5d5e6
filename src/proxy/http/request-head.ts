import { listMembers, parseFields } from './header-fields.ts';
import type { Field } from './header-fields.ts';
import { framingNames, isMisleading, ownRequestField } from './header-names.ts';
import { isSafeTarget, withOneSlash } from './request-target.ts';

/** How the end of a message is known. */
export type Framing =
  | { readonly kind: 'none' }
  | { readonly kind: 'length'; readonly length: number }
  | { readonly kind: 'chunked' };

export interface RequestLine {
  readonly method: string;
  /** Origin-form, as received. */
  readonly target: string;
}

/** What the fields of a request say, after the strictest reading of RFC 9112. */
export interface RequestFields {
  readonly host: string;
  readonly framing: Framing;
  /** The client wants the connection closed after the response. */
  readonly close: boolean;
  /** The client sends the body only after a 100 response, or after a while. */
  readonly expectsContinue: boolean;
  /** What `Connection` names, in lower case. */
  readonly connection: ReadonlySet<string>;
  readonly fields: readonly Field[];
  /** No program of the user's asks: it is not counted among theirs. */
  readonly isOwn: boolean;
}

/** What is wrong with a request; the words are in responses.ts, as this room knows no language. */
export type RequestFault =
  | 'not-http'
  | 'request-line'
  | 'method'
  | 'version'
  | 'target'
  | 'head-too-large'
  | 'too-many-fields'
  | 'header-field'
  | 'misleading-name'
  | 'tab'
  | 'repeated'
  | 'no-host'
  | 'content-length'
  | 'transfer-encoding'
  | 'length-and-encoding'
  | 'expect'
  | 'upgrade'
  | 'named-by-connection'
  | 'body';

export interface Malformed {
  readonly fault: RequestFault;
  readonly status: 400 | 405 | 417 | 431 | 505;
  /** The header field that it is about; never any of the client's bytes. */
  readonly field?: string;
  /** The same request in a spelling that can be taken: whoever is let in is told of it. */
  readonly respelled?: RequestLine | undefined;
}

const requestLine = /^([A-Z]+) (\/[\x21-\x7e]*) HTTP\/1\.([01])$/;
const methods: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);
const malformed = (fault: RequestFault, status: Malformed['status'] = 400): Malformed => ({ fault, status });

/** `field`: in our own spelling. */
const malformedField = (fault: RequestFault, field: string): Malformed => ({ fault, status: 400, field });

export function isMalformed(value: object): value is Malformed {
  return 'fault' in value;
}

/** `line` is latin-1, without its CRLF. */
export function parseRequestLine(line: string): RequestLine | Malformed {
  const [, method, target, minor] = requestLine.exec(line) ?? [];
  if (method === undefined || target === undefined) return malformed('request-line');
  if (!methods.has(method)) return malformed('method', 405);
  if (minor !== '1') return malformed('version', 505);
  if (isSafeTarget(target)) return { method, target };
  const respelled = withOneSlash(target);
  return {
    ...malformed('target'),
    respelled: respelled === undefined ? undefined : { method, target: respelled },
  };
}

/** `block` is latin-1: the lines after the request line, each with its CRLF, without the empty line. */
export function parseRequestFields(block: string): RequestFields | Malformed {
  const fields = parseFields(block, 0);
  if (fields === 'malformed') return malformed('header-field');
  if (fields === 'too-many') return malformed('too-many-fields', 431);
  let host: string | undefined;
  let length: string | undefined;
  let chunked = false;
  let upgrades = false;
  let expectsContinue = false;
  let isOwn = false;
  const connection = new Set<string>();
  for (const { name, value, line } of fields) {
    // Parsers differ in whether a tab belongs to the value.
    if (framingNames.has(name) && line.includes('\t')) return malformedField('tab', name);
    switch (name) {
      case 'host':
        if (host !== undefined) return malformedField('repeated', 'Host');
        host = value;
        break;
      case 'content-length':
        if (length !== undefined) return malformedField('repeated', 'Content-Length');
        // Some read it as octal.
        if (/^0\d/.test(value)) return malformed('content-length');
        length = value;
        break;
      case 'transfer-encoding':
        if (chunked || value.toLowerCase() !== 'chunked') return malformed('transfer-encoding');
        chunked = true;
        break;
      case 'connection':
        for (const member of listMembers(value)) connection.add(member);
        break;
      case 'expect':
        if (value.toLowerCase() !== '100-continue') return malformed('expect', 417);
        expectsContinue = true;
        break;
      case 'upgrade':
        // A client that only offers HTTP/2 goes on without it.
        if (value.toLowerCase() !== 'h2c') return malformed('upgrade');
        upgrades = true;
        break;
      case ownRequestField:
        isOwn = true;
        break;
      default:
        if (isMisleading(name)) return malformed('misleading-name');
    }
  }
  if (host === undefined) return malformed('no-host');
  // To leave these out, as for any other field that is named there, would change where the body ends.
  for (const name of framingNames) {
    if (connection.has(name)) return malformedField('named-by-connection', name);
  }
  if (chunked && length !== undefined) return malformed('length-and-encoding');
  const framing = chunked ? ({ kind: 'chunked' } as const) : lengthFraming(length);
  if (framing === undefined) return malformed('content-length');
  // What comes after an offered upgrade is HTTP for some and not for others.
  const close = upgrades || connection.has('close');
  return { host, framing, close, expectsContinue, connection, fields, isOwn };
}

/** The framing that a `Content-Length` gives; `undefined` when its value is malformed. */
export function lengthFraming(length: string | undefined): Framing | undefined {
  if (length === undefined) return { kind: 'none' };
  if (!/^\d{1,15}$/.test(length)) return undefined;
  return length === '0' ? { kind: 'none' } : { kind: 'length', length: Number(length) };
}
