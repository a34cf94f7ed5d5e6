import { listMembers, parseFields } from './header-fields.ts';
import type { Field } from './header-fields.ts';
import { isSafeTarget } from './request-target.ts';

/** How a message's end is known. */
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
  /** The client wants the connection closed after the answer. */
  readonly close: boolean;
  /** The client sends the body only when it is told to. */
  readonly expectsContinue: boolean;
  /** What `Connection` names, in lower case. */
  readonly connection: ReadonlySet<string>;
  readonly fields: readonly Field[];
}

export interface Malformed {
  readonly status: 400 | 405 | 417 | 431 | 505;
  /** What is wrong, without any of the client's bytes. */
  readonly problem: string;
}

const requestLine = /^([A-Z]+) (\/[\x21-\x7e]*) HTTP\/1\.([01])$/;
const methods: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);
/** A server that reads `_` as `-`, as CGI does, must not see a second one of these. */
const aliased: ReadonlySet<string> = new Set([
  'host',
  'authorization',
  'connection',
  'content-length',
  'cookie',
  'expect',
  'origin',
  'proxy-authorization',
  'sec-fetch-site',
  'transfer-encoding',
  'upgrade',
  'x-real-ip',
]);

/** What decides where a message goes and ends. */
const framingFields: ReadonlySet<string> = new Set(['host', 'content-length', 'transfer-encoding', 'expect']);

const malformed = (problem: string, status: Malformed['status'] = 400): Malformed => ({ status, problem });

export function isMalformed(value: object): value is Malformed {
  return 'problem' in value;
}

/** `line` is latin-1, without its CRLF. */
export function parseRequestLine(line: string): RequestLine | Malformed {
  const [, method, target, minor] = requestLine.exec(line) ?? [];
  if (method === undefined || target === undefined) return malformed('the request line is malformed');
  if (!methods.has(method)) return malformed('the method is not allowed', 405);
  if (minor !== '1') return malformed('only HTTP/1.1 is spoken here', 505);
  if (!isSafeTarget(target)) return malformed('the path is not allowed');
  return { method, target };
}

/** `block` is latin-1: the lines after the request line, each with its CRLF, without the empty line. */
export function parseRequestFields(block: string): RequestFields | Malformed {
  const fields = parseFields(block, 0);
  if (fields === 'malformed') return malformed('a header field is malformed');
  if (fields === 'too-many') return malformed('there are too many header fields', 431);
  let host: string | undefined;
  let length: string | undefined;
  let chunked = false;
  let upgrades = false;
  let expectsContinue = false;
  const connection = new Set<string>();
  for (const { name, value, line } of fields) {
    // Parsers differ in whether a tab belongs to the value.
    if (framingFields.has(name) && line.includes('\t')) return malformed(`there is a tab in ${name}`);
    switch (name) {
      case 'host':
        if (host !== undefined) return malformed('there is more than one Host');
        host = value;
        break;
      case 'content-length':
        if (length !== undefined) return malformed('there is more than one Content-Length');
        // Some read it as octal.
        if (/^0\d/.test(value)) return malformed('the Content-Length is malformed');
        length = value;
        break;
      case 'transfer-encoding':
        if (chunked || value.toLowerCase() !== 'chunked')
          return malformed('the Transfer-Encoding is not known');
        chunked = true;
        break;
      case 'connection':
        for (const member of listMembers(value)) connection.add(member);
        break;
      case 'expect':
        if (value.toLowerCase() !== '100-continue') return malformed('the Expect is not known', 417);
        expectsContinue = true;
        break;
      case 'upgrade':
        // A client that only offers HTTP/2 goes on without it.
        if (value.toLowerCase() !== 'h2c') return malformed('an upgrade is not possible');
        upgrades = true;
        break;
      default:
        if (name.includes('_') && isAlias(name)) return malformed('a header field has a misleading name');
    }
  }
  if (host === undefined) return malformed('there is no Host');
  // To leave these out, as for any other field that is named there, would change where the body ends.
  for (const name of framingFields) {
    if (connection.has(name)) return malformed(`Connection names ${name}`);
  }
  if (chunked && length !== undefined) return malformed('Content-Length comes with Transfer-Encoding');
  const framing = chunked ? ({ kind: 'chunked' } as const) : lengthFraming(length);
  if (framing === undefined) return malformed('the Content-Length is malformed');
  // What comes after an offered upgrade is HTTP for some and not for others.
  const close = upgrades || connection.has('close');
  return { host, framing, close, expectsContinue, connection, fields };
}

function isAlias(name: string): boolean {
  const meant = name.replaceAll('_', '-');
  return aliased.has(meant) || meant.startsWith('x-forwarded');
}

export function lengthFraming(length: string | undefined): Framing | undefined {
  if (length === undefined) return { kind: 'none' };
  if (!/^\d{1,15}$/.test(length)) return undefined;
  return length === '0' ? { kind: 'none' } : { kind: 'length', length: Number(length) };
}
