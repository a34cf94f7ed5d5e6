/** Reading Vault's JSON without trusting its shape. */

type Fields = Readonly<Record<string, unknown>>;

export function fields(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? (value as Fields) : {};
}

export function textField(value: unknown, name: string): string | undefined {
  const found = fields(value)[name];
  return typeof found === 'string' && found !== '' ? found : undefined;
}

export function numberField(value: unknown, name: string): number | undefined {
  const found = fields(value)[name];
  return typeof found === 'number' ? found : undefined;
}

/** Vault's own words, for recognising what happened. They are not shown. */
export function errorText(body: unknown): string {
  const { errors } = fields(body);
  return Array.isArray(errors) ? errors.filter((error) => typeof error === 'string').join(' ') : '';
}

/**
 * Whether a 403 speaks of the token itself. Vault and OpenBao answer a policy's refusal with a list of one error;
 * a token that is not valid gets the bare words, in newer versions of Vault with "invalid token" beside them.
 */
export function saysBadToken(body: unknown): boolean {
  return !errorText(body).startsWith('1 error occurred');
}
