/** What this proxy itself finds wrong on the way, beside what Node reports. */
export class DialError extends Error {
  readonly code: DialCode;

  /** `cause`: what Node reports, where the code does not say it. */
  constructor(code: DialCode, cause?: unknown) {
    super(code, cause === undefined ? undefined : { cause });
    this.name = 'DialError';
    this.code = code;
  }
}

export type DialCode =
  | 'ETIMEDOUT'
  | 'EAI_AGAIN'
  | 'ECONNRESET'
  | 'PROXY_DOWN'
  | 'PROXY_REFUSED'
  | 'PROXY_SIGN_IN'
  | 'PROXY_NEGOTIATE'
  | 'PROXY_SCHEME'
  | 'PROXY_MALFORMED'
  | 'BAD_CA'
  | 'CLIENT_CERTIFICATE';
