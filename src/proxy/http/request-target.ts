import { hexDigit } from './hex-digit.ts';

/**
 * Whether a request target is in origin-form and means the same path to every server: printable ASCII, one leading
 * slash, no fragment, no backslash, no NUL, and no dot segment in any encoding (GHSA-2q7r is one of many where
 * `%2E%2E` got through). A `%` without two digits is no encoding to us, but `%u002e` is a dot to Windows' HTTP.sys.
 */
export function isSafeTarget(target: string): boolean {
  if (!target.startsWith('/') || target[1] === '/') return false;
  for (let at = 1; at < target.length; at += 1) {
    const code = target.charCodeAt(at);
    if (code <= 0x20 || code >= 0x7f || code === 0x23) return false;
  }
  const query = target.indexOf('?');
  const path = query === -1 ? target : target.slice(0, query);
  // Some servers read it as `/`; clients encode it.
  if (path.includes('\\') || halfEncoded.test(path)) return false;
  return !suspicious.test(path) || !isMisleading(path);
}

/**
 * The same path with one leading slash, where that is safe. What follows `//` is a path to MLflow's server, and a host by
 * RFC 3986, section 4.2: a gateway that reads it so would send the credential there.
 */
export function withOneSlash(target: string): string | undefined {
  if (!target.startsWith('//')) return undefined;
  const respelled = target.replace(/^\/+/, '/');
  return isSafeTarget(respelled) ? respelled : undefined;
}

const suspicious = /%|\/\./;
const halfEncoded = /%(?![0-9a-f]{2})/i;
/** Overlong UTF-8, which lenient decoders take. */
const overlong: readonly (readonly [RegExp, string])[] = [
  [/(?:\xc0|\xe0\x80|\xf0\x80\x80)\xae/g, '.'],
  [/(?:\xc0|\xe0\x80|\xf0\x80\x80)\xaf|\xc1\x9c/g, '/'],
];

function isMisleading(path: string): boolean {
  let decoded = fullyDecoded(path);
  if (decoded.includes('\0') || /%u[0-9a-f]{4}/i.test(decoded)) return true;
  for (const [bytes, meant] of overlong) decoded = decoded.replace(bytes, meant);
  const segments = decoded.split(/[/\\]/);
  // Some servers take off `;parameters` before they look at a segment. An encoded first slash makes `//`.
  return (
    segments.some((segment) => /^\.\.?(?:;|$)/.test(segment)) || (segments[1] === '' && segments.length > 2)
  );
}

/** The path of a target as every server reads it that takes encodings off, however often. */
export function decodedPath(target: string): string {
  return fullyDecoded(target.split('?', 1)[0] ?? '');
}

/**
 * Latin-1, with no encoding left: what those see who decode twice or more, also where the digits of one encoding are
 * encoded themselves. Control characters but NUL are left out, as some parsers do. In one go, since a path may be
 * nested as deep as it is long.
 */
function fullyDecoded(path: string): string {
  const bytes = Buffer.from(path, 'latin1');
  let length = 0;
  for (const byte of bytes) {
    bytes[length] = byte;
    length += 1;
    // What was decoded may be the end of another encoding.
    for (let value = encodedAt(bytes, length - 3); value >= 0; value = encodedAt(bytes, length - 3)) {
      length -= 3;
      if (value > 0 && value < 0x20) continue;
      bytes[length] = value;
      length += 1;
    }
  }
  return bytes.toString('latin1', 0, length);
}

/** The byte that `%` and two digits at `at` stand for, or a negative number. */
function encodedAt(bytes: Buffer, at: number): number {
  if (at < 0 || bytes[at] !== 0x25) return -1;
  return hexDigit(bytes[at + 1] ?? 0) * 16 + hexDigit(bytes[at + 2] ?? 0);
}
