import { createSecureContext, rootCertificates } from 'node:tls';
import type { SecureContext, SecureContextOptions } from 'node:tls';
import type { ClientCertificate } from '../../network/client-certificate.ts';
import type { ServerTrust } from '../../network/server-trust.ts';
import type { Upstream } from '../messages.ts';
import { hostAndPort } from '../sockets/host-and-port.ts';
import type { HostAndPort } from '../sockets/host-and-port.ts';
import { DialError } from './dial-error.ts';
import { proxyAuthorization } from './proxy-authorization.ts';

/** One tracking server, and everything that connections to it have in common. */
export class UpstreamAddress {
  /** As the session tokens that are issued for it name it. */
  readonly id: string;
  readonly basePath: string;
  /** `https://mlflow.company.com` */
  readonly origin: string;
  /** Its own `Host`. */
  readonly authority: string;
  readonly isTls: boolean;
  readonly server: HostAndPort;
  /** `null`: what names it does not hold a URL. */
  readonly httpProxy: URL | undefined | null;
  /** The setting or variable that names the HTTP proxy, for people. */
  readonly httpProxyFrom: string;
  /** For people, as the next. */
  readonly directBecause: string | undefined;
  readonly rejectedRemedy: string | undefined;
  /**
   * Of a server without TLS, an HTTP proxy is asked for each resource by its whole address (RFC 9112, 3.2.2), as
   * Python's requests asks: many open tunnels to port 443 only. This stands before the target; `` elsewhere.
   */
  readonly targetPrefix: string;
  /** Fields of each request that are for that proxy. */
  readonly proxyFields: string;
  /** The newest ticket, for resuming a TLS session. */
  session: Buffer | undefined;
  readonly trust: ServerTrust;
  readonly #basePaths: readonly string[];
  readonly clientCertificate: ClientCertificate | undefined;
  #secureContext: SecureContext | undefined;
  #proxysContext: SecureContext | undefined;

  constructor({ id, origin, basePath, httpProxy, trust, clientCertificate, ...words }: Upstream) {
    const url = new URL(origin);
    this.id = id;
    this.basePath = basePath;
    this.#basePaths = [...new Set([basePath, withoutNeedlessEscapes(basePath)])];
    this.origin = url.origin;
    this.authority = url.host;
    this.isTls = url.protocol === 'https:';
    this.server = hostAndPort(url);
    this.httpProxy = httpProxy === undefined ? undefined : URL.parse(httpProxy.url);
    this.httpProxyFrom = httpProxy?.from ?? '';
    this.directBecause = words.directBecause;
    this.rejectedRemedy = words.rejectedRemedy;
    const isForwarded = this.httpProxy !== undefined && !this.isTls;
    this.targetPrefix = isForwarded ? url.origin : '';
    this.proxyFields = isForwarded ? proxyAuthorization(this.httpProxy) : '';
    this.trust = trust;
    this.clientCertificate = clientCertificate;
  }

  /**
   * Whether a target, which has no dot segments, lies below the base path. Compared as bytes: a server may read another
   * spelling as the same path, but no client of ours writes one.
   */
  holds(target: string): boolean {
    if (this.basePath === '') return true;
    return this.#basePaths.some((path) => {
      if (!target.startsWith(path)) return false;
      const next = target[path.length];
      return next === undefined || next === '/' || next === '?';
    });
  }

  /** Made once: reading all the root certificates takes some milliseconds. */
  get secureContext(): SecureContext {
    try {
      return (this.#secureContext ??= createSecureContext({
        ...trustOptions(this.trust),
        ...this.clientCertificate,
      }));
    } catch {
      throw new DialError('BAD_CA');
    }
  }

  /** For an HTTP proxy that is reached over TLS: it does not get to see the client certificate. */
  get proxysContext(): SecureContext {
    try {
      return (this.#proxysContext ??= createSecureContext(trustOptions(this.trust)));
    } catch {
      throw new DialError('BAD_CA');
    }
  }
}

function trustOptions(trust: ServerTrust): SecureContextOptions {
  switch (trust.kind) {
    case 'roots':
      return trust.added.length === 0 ? {} : { ca: [...rootCertificates, ...trust.added] };
    case 'only':
      // Who names a certificate trusts it, whoever signed it.
      return { ca: [...trust.certificates], allowPartialTrustChain: true };
    case 'any':
      return {};
  }
}

/** As Python's requests writes a path. */
function withoutNeedlessEscapes(path: string): string {
  return path.replaceAll(/%[0-9a-f]{2}/gi, (escape) => {
    const character = String.fromCharCode(Number.parseInt(escape.slice(1), 16));
    return /[\w.~-]/.test(character) ? character : escape.toUpperCase();
  });
}
