import { Problem } from '../../problem.ts';
import type { ProblemAction, ProblemCode, ProblemRetry } from '../../problem.ts';

/** Who was called, for people: `AWS Secrets Manager in eu-west-1`. */
export interface Peer {
  readonly prefix: 'vault' | 'aws' | 'azure';
  readonly name: string;
}

interface Fault {
  readonly code: string;
  readonly what: string;
  readonly remedy: string;
  readonly retry: ProblemRetry;
  readonly action?: ProblemAction;
}

const untrusted: Fault = {
  code: 'tlsUntrusted',
  what: 'showed a certificate that this computer does not trust',
  remedy: 'If your company has its own certificate authority, set its file as mlflowSecretsAuth.tls.caFile.',
  retry: 'afterFix',
  action: { kind: 'openSetting', setting: 'mlflowSecretsAuth.tls.caFile' },
};
const timeout: Fault = {
  code: 'timeout',
  what: 'did not answer in time',
  remedy: 'Check the network, the VPN and the firewall.',
  retry: 'automatic',
};
const unreachable: Fault = {
  code: 'unreachable',
  what: 'cannot be reached from this network',
  remedy: 'Check the network, the VPN and the firewall.',
  retry: 'automatic',
};
const dropped: Fault = {
  code: 'dropped',
  what: 'closed the connection',
  remedy: 'It is tried again; if it stays, check the proxy and the firewall in between.',
  retry: 'automatic',
};
const httpProxy: Fault = {
  code: 'httpProxy',
  what: 'cannot be reached, because the HTTP proxy on the way does not answer',
  remedy: 'Check http.proxy in your user settings and HTTPS_PROXY, the network and the VPN.',
  retry: 'automatic',
};
const dns: Fault = {
  code: 'dns',
  what: 'has a host name that does not resolve',
  remedy: 'Check its spelling, and whether a VPN is needed.',
  retry: 'automatic',
};
const wrongProtocol: Fault = {
  code: 'tlsProtocol',
  what: 'does not speak TLS as expected',
  remedy: 'Check the port, and whether the address must start with http or https.',
  retry: 'afterFix',
};
const wrongDate: Fault = {
  code: 'tlsExpired',
  what: 'showed a certificate that is expired or not yet valid',
  remedy: 'Check the clock of this computer; if it is right, the server’s certificate must be renewed.',
  retry: 'afterFix',
};

/** By Node's and OpenSSL's error codes. */
const faults: ReadonlyMap<string, Fault> = new Map(
  Object.entries({
    ENOTFOUND: dns,
    EAI_AGAIN: dns,
    EAI_NODATA: dns,
    ECONNREFUSED: {
      code: 'refused',
      what: 'refused the connection',
      remedy: 'Check the address and the port, and whether the server runs.',
      retry: 'automatic',
    },
    ECONNRESET: dropped,
    ECONNABORTED: dropped,
    EPIPE: dropped,
    UND_ERR_SOCKET: dropped,
    ETIMEDOUT: timeout,
    ESOCKETTIMEDOUT: timeout,
    TimeoutError: timeout,
    EHOSTUNREACH: unreachable,
    ENETUNREACH: unreachable,
    EHOSTDOWN: unreachable,
    SELF_SIGNED_CERT_IN_CHAIN: untrusted,
    DEPTH_ZERO_SELF_SIGNED_CERT: untrusted,
    UNABLE_TO_VERIFY_LEAF_SIGNATURE: untrusted,
    UNABLE_TO_GET_ISSUER_CERT: untrusted,
    UNABLE_TO_GET_ISSUER_CERT_LOCALLY: untrusted,
    CERT_UNTRUSTED: untrusted,
    CERT_HAS_EXPIRED: wrongDate,
    CERT_NOT_YET_VALID: wrongDate,
    ERR_TLS_CERT_ALTNAME_INVALID: {
      code: 'tlsName',
      what: 'showed a certificate for another name',
      remedy: 'Check the address; it must be the name that the certificate is for.',
      retry: 'afterFix',
    },
    EPROTO: wrongProtocol,
  }),
);

/** The problem behind a failed connection; `undefined` when the error is of another kind. */
export function networkProblem(error: unknown, peer: Peer): Problem | undefined {
  for (const link of chainOf(error)) {
    const fault = faultOf(link.code) ?? faultOf(link.name) ?? (link.isOfProxy ? httpProxy : undefined);
    if (fault === undefined) continue;
    const { code, what, remedy, retry, action } = fault;
    return new Problem({
      code: `${peer.prefix}.${code}` satisfies ProblemCode,
      message: `${peer.name}${whereOf(link)} ${what}.`,
      remedy,
      retry,
      ...(action && { action }),
      cause: safeCause(error),
    });
  }
  return undefined;
}

/** What may be kept of an SDK's error: its own object also holds the request, with its signature and tokens. */
export function safeCause(error: unknown): Error {
  const [first] = chainOf(error);
  return new Error([first?.name, first?.code].filter(Boolean).join(' ') || 'unknown error');
}

interface Link {
  readonly name: string | undefined;
  readonly code: string | undefined;
  readonly host: string | undefined;
  /** The editor's patch of Node's network says it in words only. */
  readonly isOfProxy: boolean;
}

/** The error, its causes and, where several addresses were tried, each one's. */
function* chainOf(error: unknown, depth = 0): Generator<Link> {
  if (typeof error !== 'object' || error === null || depth > 5) return;
  const fields = error as Readonly<Record<string, unknown>>;
  const port = fields['port'];
  const address = text(fields['hostname']) ?? text(fields['host']) ?? text(fields['address']);
  const host =
    address !== undefined && typeof port === 'number' ? `${address}:${port}` : (address ?? hostOf(fields));
  const isOfProxy = (text(fields['message']) ?? '').includes('socket connection to proxies');
  yield { name: text(fields['name']), code: text(fields['code']), host, isOfProxy };
  yield* chainOf(fields['cause'], depth + 1);
  if (Array.isArray(fields['errors'])) {
    for (const one of fields['errors']) yield* chainOf(one, depth + 1);
  }
}

/** The Azure SDK keeps the request beside its error. */
function hostOf({ request }: Readonly<Record<string, unknown>>): string | undefined {
  const url =
    typeof request === 'object' && request !== null ? (request as Record<string, unknown>)['url'] : undefined;
  return typeof url === 'string' && URL.canParse(url) ? new URL(url).host : undefined;
}

function faultOf(code: string | undefined): Fault | undefined {
  if (code === undefined) return undefined;
  return faults.get(code) ?? (code.startsWith('ERR_SSL_') ? wrongProtocol : undefined);
}

function whereOf(link: Link): string {
  return link.host === undefined ? '' : ` (${link.host})`;
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
