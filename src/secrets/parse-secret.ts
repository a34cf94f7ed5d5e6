import * as l10n from '@vscode/l10n';
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
  if (Buffer.byteLength(value) > maxBytes)
    throw malformed(l10n.t('it is longer than {0} kB', maxBytes / 1024));
  const trimmed = value.trim();
  if (trimmed === '') throw malformed(l10n.t('it is empty'));
  return trimmed.startsWith('{') || isJson(trimmed) ? fromJson(trimmed) : fromPlainText(trimmed);
}

function fromPlainText(text: string): Credential {
  checkCharacters(text, undefined);
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
    throw malformed(l10n.t('it starts like a JSON object but is not valid JSON'));
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
    throw malformed(l10n.t('it is JSON but not an object'));
  }
  const twice = repeatedKey(text);
  if (twice !== undefined) throw malformed(l10n.t('its field "{0}" appears twice', twice));
  const fields = parsed as Readonly<Record<string, unknown>>;
  if ('token' in fields) return { kind: 'token', token: new Secret(field(fields, 'token')) };
  if (!('username' in fields) && !('password' in fields)) {
    throw malformed(l10n.t('it has neither a field "token" nor the fields "username" and "password"'));
  }
  const username = field(fields, 'username');
  // The first colon ends the user name (RFC 7617, section 2).
  if (username.includes(':')) throw malformed(l10n.t('its field "{0}" contains a colon', 'username'));
  return { kind: 'userPassword', username, password: new Secret(field(fields, 'password')) };
}

function field(fields: Readonly<Record<string, unknown>>, name: string): string {
  const value = fields[name];
  if (value === undefined) throw malformed(l10n.t('its field "{0}" is missing', name));
  if (typeof value !== 'string') throw malformed(l10n.t('its field "{0}" is not text', name));
  const trimmed = value.trim();
  if (trimmed === '') throw malformed(l10n.t('its field "{0}" is empty', name));
  checkCharacters(trimmed, name);
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

/** `field`: of which the value is; `undefined` for a whole secret. */
function checkCharacters(value: string, field: string | undefined): void {
  const fault = characterFault(value);
  if (fault === undefined) return;
  throw malformed(field === undefined ? faultOfSecret(fault) : faultOfField(fault, field));
}

type CharacterFault = 'lineBreak' | 'controlCharacter' | 'notUtf8';

/** Control characters cannot stand in a header's value (RFC 9110, section 5.5). */
function characterFault(value: string): CharacterFault | undefined {
  if (/[\r\n]/.test(value)) return 'lineBreak';
  // eslint-disable-next-line no-control-regex
  if (/[\u0000-\u001f\u007f]/.test(value)) return 'controlCharacter';
  // What a decoder puts in place of bytes that are not UTF-8.
  return value.includes('\ufffd') ? 'notUtf8' : undefined;
}

function faultOfSecret(fault: CharacterFault): string {
  switch (fault) {
    case 'lineBreak':
      return l10n.t('it contains a line break');
    case 'controlCharacter':
      return l10n.t('it contains a control character');
    case 'notUtf8':
      return l10n.t('it is not valid UTF-8');
  }
}

function faultOfField(fault: CharacterFault, field: string): string {
  switch (fault) {
    case 'lineBreak':
      return l10n.t('its field "{0}" contains a line break', field);
    case 'controlCharacter':
      return l10n.t('its field "{0}" contains a control character', field);
    case 'notUtf8':
      return l10n.t('its field "{0}" is not valid UTF-8', field);
  }
}

/** `reason`: a clause about the secret. */
function malformed(reason: string): Problem {
  return new Problem({
    code: 'secret.malformed',
    message: l10n.t('The secret cannot be used: {0}.', reason),
    remedy: l10n.t('Store it as {"token": "…"}, as {"username": "…", "password": "…"}, or as plain text.'),
    retry: 'afterFix',
  });
}
