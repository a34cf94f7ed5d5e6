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

/** Whether nothing is mounted at the path of the call. */
export function isUnmounted(response: VaultResponse): boolean {
  return /no handler for route|unsupported path/i.test(errorText(response));
}

/**
 * Whether a 403 is about the token itself. Vault and OpenBao report a policy's denial as a list of one error; for
 * a token that is not valid they send the bare words, newer versions of Vault with "invalid token" beside them.
 */
export function isAboutToken(response: VaultResponse): boolean {
  return !errorText(response).startsWith('1 error occurred');
}
