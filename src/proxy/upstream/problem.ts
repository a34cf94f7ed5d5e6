import * as l10n from '@vscode/l10n';
import { networkErrorKind } from '../../network/error-kind.ts';
import { negotiatingHttpProxy, signInAtHttpProxy } from '../../network/http-proxy-words.ts';
import { httpProxyForPeople } from '../../network/http-proxy.ts';
import { withCode } from '../../problem.ts';
import type { ProblemCode } from '../../problem.ts';
import type { ProxyResponse } from '../messages.ts';
import { lasting, ownResponse, passing } from '../own-response.ts';
import { certificateFaults, clockSkew } from './certificate-faults.ts';
import { ClockSkew } from './certificate-time.ts';
import { check } from './fault.ts';
import type { BelowUpstream, Failure, Faults, UpstreamFault } from './fault.ts';
import type { Way } from './way.ts';

/** Why no connection to the tracking server could be had. */
export interface UpstreamProblem {
  /** With its code at the end. */
  readonly message: string;
  /** The part of it that says what to do. */
  readonly remedy: string;
  readonly response: ProxyResponse;
}

/** MLflow's client retries a 503, and raises a 4xx with its message. */
export function upstreamProblem(way: Way, error: unknown): UpstreamProblem {
  const found = codeOf(error);
  const kind = kindOf(found, way);
  const mustBeFixed = error instanceof ClockSkew ? clockSkew(error) : lastingFaults[kind];
  const faultOf = mustBeFixed ?? passingFaults[kind] ?? otherFault;
  const [name, whatHappened, remedy] = faultOf(way.authority, { code: found, way, error });
  const code: ProblemCode = `upstream.${name}`;
  const isNetworks = unreached.has(name) && way.directBecause !== undefined;
  const message = isNetworks ? `${whatHappened} ${way.directBecause}` : whatHappened;
  const response = ownResponse(mustBeFixed === undefined ? passing : lasting, code, { message, remedy });
  return { message: withCode(`${message} ${remedy}`, code), remedy, response };
}

/** What is met without the HTTP proxy that a network demands. */
const unreached = new Set<BelowUpstream>(['dns', 'refused', 'timeout', 'dropped', 'unreachable']);

function kindOf(code: string, { trust }: Way): string {
  const kind = networkErrorKind(code) ?? code;
  const isPending = trust.kind === 'roots' && !trust.isComplete;
  return kind === 'untrustedCertificate' && isPending ? 'certificatesPending' : kind;
}

/** What somebody has to fix. */
const lastingFaults: Faults = {
  PROXY_SIGN_IN: (host, { way }) => [
    'httpProxySignIn',
    l10n.t('Cannot connect to {0}: the HTTP proxy requires a sign-in.', host),
    signInAtHttpProxy(way.httpProxyFrom),
  ],
  PROXY_NEGOTIATE: (host, { way }) => [
    'httpProxyNegotiate',
    l10n.t(
      'Cannot connect to {0}: the HTTP proxy takes Windows sign-ins (Negotiate, NTLM) only, which cannot be given here.',
      host,
    ),
    negotiatingHttpProxy(way.httpProxyFrom),
  ],
  PROXY_SCHEME: (host, { way }) => [
    'httpProxyAddress',
    l10n.t(
      'Cannot connect to {0}: the address of the HTTP proxy does not begin with http:// or https://.',
      host,
    ),
    l10n.t('Correct {0}.', way.httpProxyFrom),
  ],
  ...certificateFaults,
};

/** What may pass by itself. */
const passingFaults: Faults = {
  dns: (host) => [
    'dns',
    l10n.t('Cannot reach {0}: its host name cannot be resolved (DNS).', host),
    l10n.t('Check its spelling, the network and the VPN.'),
  ],
  refused: (host) => [
    'refused',
    l10n.t('Cannot reach {0}: the connection was refused.', host),
    l10n.t('Check the address and whether the server is running.'),
  ],
  timeout: (host) => [
    'timeout',
    l10n.t('Cannot reach {0}: the connection timed out.', host),
    checkNetworkAndFirewall(),
  ],
  dropped: (host) => [
    'dropped',
    l10n.t('Cannot reach {0}: the connection was closed.', host),
    checkNetworkAndFirewall(),
  ],
  unreachable: (host) => [
    'unreachable',
    l10n.t('Cannot reach {0}: there is no route to it.', host),
    l10n.t('Check the network and the VPN.'),
  ],
  certificatesPending: (host) => [
    'certificatesPending',
    l10n.t('Cannot connect to {0}: the certificates that this machine trusts are still being read.', host),
    l10n.t('Wait a moment.'),
  ],
  EMFILE: tooManyFiles,
  ENFILE: tooManyFiles,
  PROXY_DOWN: (host, { way, error }) => [
    'httpProxyDown',
    l10n.t(
      'Cannot reach {0}: the HTTP proxy {1} does not respond ({2}).',
      host,
      httpProxyForPeople(way.httpProxy?.href ?? ''),
      codeOf(error instanceof Error ? error.cause : undefined),
    ),
    l10n.t('Check {0}, the network and the VPN.', way.httpProxyFrom),
  ],
  PROXY_REFUSED: (host, { way }) => [
    'httpProxyRefused',
    l10n.t('Cannot reach {0}: the HTTP proxy refused to connect to it.', host),
    l10n.t('Check {0} and http.noProxy.', way.httpProxyFrom),
  ],
  PROXY_MALFORMED: (host, { way }) => [
    'httpProxyMalformed',
    l10n.t('Cannot reach {0}: the HTTP proxy did not respond with HTTP.', host),
    check(way.httpProxyFrom),
  ],
};

function tooManyFiles(host: string): UpstreamFault {
  return [
    'tooManyFiles',
    l10n.t('Cannot reach {0}: too many files are open.', host),
    l10n.t('Close programs that you do not need.'),
  ];
}

function otherFault(host: string, { code }: Failure): UpstreamFault {
  return [
    'failed',
    l10n.t('Cannot reach {0}: the connection failed ({1}).', host, code),
    checkNetworkAndFirewall(),
  ];
}

function checkNetworkAndFirewall(): string {
  return l10n.t('Check the network, the VPN and the firewall.');
}

/** An attempt at several addresses fails with the errors of all; the first is of the address that is preferred. */
function codeOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return codeOf(error.errors[0]);
  if (error instanceof Error && 'code' in error && typeof error.code === 'string') return error.code;
  return 'unknown';
}
