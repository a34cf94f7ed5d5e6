import { createSecureContext, rootCertificates } from 'node:tls';
import type { SecureContext } from 'node:tls';
import type { Upstream } from '../messages.ts';
import { DialError } from './problem.ts';

export interface HostAndPort {
  /** As the socket wants it: an IPv6 address without brackets. */
  readonly host: string;
  readonly port: number;
}

/** One tracking server, and everything that connections to it have in common. */
export class UpstreamAddress {
  /** `https://mlflow.company.com` */
  readonly origin: string;
  /** Its own `Host`. */
  readonly authority: string;
  readonly isTls: boolean;
  readonly server: HostAndPort;
  /** `null`: what was given is no URL. */
  readonly httpProxy: URL | undefined | null;
  /** For TLS session resumption; the newest ticket. */
  session: Buffer | undefined;
  readonly #extraCertificates: readonly string[];
  #secureContext: SecureContext | undefined;

  constructor({ origin, httpProxy, extraCertificates }: Upstream) {
    const url = new URL(origin);
    this.origin = url.origin;
    this.authority = url.host;
    this.isTls = url.protocol === 'https:';
    this.server = hostAndPort(url);
    this.httpProxy = httpProxy === undefined ? undefined : URL.parse(httpProxy);
    this.#extraCertificates = extraCertificates;
  }

  /** Made once: reading all the root certificates takes some milliseconds. */
  get secureContext(): SecureContext {
    try {
      this.#secureContext ??=
        this.#extraCertificates.length === 0
          ? createSecureContext()
          : createSecureContext({ ca: [...rootCertificates, ...this.#extraCertificates] });
      return this.#secureContext;
    } catch {
      throw new DialError('BAD_CA');
    }
  }
}

export function hostAndPort(url: URL): HostAndPort {
  const host = url.hostname.startsWith('[') ? url.hostname.slice(1, -1) : url.hostname;
  return { host, port: Number(url.port) || (url.protocol === 'https:' ? 443 : 80) };
}
