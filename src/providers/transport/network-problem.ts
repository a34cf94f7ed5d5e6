import * as l10n from '@vscode/l10n';
import { negotiatingHttpProxy, signInAtHttpProxy } from '../../network/http-proxy-words.ts';
import { isOfOldTls, networkErrorKind } from '../../network/error-kind.ts';
import type { NetworkErrorKind } from '../../network/error-kind.ts';
import type { Problem } from '../../problem.ts';
import { openSetting, problemOfFault } from './fault.ts';
import type { Fault } from './fault.ts';
import type { networkProblems } from './network-codes.ts';
import { fields, numberField, textField } from './fields.ts';

export interface Peer {
  readonly provider: 'vault' | 'aws' | 'azure';
  /** Who was called, for people: `AWS Secrets Manager in eu-west-1`. */
  readonly name: string;
  /** As `httpProxyName`. */
  readonly httpProxy: string | undefined;
}

/** The problem behind a failed connection; `undefined` when the error is of another kind. */
export function networkProblem(error: unknown, peer: Peer): Problem | undefined {
  const links = [...chainOf(error)];
  // What is known of the HTTP proxy says most, and then that it was one: the server itself was not reached.
  const kindsOf = [proxyKindOf, ({ isOfProxy }: Link) => (isOfProxy ? 'httpProxy' : undefined), kindOf];
  for (const kindIn of kindsOf) {
    for (const link of links) {
      const kind = kindIn(link);
      if (kind === undefined) continue;
      const server = link.host === undefined ? peer.name : `${peer.name} (${link.host})`;
      const { code, ...fault } = faults[kind](server, { code: link.code ?? '', httpProxy: peer.httpProxy });
      return problemOfFault(`${peer.provider}.${code}`, { ...fault, cause: safeCause(error) });
    }
  }
  return undefined;
}

/** What may be kept of an SDK's error: its own object also holds the request, with its signature and tokens. */
export function safeCause(error: unknown): Error {
  const [first] = chainOf(error);
  return new Error([first?.name, first?.code].filter(Boolean).join(' ') || 'unknown error');
}

type NetworkFault = Fault<keyof typeof networkProblems>;

interface Failure extends Pick<Peer, 'httpProxy'> {
  readonly code: string;
}

type Kind = NetworkErrorKind | 'httpProxy' | 'httpProxySignIn' | 'httpProxyNegotiate' | 'httpProxyRefused';

const faults: Readonly<Record<Kind, (server: string, failure: Failure) => NetworkFault>> = {
  dns: (server) => ({
    code: 'dns',
    message: l10n.t('{0} cannot be found: its host name does not resolve.', server),
    remedy: l10n.t('Check the spelling of the host name, and whether a VPN is needed.'),
    retry: 'automatic',
  }),
  refused: (server) => ({
    code: 'refused',
    message: l10n.t('{0} refused the connection.', server),
    remedy: l10n.t('Check the address and the port, and whether the server is running.'),
    retry: 'automatic',
  }),
  dropped: (server) => ({
    code: 'dropped',
    message: l10n.t('{0} closed the connection.', server),
    remedy: l10n.t(
      'The extension tries again automatically. If it persists, check the HTTP proxy and the firewall.',
    ),
    retry: 'automatic',
  }),
  timeout: (server) => ({
    code: 'timeout',
    message: l10n.t('{0} did not respond in time.', server),
    remedy: checkNetwork(),
    retry: 'automatic',
  }),
  unreachable: (server) => ({
    code: 'unreachable',
    message: l10n.t('{0} cannot be reached from this network.', server),
    remedy: checkNetwork(),
    retry: 'automatic',
  }),
  httpProxy: (server, { httpProxy }) => ({
    code: 'httpProxy',
    message: l10n.t('{0} cannot be reached because the HTTP proxy does not respond.', server),
    remedy: checkHttpProxy(httpProxy),
    retry: 'automatic',
  }),
  httpProxyRefused: (server, { httpProxy }) => ({
    code: 'httpProxy',
    message: l10n.t('{0} cannot be reached because the HTTP proxy refused to connect to it.', server),
    remedy: checkHttpProxy(httpProxy),
    retry: 'automatic',
  }),
  httpProxySignIn: (server, { httpProxy }) => ({
    code: 'httpProxy',
    message: l10n.t('The HTTP proxy on the way to {0} requires a sign-in.', server),
    remedy: signInAtHttpProxy(httpProxy),
    retry: 'afterFix',
  }),
  httpProxyNegotiate: (server, { httpProxy }) => ({
    code: 'httpProxy',
    message: l10n.t(
      'Cannot connect to {0}: the HTTP proxy takes Windows sign-ins (Negotiate, NTLM) only, which cannot be given here.',
      server,
    ),
    remedy: negotiatingHttpProxy(httpProxy),
    retry: 'afterFix',
  }),
  untrustedCertificate: (server) => ({
    code: 'tlsUntrusted',
    message: l10n.t('{0} presented a certificate that this machine does not trust.', server),
    remedy: l10n.t(
      'If your company has its own certificate authority, set mlflowSecretsAuth.tls.caFile to its certificate file.',
    ),
    retry: 'afterFix',
    action: openSetting('tls.caFile'),
  }),
  expiredCertificate: outdatedCertificate,
  futureCertificate: outdatedCertificate,
  certificateName: (server) => ({
    code: 'tlsName',
    message: l10n.t('{0} presented a certificate for another host name.', server),
    remedy: l10n.t('Check the address: its host name must be one that the certificate covers.'),
    retry: 'afterFix',
  }),
  unusableCertificate: (server) => ({
    code: 'tlsUnusable',
    message: l10n.t(
      '{0} presented a certificate that cannot be used: its key may be too weak, or it is not for a server.',
      server,
    ),
    remedy: l10n.t('Ask the administrator of the server for another certificate.'),
    retry: 'afterFix',
  }),
  tls: (server, { code }) => ({
    code: 'tlsProtocol',
    message: l10n.t('{0} did not complete the TLS handshake.', server),
    remedy: isOfOldTls(code)
      ? l10n.t('Ask the administrator of the server for TLS 1.2 or later, with current ciphers.')
      : l10n.t('Check the port, and whether the address should start with http or https.'),
    retry: 'afterFix',
  }),
};

function outdatedCertificate(server: string): NetworkFault {
  return {
    code: 'tlsExpired',
    message: l10n.t('{0} presented a certificate that has expired or is not valid yet.', server),
    remedy: l10n.t(
      'Check the clock of this machine. If it is correct, ask the administrator of the server to renew the certificate.',
    ),
    retry: 'afterFix',
  };
}

function checkHttpProxy(name: string | undefined): string {
  return name === undefined
    ? l10n.t('Check http.proxy in your user settings, the HTTP proxy of the system, the network and the VPN.')
    : l10n.t('Check {0}, the network and the VPN.', name);
}

function checkNetwork(): string {
  return l10n.t('Check the network, the VPN and the firewall.');
}

interface Link {
  readonly name: string | undefined;
  readonly code: string | undefined;
  readonly syscall: string | undefined;
  readonly host: string | undefined;
  /** Of a response. */
  readonly status: number | undefined;
  /** The editor's patch of Node's network says it in words only. */
  readonly isOfProxy: boolean;
}

/** The error, its causes and, where several addresses were tried, each one's. */
function* chainOf(error: unknown, depth = 0): Generator<Link> {
  if (typeof error !== 'object' || error === null || depth > 5) return;
  const { cause, errors, $metadata } = fields(error);
  yield {
    name: textField(error, 'name'),
    code: textField(error, 'code'),
    syscall: textField(error, 'syscall'),
    host: hostOf(error),
    status: numberField(error, 'statusCode') ?? numberField($metadata, 'httpStatusCode'),
    isOfProxy: (textField(error, 'message') ?? '').includes('socket connection to proxies'),
  };
  yield* chainOf(cause, depth + 1);
  if (Array.isArray(errors)) {
    for (const one of errors) yield* chainOf(one, depth + 1);
  }
}

function hostOf(error: object): string | undefined {
  const { port, request } = fields(error);
  const address = textField(error, 'hostname') ?? textField(error, 'host') ?? textField(error, 'address');
  if (address !== undefined) return typeof port === 'number' ? `${address}:${port}` : address;
  // The Azure SDK keeps the request beside its error.
  const url = textField(request, 'url');
  return url !== undefined && URL.canParse(url) ? new URL(url).host : undefined;
}

/** What the process of the proxy, which asks without an editor, met there. */
const atHttpProxy: ReadonlyMap<string, Kind> = new Map([
  ['PROXY_SIGN_IN', 'httpProxySignIn'],
  ['PROXY_NEGOTIATE', 'httpProxyNegotiate'],
  ['PROXY_REFUSED', 'httpProxyRefused'],
]);

function proxyKindOf({ code, status }: Link): Kind | undefined {
  // No store responds so.
  return status === 407 ? 'httpProxySignIn' : atHttpProxy.get(code ?? '');
}

/** What a firewall of this machine has a connection fail with; of a file, they mean something else. */
const barred: readonly string[] = ['EACCES', 'EPERM'];

function kindOf({ code = '', name = '', syscall }: Link): Kind | undefined {
  if (syscall === 'connect' && barred.includes(code)) return 'unreachable';
  return networkErrorKind(code) ?? networkErrorKind(name);
}
