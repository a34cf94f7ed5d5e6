/** The fields of a secret that hold the credential: that of a token, or those of a user name and a password; none: the usual. */
export interface SecretFields {
  readonly token?: string;
  readonly username?: string;
  readonly password?: string;
}

const maxNameLength = 256;

/** The value where it names a token's field, or both others, or nothing. */
export function parseSecretFields(value: unknown): SecretFields | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const named = new Map<string, unknown>(Object.entries(value));
  if (![...named.values()].every(isName)) return undefined;
  const [token, username, password] = ['token', 'username', 'password'].map((role) => named.get(role));
  if (named.size === 0) return {};
  if (named.size === 1 && isName(token)) return { token };
  return named.size === 2 && isName(username) && isName(password) ? { username, password } : undefined;
}

function isName(value: unknown): value is string {
  return typeof value === 'string' && value.trim() !== '' && value.length <= maxNameLength;
}
