import * as l10n from '@vscode/l10n';
import { networkErrorKind } from '../../network/error-kind.ts';
import { httpProxyForPeople } from '../../network/http-proxy.ts';
import { withCode } from '../../problem.ts';
import type { ProblemCode } from '../../problem.ts';
import { duration } from '../../age.ts';
import type { ProxyResponse } from '../messages.ts';
import { lasting, ownResponse, passing } from '../own-response.ts';
import { ClockSkew } from './certificate-time.ts';
import type { Way } from './way.ts';

/** Why no connection to the tracking server could be had. */
export interface UpstreamProblem {
  /** With its code at the end. */
  readonly message: string;
  readonly response: ProxyResponse;
}

/** MLflow's client retries a 503, and raises a 4xx with its message. */
export function upstreamProblem(way: Way, error: unknown): UpstreamProblem {
  const found = codeOf(error);
  const kind = kindOf(found, way);
  const mustBeFixed = lastingFaults[kind];
  const faultOf = mustBeFixed ?? passingFaults[kind] ?? otherFault;
  const [name, words] = faultOf(way.authority, { code: found, way, error });
  const code: ProblemCode = `upstream.${name}`;
  const isNetworks = unreached.has(name) && way.directBecause !== undefined;
  const sentences = isNetworks ? `${words} ${way.directBecause}` : words;
  const response = ownResponse(mustBeFixed === undefined ? passing : lasting, code, sentences);
  return { message: withCode(sentences, code), response };
}

/** What is met without the HTTP proxy that a network demands. */
const unreached = new Set<BelowUpstream>(['dns', 'refused', 'timeout', 'dropped', 'unreachable']);

function kindOf(code: string, { trust }: Way): string {
  const kind = networkErrorKind(code) ?? code;
  const isPending = trust.kind === 'roots' && !trust.isComplete;
  return kind === 'untrustedCertificate' && isPending ? 'certificatesPending' : kind;
}

/** Its code, below `upstream`, and what to say of it. */
type UpstreamFault = readonly [code: BelowUpstream, words: string];

type BelowUpstream<Code = ProblemCode> = Code extends `upstream.${infer Name}` ? Name : never;

/** More of a failure than whose it is. */
interface Failure {
  readonly code: string;
  readonly way: Way;
  readonly error: unknown;
}

type Faults = Readonly<Partial<Record<string, (host: string, failure: Failure) => UpstreamFault>>>;

/** What somebody has to fix. */
const lastingFaults: Faults = {
  PROXY_SIGN_IN: (host, { way }) => [
    'httpProxySignIn',
    l10n.t(
      'Cannot connect to {0}: the HTTP proxy requires a sign-in. Put the user and password into {1}.',
      host,
      way.httpProxyFrom,
    ),
  ],
  PROXY_NEGOTIATE: (host, { way }) => [
    'httpProxyNegotiate',
    l10n.t(
      'Cannot connect to {0}: the HTTP proxy takes Windows sign-ins (Negotiate, NTLM) only, which cannot be given here. Have your network administrator exempt the server, and add it to http.noProxy; or run a local proxy that signs in, such as px, and name it in {1}.',
      host,
      way.httpProxyFrom,
    ),
  ],
  PROXY_SCHEME: (host, { way }) => [
    'httpProxyAddress',
    l10n.t(
      'Cannot connect to {0}: the address of the HTTP proxy does not begin with http:// or https://. Correct {1}.',
      host,
      way.httpProxyFrom,
    ),
  ],
  CLIENT_CERTIFICATE: (host, { way }) =>
    way.clientCertificate === undefined
      ? [
          'clientCertificateRequired',
          l10n.t(
            'Cannot connect to {0}: it asks for a client certificate. Set mlflowSecretsAuth.tls.clientCertFile.',
            host,
          ),
        ]
      : [
          'clientCertificateRejected',
          l10n.t(
            'Cannot connect to {0}: it does not accept the client certificate. Check mlflowSecretsAuth.tls.clientCertFile and how long the certificate is valid.',
            host,
          ),
        ],
  BAD_CA: (host, { way }) => [
    'caFile',
    l10n.t(
      'Cannot connect to {0}: an additional CA certificate cannot be read. Check {1}.',
      host,
      way.trust.kind === 'only' ? way.trust.from : 'mlflowSecretsAuth.tls.caFile',
    ),
  ],
  CLOCK_SKEW: (host, { error }) => [
    'clockSkew',
    l10n.t(
      'Cannot connect to {0}: its TLS certificate is valid by the clock of the server, from which that of this machine differs by {1}. Correct the date and time of this machine.',
      host,
      duration(error instanceof ClockSkew ? error.differenceMs : 0),
    ),
  ],
  expiredCertificate: (host) => [
    'tlsExpired',
    l10n.t(
      'Cannot connect to {0}: its TLS certificate has expired. Ask its administrator for a new one, unless the clock of this machine is wrong.',
      host,
    ),
  ],
  futureCertificate: (host) => [
    'tlsNotYetValid',
    l10n.t(
      'Cannot connect to {0}: its TLS certificate is not valid yet. Check the clock of this machine.',
      host,
    ),
  ],
  certificateName: (host) => [
    'tlsName',
    l10n.t(
      'Cannot connect to {0}: its TLS certificate is for another host name. Check mlflowSecretsAuth.trackingUri.',
      host,
    ),
  ],
  untrustedCertificate: (host, { code, way }) => [
    'tlsUntrusted',
    way.trust.kind === 'only'
      ? l10n.t(
          'Cannot connect to {0}: its TLS certificate is not trusted ({1}), because {2} names all certificates that are. Correct {2}, or set mlflowSecretsAuth.tls.caFile to the CA certificate of your company.',
          host,
          code,
          way.trust.from,
        )
      : l10n.t(
          'Cannot connect to {0}: its TLS certificate is not trusted ({1}). Set mlflowSecretsAuth.tls.caFile to the CA certificate of your company.',
          host,
          code,
        ),
  ],
  tls: (host, { code }) => [
    'tlsProtocol',
    l10n.t(
      'Cannot connect to {0}: TLS could not be set up ({1}). Check whether mlflowSecretsAuth.trackingUri should begin with http:// instead of https://.',
      host,
      code,
    ),
  ],
};

/** What may pass by itself. */
const passingFaults: Faults = {
  dns: (host) => [
    'dns',
    l10n.t(
      'Cannot reach {0}: its host name cannot be resolved (DNS). Check its spelling, the network and the VPN.',
      host,
    ),
  ],
  refused: (host) => [
    'refused',
    l10n.t(
      'Cannot reach {0}: the connection was refused. Check the address and whether the server is running.',
      host,
    ),
  ],
  timeout: (host) => [
    'timeout',
    l10n.t('Cannot reach {0}: the connection timed out. Check the network, the VPN and the firewall.', host),
  ],
  dropped: (host) => [
    'dropped',
    l10n.t('Cannot reach {0}: the connection was closed. Check the network, the VPN and the firewall.', host),
  ],
  unreachable: (host) => [
    'unreachable',
    l10n.t('Cannot reach {0}: there is no route to it. Check the network and the VPN.', host),
  ],
  certificatesPending: (host) => [
    'certificatesPending',
    l10n.t(
      'Cannot connect to {0}: the certificates that this machine trusts are still being read. Wait a moment.',
      host,
    ),
  ],
  EMFILE: tooManyFiles,
  ENFILE: tooManyFiles,
  PROXY_DOWN: (host, { way, error }) => [
    'httpProxyDown',
    l10n.t(
      'Cannot reach {0}: the HTTP proxy {1} does not respond ({2}). Check {3}, the network and the VPN.',
      host,
      httpProxyForPeople(way.httpProxy?.href ?? ''),
      codeOf(error instanceof Error ? error.cause : undefined),
      way.httpProxyFrom,
    ),
  ],
  PROXY_REFUSED: (host, { way }) => [
    'httpProxyRefused',
    l10n.t(
      'Cannot reach {0}: the HTTP proxy refused to connect to it. Check {1} and http.noProxy.',
      host,
      way.httpProxyFrom,
    ),
  ],
  PROXY_MALFORMED: (host, { way }) => [
    'httpProxyMalformed',
    l10n.t('Cannot reach {0}: the HTTP proxy did not respond with HTTP. Check {1}.', host, way.httpProxyFrom),
  ],
};

function tooManyFiles(host: string): UpstreamFault {
  return [
    'tooManyFiles',
    l10n.t('Cannot reach {0}: too many files are open. Close programs that you do not need.', host),
  ];
}

function otherFault(host: string, { code }: Failure): UpstreamFault {
  return [
    'failed',
    l10n.t(
      'Cannot reach {0}: the connection failed ({1}). Check the network, the VPN and the firewall.',
      host,
      code,
    ),
  ];
}

/** An attempt at several addresses fails with the errors of all; the first is of the address that is preferred. */
function codeOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return codeOf(error.errors[0]);
  if (error instanceof Error && 'code' in error && typeof error.code === 'string') return error.code;
  return 'unknown';
}
