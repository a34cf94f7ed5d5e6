import * as l10n from '@vscode/l10n';
import { visit } from 'jsonc-parser';
import type { AuthMode, ConnectionConfiguration } from '../configuration/configuration.ts';
import { inertLine } from '../inert.ts';
import { Problem } from '../problem.ts';
import { Secret } from '../secret.ts';
import { schemeIn } from './scheme.ts';

export type Credential =
  | { readonly kind: 'token'; readonly token: Secret }
  | { readonly kind: 'userPassword'; readonly username: string; readonly password: Secret };

/** The longest secret that is read, in bytes: the limit of AWS Secrets Manager. */
const maxBytes = 65_536;

type SecretFields = ConnectionConfiguration['secretFields'];

export interface SecretForm {
  /** Decides where a secret holds both kinds of credential. */
  readonly authMode?: AuthMode;
  /** Names of fields that count alone; none: the usual ones. */
  readonly secretFields?: SecretFields;
}

/**
 * Reads what a store holds: a JSON object with `token`, or with `username` and `password`, or with the names that
 * MLflow's variables have; or plain text, which is `username:password` where a colon stands between two parts and the mode
 * is not that of a token, else a token. Surrounding white space goes. A `Problem` names the field that is wrong and never
 * shows the value.
 */
export function parseSecret(text: Secret, form: SecretForm = {}): Credential {
  const value = text.reveal();
  if (Buffer.byteLength(value) > maxBytes)
    throw malformed(l10n.t('it is longer than {0} kB', maxBytes / 1024));
  const trimmed = value.trim();
  if (trimmed === '') throw malformed(l10n.t('it is empty'));
  return trimmed.startsWith('{') || isJson(trimmed) ? fromJson(trimmed, form) : fromPlainText(trimmed, form);
}

function fromPlainText(text: string, { authMode, secretFields = {} }: SecretForm): Credential {
  checkCharacters(text, undefined);
  if (isEncoded(text, secretFields)) throw malformed(l10n.t('it is a JSON object in base64'));
  const isWhole = authMode === 'bearer' || schemeIn(text) !== undefined;
  const [, username, password] = isWhole ? [] : (/^([^:]+):(.+)$/s.exec(text) ?? []);
  if (username === undefined || password === undefined) return { kind: 'token', token: new Secret(text) };
  return { kind: 'userPassword', username, password: new Secret(password) };
}

/** As values of a Kubernetes secret are. Other tokens are such an object, too: only one with our fields is a mistake. */
function isEncoded(text: string, secretFields: SecretFields): boolean {
  if (!/^[\w+/\s-]{8,}={0,2}$/.test(text)) return false;
  const decoded = Buffer.from(text, 'base64').toString().trim();
  if (!decoded.startsWith('{') || !decoded.endsWith('}')) return false;
  try {
    const { token, username, password } = rolesIn(Object.keys(JSON.parse(decoded) as object), secretFields);
    return token !== undefined || (username !== undefined && password !== undefined);
  } catch (error) {
    if (error instanceof SyntaxError) return false;
    throw error;
  }
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

function fromJson(text: string, form: SecretForm): Credential {
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
  const fields = parsed as Readonly<Record<string, unknown>>;
  const { token, username, password } = rolesIn(Object.keys(fields), form.secretFields ?? {});
  const used = [token, username, password].filter((name) => name !== undefined);
  const twice = repeatedKey(text, used);
  if (twice !== undefined)
    throw malformed(l10n.t('its field "{0}" appears twice', inertLine(twice, maxNameLength)));
  const isPair = username !== undefined && password !== undefined;
  if (token !== undefined && !(isPair && form.authMode === 'basic')) {
    return { kind: 'token', token: new Secret(field(fields, token)) };
  }
  if (username === undefined || password === undefined) {
    throw otherNames(Object.keys(fields), form, { username, password });
  }
  const user = field(fields, username);
  // The first colon ends the user name (RFC 7617, section 2).
  if (user.includes(':'))
    throw malformed(l10n.t('its field "{0}" contains a colon', inertLine(username, maxNameLength)));
  return { kind: 'userPassword', username: user, password: new Secret(field(fields, password)) };
}

interface Roles {
  readonly token: string | undefined;
  readonly username: string | undefined;
  readonly password: string | undefined;
}

/** The first of each that a secret has counts, in any case: `Password`, `mlflow_tracking_token`. */
const usualNames = {
  token: ['token', 'MLFLOW_TRACKING_TOKEN'],
  username: ['username', 'user', 'MLFLOW_TRACKING_USERNAME'],
  password: ['password', 'MLFLOW_TRACKING_PASSWORD'],
} as const;

function rolesIn(names: readonly string[], own: SecretFields): Roles {
  const isOwn = Object.keys(own).length > 0;
  const find = (role: keyof Roles): string | undefined => {
    const wanted = isOwn ? [own[role] ?? []].flat() : usualNames[role];
    return (
      wanted.find((name) => names.includes(name)) ??
      (isOwn
        ? undefined
        : names.find((name) => wanted.some((one) => one.toLowerCase() === name.toLowerCase())))
    );
  };
  return { token: find('token'), username: find('username'), password: find('password') };
}

function field(fields: Readonly<Record<string, unknown>>, name: string): string {
  const value = fields[name];
  const shown = inertLine(name, maxNameLength);
  if (typeof value !== 'string') throw malformed(l10n.t('its field "{0}" is not text', shown));
  const trimmed = value.trim();
  if (trimmed === '') throw malformed(l10n.t('its field "{0}" is empty', shown));
  checkCharacters(trimmed, shown);
  return trimmed;
}

/** The first of these fields which the object has twice; which one counts would be a guess. */
function repeatedKey(text: string, names: readonly string[]): string | undefined {
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
      if (depth !== 1 || !names.includes(name)) return;
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

/** Of a name in a sentence; a name is the store's, not a secret, but bounded, as somebody may have put a value there. */
const maxNameLength = 40;
const maxNames = 8;

/** Names the fields that there are, never what they hold. */
function otherNames(
  names: readonly string[],
  { secretFields = {} }: SecretForm,
  { username, password }: Omit<Roles, 'token'>,
): Problem {
  const wanted = Object.values(secretFields);
  const more = names.length > maxNames ? [l10n.t('{0} more', names.length - maxNames)] : [];
  const found = [...listed(names.slice(0, maxNames)), ...more].join(', ') || l10n.t('none');
  const half = username ?? password;
  const lacking =
    wanted.length > 0
      ? l10n.t('it lacks a field that mlflowSecretsAuth.secret.fields names ({0})', listed(wanted).join(', '))
      : half === undefined
        ? l10n.t('it has neither a field "token" nor the fields "username" and "password"')
        : l10n.t('its field "{0}" is missing', username === undefined ? 'username' : 'password');
  return malformed(
    l10n.t('{0}; its fields are: {1}', lacking, found),
    l10n.t(
      'Set mlflowSecretsAuth.secret.fields to the names that your secret has, or store it with the usual ones.',
    ),
    'secret.fields',
  );
}

function listed(names: readonly string[]): readonly string[] {
  return names.map((name) => JSON.stringify(inertLine(name, maxNameLength)));
}

/** `reason`: a clause about the secret. */
function malformed(reason: string, remedy?: string, setting?: 'secret.fields'): Problem {
  return new Problem({
    code: 'secret.malformed',
    message: l10n.t('The secret cannot be used: {0}.', reason),
    remedy:
      remedy ??
      l10n.t('Store it as {"token": "…"}, as {"username": "…", "password": "…"}, or as plain text.'),
    retry: 'afterFix',
    ...(setting !== undefined && { action: { kind: 'openSetting', setting } }),
  });
}
