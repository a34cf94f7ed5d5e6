import { fields } from '../transport/fields.ts';

export interface VaultResponse {
  readonly status: number;
  /** Vault's JSON; its fields are checked where they are used. */
  readonly body: unknown;
  readonly retryAfterMs: number | undefined;
  /** Where a redirect points, such as a standby's to its active server. */
  readonly location: string | undefined;
}

/** Vault's own words, for recognising what happened. They are not shown. */
export function errorText({ body }: VaultResponse): string {
  const { errors } = fields(body);
  return Array.isArray(errors) ? errors.filter((error) => typeof error === 'string').join(' ') : '';
}

/**
 * Whether the response has Vault's form: a JSON object, which lists what is wrong where something is. Of a secret that was
 * deleted it has data.
 */
export function isVaults({ status, body }: VaultResponse): boolean {
  const all = fields(body);
  return all === body && (status < 400 || Array.isArray(all['errors']) || 'data' in all);
}

/** Whether what is mounted at the path of the call has nothing there that could be read. */
export function isUnsupported(response: VaultResponse): boolean {
  return /unsupported path/i.test(errorText(response));
}

/** Whether nothing is mounted at the path of the call. */
export function isUnmounted(response: VaultResponse): boolean {
  return /no handler for route/i.test(errorText(response));
}

/**
 * Whether the response is a 403 about the token itself. Vault and OpenBao report a policy's denial as a list of one error; for
 * a token that is not valid they send the bare words, newer versions of Vault with "invalid token" beside them.
 */
export function isAboutToken(response: VaultResponse): boolean {
  return response.status === 403 && !errorText(response).startsWith('1 error occurred');
}
