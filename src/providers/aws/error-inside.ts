/** Node's codes that are in words only, and OpenSSL's words. */
const inWords: readonly (readonly [words: RegExp, code: string])[] = [
  [/socket hang up/, 'ECONNRESET'],
  [/self-signed certificate|unable to (?:get|verify) /, 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY'],
  [/certificate has expired/, 'CERT_HAS_EXPIRED'],
  [/certificate is not yet valid/, 'CERT_NOT_YET_VALID'],
  [/does not match certificate's altnames/, 'ERR_TLS_CERT_ALTNAME_INVALID'],
  [/(?:timed out|timeout)/i, 'ETIMEDOUT'],
];

/**
 * The providers of single sign-on keep only the text of the error that they met: `Error: connect ECONNREFUSED`. What a
 * program of the user's printed begins otherwise.
 */
export function errorInside({ message }: Error): { readonly code: string } | undefined {
  const words = /^(?:[A-Z][A-Za-z]{0,40})?Error: (.{0,999})/s.exec(message)?.[1];
  if (words === undefined) return undefined;
  const code =
    /^(?:connect|getaddrinfo|read|write) (E[A-Z_]{2,20})\b/.exec(words)?.[1] ??
    inWords.find(([sentence]) => sentence.test(words))?.[1];
  return code === undefined ? undefined : { code };
}
