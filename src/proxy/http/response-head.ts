import { fieldValue, listMembers, parseFields } from './header-fields.ts';
import type { Field } from './header-fields.ts';
import { isBodyFraming, isHopByHop, isKeptBack } from './header-names.ts';
import { lengthFraming } from './request-head.ts';
import type { Framing } from './request-head.ts';

export interface ResponseHead {
  readonly status: number;
  readonly framing: Framing | { readonly kind: 'close' };
  /** The server keeps the connection. */
  readonly keepAlive: boolean;
  /** The head as the client gets it, up to where a `Connection` field may be put: without the empty line. */
  readonly text: string;
  /** A success with anything but what may be a web page; a file to be saved, whatever is in it, is none. */
  readonly isData: boolean;
  /** As received. */
  readonly fields: readonly Field[];
}

const statusLine = /^HTTP\/1\.([01]) ([1-9]\d\d)(?: ([\t\x20-\x7e\x80-\xff]*))?\r\n/;

const webPage = /^(?:text\/html|application\/xhtml\+xml)\b/i;
/** What a gateway's page has where nobody thought of its type; APIs have JSON, and files a type of their own. */
const noType = /^(?:$|text\/plain\b)/i;

/** What of a response depends on where it is from and where it goes. */
export interface ResponseRewrite {
  /** What a `Location` becomes. */
  readonly location: (value: string) => string;
  /** The field that the credential was sent in, as `comparableName` gives it: a server may send it back. */
  readonly credentialField: string | undefined;
}

/**
 * Reads a response's head; `undefined` when it is malformed or its end could be read in two ways. `text` is latin-1
 * and ends with the last field's CRLF.
 */
export function parseResponseHead(
  text: string,
  method: string,
  { location, credentialField }: ResponseRewrite,
): ResponseHead | undefined {
  const [line, minor, code, reason = ''] = statusLine.exec(text) ?? [];
  if (line === undefined || code === undefined) return undefined;
  const fields = parseFields(text, line.length);
  if (fields === 'malformed' || fields === 'too-many') return undefined;
  const status = Number(code);
  const connection = new Set<string>();
  let length: string | undefined;
  let chunked = false;
  let isPage = true;
  let isFile = false;
  for (const { name, value, line: fieldLine } of fields) {
    // Parsers differ in whether a tab belongs to the value.
    if (isBodyFraming(name) && fieldLine.includes('\t')) return undefined;
    if (name === 'connection') {
      for (const member of listMembers(value)) connection.add(member);
    } else if (name === 'content-length') {
      if (length !== undefined) return undefined;
      length = value;
    } else if (name === 'transfer-encoding') {
      if (chunked || minor === '0' || value.toLowerCase() !== 'chunked') return undefined;
      chunked = true;
    } else if (name === 'content-type') {
      isPage = webPage.test(value) || noType.test(value);
    } else if (name === 'content-disposition') {
      isFile = /^attachment\b/i.test(value);
    }
  }
  if (chunked && length !== undefined) return undefined;
  const lengthOnly = lengthFraming(length);
  if (lengthOnly === undefined) return undefined;
  const isBodiless = status < 200 || status === 204 || status === 304;
  let forwarded = `HTTP/1.1 ${code} ${reason}\r\n`;
  for (const { name, value, line: fieldLine } of fields) {
    if (isHopByHop(name) || (connection.has(name) && !isBodyFraming(name))) continue;
    if (isKeptBack(name, credentialField)) continue;
    // Neither may have a body (RFC 9110, 8.6), and a client that believes in one would wait for it.
    if (isBodyFraming(name) && (status < 200 || status === 204)) continue;
    if (name === 'transfer-encoding' && (method === 'HEAD' || isBodiless)) continue;
    forwarded += name === 'location' ? `Location: ${location(value)}\r\n` : fieldLine;
  }
  let framing: ResponseHead['framing'];
  if (isBodiless || method === 'HEAD') framing = { kind: 'none' };
  else if (chunked) framing = { kind: 'chunked' };
  else framing = length === undefined ? { kind: 'close' } : lengthOnly;
  const keepAlive = minor === '1' ? !connection.has('close') : connection.has('keep-alive');
  const isData = status >= 200 && status < 300 && (!isPage || isFile);
  return { status, framing, keepAlive, text: forwarded, isData, fields };
}

/** Whether the response is a page for a browser, rather than data or a file. */
export function isWebPage(head: ResponseHead): boolean {
  return !isFile(head) && webPage.test(fieldValue(head, 'content-type') ?? '');
}

function isFile(head: ResponseHead): boolean {
  return /^attachment\b/i.test(fieldValue(head, 'content-disposition') ?? '');
}

/** Whether only the body shows that it is a page. */
export function mayBeWebPage(head: ResponseHead): boolean {
  return noType.test(fieldValue(head, 'content-type') ?? '') && !isFile(head);
}

/** Bytes of an incomplete head. */
const maxInspectedBytes = 4096;
/** Another protocol, or a bare CR or LF. */
const hopeless = /^(?!HTTP\/1\.|H(?:T(?:T(?:P(?:\/(?:1)?)?)?)?)?$)|\r[^\n]|[^\r]\n/;

/** Whether these first bytes cannot become a head: its end would be waited for in vain. */
export function isHopeless(start: Buffer): boolean {
  return hopeless.test(start.toString('latin1', 0, maxInspectedBytes));
}
