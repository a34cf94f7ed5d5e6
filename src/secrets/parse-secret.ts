import { visit } from 'jsonc-parser';
import { Problem } from '../problem.ts';
import { Secret } from '../secret.ts';

export type Credential =
  | { readonly kind: 'token'; readonly token: Secret }
  | { readonly kind: 'userPassword'; readonly username: string; readonly password: Secret };

/** The longest secret that is read, in bytes: the limit of AWS Secrets Manager. */
const maxBytes = 65_536;

/**
 * Reads what a store holds: a JSON object with `token`, or with `username` and `password`; or plain text, which
 * is `username:password` where a colon stands between two parts, else a token. Surrounding white space goes.
 * A `Problem` names the field that is wrong and never shows the value.
 */
export function parseSecret(text: Secret): Credential {
  const value = text.reveal();
  if (Buffer.byteLength(value) > maxBytes) throw malformed(`It is longer than ${maxBytes / 1024} kB`);
  const trimmed = value.trim();
  if (trimmed === '') throw malformed('It is empty');
  return trimmed.startsWith('{') || isJson(trimmed) ? fromJson(trimmed) : fromPlainText(trimmed);
}

function fromPlainText(text: string): Credential {
  checkCharacters(text, 'It');
  const [, username, password] = /^([^:]+):(.+)$/s.exec(text) ?? [];
  if (username === undefined || password === undefined) return { kind: 'token', token: new Secret(text) };
  return { kind: 'userPassword', username, password: new Secret(password) };
}

/** JSON texts that are not objects; a bare number is as likely a token, so it counts as plain text. */
function isJson(text: string): boolean {
  if (!/^["[]|^(?:true|false|null)$/.test(text)) return false;
  try {
    JSON.parse(text);
    return true;
  } catch (error) {
    if (error instanceof SyntaxError) return false;
    throw error;
  }
}

function fromJson(text: string): Credential {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    // The parser's own words quote the text.
    throw malformed('It starts like a JSON object and is not valid JSON');
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
    throw malformed('It is JSON, but not an object');
  }
  const twice = repeatedKey(text);
  if (twice !== undefined) throw malformed(`Its field "${twice}" is there twice`);
  const fields = parsed as Readonly<Record<string, unknown>>;
  if ('token' in fields) return { kind: 'token', token: new Secret(field(fields, 'token')) };
  if (!('username' in fields) && !('password' in fields)) {
    throw malformed('It has no field "token", nor "username" and "password"');
  }
  const username = field(fields, 'username');
  // The first colon ends the user name (RFC 7617, section 2).
  if (username.includes(':')) throw malformed('Its field "username" has a colon');
  return { kind: 'userPassword', username, password: new Secret(field(fields, 'password')) };
}

function field(fields: Readonly<Record<string, unknown>>, name: string): string {
  const value = fields[name];
  if (value === undefined) throw malformed(`Its field "${name}" is missing`);
  if (typeof value !== 'string') throw malformed(`Its field "${name}" is not text`);
  const trimmed = value.trim();
  if (trimmed === '') throw malformed(`Its field "${name}" is empty`);
  checkCharacters(trimmed, `Its field "${name}"`);
  return trimmed;
}

/** The first of the fields that we read which the object has twice; which one counts would be a guess. */
function repeatedKey(text: string): string | undefined {
  const seen = new Set<string>();
  let depth = 0;
  let repeated: string | undefined;
  visit(text, {
    onObjectBegin: () => {
      depth += 1;
    },
    onObjectEnd: () => {
      depth -= 1;
    },
    onObjectProperty: (name) => {
      if (depth !== 1 || !['token', 'username', 'password'].includes(name)) return;
      if (seen.has(name)) repeated ??= name;
      seen.add(name);
    },
  });
  return repeated;
}

/** Control characters cannot stand in a header's value (RFC 9110, section 5.5). */
function checkCharacters(value: string, subject: string): void {
  if (/[\r\n]/.test(value)) throw malformed(`${subject} has a line break`);
  // eslint-disable-next-line no-control-regex
  if (/[\u0000-\u001f\u007f]/.test(value)) throw malformed(`${subject} has a control character`);
  // What a decoder puts in place of bytes that are not UTF-8.
  if (value.includes('\ufffd')) throw malformed(`${subject} is not valid UTF-8`);
}

export function malformed(reason: string): Problem {
  return new Problem({
    code: 'secret.malformed',
    message: `The secret cannot be used: ${reason}.`,
    remedy: 'Store it as {"token": "…"}, as {"username": "…", "password": "…"}, or as plain text.',
    retry: 'afterFix',
  });
}
