import { ownResponse } from '../responses.ts';
import type { ProxyResponse } from '../messages.ts';

/** Why no connection to the tracking server could be had. */
export interface UpstreamProblem {
  readonly sentence: string;
  readonly answer: ProxyResponse;
}

/** Trouble that this proxy itself finds on the way, in the words of `causes`. */
export class DialError extends Error {
  readonly code: DialCode;

  constructor(code: DialCode) {
    super(code);
    this.name = 'DialError';
    this.code = code;
  }
}

export type DialCode =
  'TIMED_OUT' | 'CLOSED' | 'PROXY_REFUSED' | 'PROXY_SIGN_IN' | 'PROXY_SCHEME' | 'PROXY_MALFORMED' | 'BAD_CA';

const caFile = 'mlflowSecretsAuth.tls.caFile';

/** What passes by itself: MLflow's client tries again on 503. */
const passing: Readonly<Record<string, string>> = {
  ENOTFOUND: 'its name is not known (DNS)',
  EAI_AGAIN: 'its name cannot be looked up now (DNS)',
  ECONNREFUSED: 'the connection was refused',
  ETIMEDOUT: 'the connection timed out',
  TIMED_OUT: 'the connection timed out',
  ECONNRESET: 'the connection was reset',
  EPIPE: 'the connection was reset',
  CLOSED: 'the connection was closed',
  EHOSTUNREACH: 'there is no route to it',
  ENETUNREACH: 'there is no network',
  EADDRNOTAVAIL: 'there is no network',
  EMFILE: 'too many files are open',
  PROXY_REFUSED: 'the HTTP proxy refused to connect to it',
  PROXY_MALFORMED: 'the HTTP proxy gave an answer that is not HTTP',
};

/** What somebody has to mend: told as a 4xx, which MLflow's client raises with the message. */
const lasting: Readonly<Record<string, string>> = {
  PROXY_SIGN_IN: "the HTTP proxy asks for a sign-in. Put user and password into VS Code's http.proxy.",
  PROXY_SCHEME: "the HTTP proxy's address is not http:// or https://. Check VS Code's http.proxy.",
  BAD_CA: `an extra CA certificate cannot be read. Check ${caFile}.`,
  CERT_HAS_EXPIRED: 'its TLS certificate has expired. Ask its administrator for a new one.',
  CERT_NOT_YET_VALID: "its TLS certificate is not valid yet. Check this computer's clock.",
  ERR_TLS_CERT_ALTNAME_INVALID:
    'its TLS certificate is for another host name. Check mlflowSecretsAuth.trackingUri.',
};

const untrusted: ReadonlySet<string> = new Set([
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'CERT_UNTRUSTED',
  'CERT_SIGNATURE_FAILURE',
  'INVALID_CA',
]);

/** `host`: the tracking server's, as people know it. */
export function upstreamProblem(host: string, error: unknown): UpstreamProblem {
  const code = codeOf(error);
  const lastingWords = lasting[code] ?? tlsWords(code);
  if (lastingWords !== undefined) {
    const sentence = `Cannot connect to ${host}: ${lastingWords}`;
    return { sentence, answer: ownResponse(424, 'INVALID_STATE', sentence) };
  }
  const sentence = `Cannot reach ${host}: ${passing[code] ?? `the connection failed (${code})`}.`;
  return { sentence, answer: ownResponse(503, 'TEMPORARILY_UNAVAILABLE', sentence) };
}

function tlsWords(code: string): string | undefined {
  if (untrusted.has(code)) {
    return `its TLS certificate is not trusted (${code}). Set ${caFile} to your company's CA certificate.`;
  }
  if (code === 'EPROTO' || code.startsWith('ERR_SSL') || code.startsWith('ERR_TLS')) {
    return `TLS could not be set up (${code}). Check that mlflowSecretsAuth.trackingUri is right to say https.`;
  }
  return undefined;
}

/** An attempt at several addresses fails with all their errors; the first says most. */
function codeOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return codeOf(error.errors[0]);
  if (error instanceof Error && 'code' in error && typeof error.code === 'string') return error.code;
  return 'unknown';
}
