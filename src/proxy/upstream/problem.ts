import * as l10n from '@vscode/l10n';
import { networkErrorKind } from '../../network/error-kind.ts';
import { withCode } from '../../problem.ts';
import type { ProblemCode } from '../../problem.ts';
import type { ProxyResponse } from '../messages.ts';
import { lasting, ownResponse, passing } from '../own-response.ts';

/** Why no connection to the tracking server could be had. */
export interface UpstreamProblem {
  /** With its code at the end. */
  readonly message: string;
  readonly response: ProxyResponse;
}

/** What this proxy itself finds wrong on the way, beside what Node reports. */
export class DialError extends Error {
  readonly code: DialCode;

  constructor(code: DialCode) {
    super(code);
    this.name = 'DialError';
    this.code = code;
  }
}

export type DialCode =
  | 'ETIMEDOUT'
  | 'ECONNRESET'
  | 'PROXY_REFUSED'
  | 'PROXY_SIGN_IN'
  | 'PROXY_SCHEME'
  | 'PROXY_MALFORMED'
  | 'BAD_CA';

/** `host`: the tracking server's, as people know it. MLflow's client retries a 503, and raises a 4xx with its message. */
export function upstreamProblem(host: string, error: unknown): UpstreamProblem {
  const found = codeOf(error);
  const fault = lastingFault(host, found);
  const [name, words] = fault ?? passingFault(host, found);
  const code: ProblemCode = `upstream.${name}`;
  const response = ownResponse(fault === undefined ? passing : lasting, code, words);
  return { message: withCode(words, code), response };
}

/** Its code, below `upstream`, and what to say of it. */
type UpstreamFault = readonly [code: string, words: string];

/** What somebody has to fix. */
function lastingFault(host: string, code: string): UpstreamFault | undefined {
  switch (networkErrorKind(code) ?? code) {
    case 'PROXY_SIGN_IN':
      return [
        'httpProxySignIn',
        l10n.t(
          'Cannot connect to {0}: the HTTP proxy requires a sign-in. Put the user and password into http.proxy.',
          host,
        ),
      ];
    case 'PROXY_SCHEME':
      return [
        'httpProxyAddress',
        l10n.t(
          'Cannot connect to {0}: the address of the HTTP proxy does not begin with http:// or https://. Correct http.proxy.',
          host,
        ),
      ];
    case 'BAD_CA':
      return [
        'caFile',
        l10n.t(
          'Cannot connect to {0}: an additional CA certificate cannot be read. Check mlflowSecretsAuth.tls.caFile.',
          host,
        ),
      ];
    case 'expiredCertificate':
      return [
        'tlsExpired',
        l10n.t(
          'Cannot connect to {0}: its TLS certificate has expired. Ask its administrator for a new one.',
          host,
        ),
      ];
    case 'futureCertificate':
      return [
        'tlsNotYetValid',
        l10n.t(
          'Cannot connect to {0}: its TLS certificate is not valid yet. Check the clock of this computer.',
          host,
        ),
      ];
    case 'certificateName':
      return [
        'tlsName',
        l10n.t(
          'Cannot connect to {0}: its TLS certificate is for another host name. Check mlflowSecretsAuth.trackingUri.',
          host,
        ),
      ];
    case 'untrustedCertificate':
      return [
        'tlsUntrusted',
        l10n.t(
          'Cannot connect to {0}: its TLS certificate is not trusted ({1}). Set mlflowSecretsAuth.tls.caFile to the CA certificate of your company.',
          host,
          code,
        ),
      ];
    case 'tls':
      return [
        'tlsProtocol',
        l10n.t(
          'Cannot connect to {0}: TLS could not be set up ({1}). Check whether mlflowSecretsAuth.trackingUri should begin with http:// instead of https://.',
          host,
          code,
        ),
      ];
    default:
      return undefined;
  }
}

/** What may pass without anybody's doing. */
function passingFault(host: string, code: string): UpstreamFault {
  switch (networkErrorKind(code) ?? code) {
    case 'dns':
      return [
        'dns',
        l10n.t(
          'Cannot reach {0}: its host name cannot be resolved (DNS). Check its spelling, the network and the VPN.',
          host,
        ),
      ];
    case 'refused':
      return [
        'refused',
        l10n.t(
          'Cannot reach {0}: the connection was refused. Check the address and whether the server is running.',
          host,
        ),
      ];
    case 'timeout':
      return [
        'timeout',
        l10n.t(
          'Cannot reach {0}: the connection timed out. Check the network, the VPN and the firewall.',
          host,
        ),
      ];
    case 'dropped':
      return [
        'dropped',
        l10n.t(
          'Cannot reach {0}: the connection was closed. Check the network, the VPN and the firewall.',
          host,
        ),
      ];
    case 'unreachable':
      return [
        'unreachable',
        l10n.t('Cannot reach {0}: there is no route to it. Check the network and the VPN.', host),
      ];
    case 'EMFILE':
    case 'ENFILE':
      return [
        'tooManyFiles',
        l10n.t('Cannot reach {0}: too many files are open. Close programs that you do not need.', host),
      ];
    case 'PROXY_REFUSED':
      return [
        'httpProxyRefused',
        l10n.t(
          'Cannot reach {0}: the HTTP proxy refused to connect to it. Check http.proxy and http.noProxy.',
          host,
        ),
      ];
    case 'PROXY_MALFORMED':
      return [
        'httpProxyMalformed',
        l10n.t('Cannot reach {0}: the HTTP proxy did not respond with HTTP. Check http.proxy.', host),
      ];
    default:
      return [
        'failed',
        l10n.t(
          'Cannot reach {0}: the connection failed ({1}). Check the network, the VPN and the firewall.',
          host,
          code,
        ),
      ];
  }
}

/** An attempt at several addresses fails with the errors of all; the first is of the address that is preferred. */
function codeOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return codeOf(error.errors[0]);
  if (error instanceof Error && 'code' in error && typeof error.code === 'string') return error.code;
  return 'unknown';
}
