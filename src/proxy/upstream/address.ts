import { createSecureContext, rootCertificates } from 'node:tls';
import type { SecureContext } from 'node:tls';
import type { Upstream } from '../messages.ts';
import { hostAndPort } from '../sockets/host-and-port.ts';
import type { HostAndPort } from '../sockets/host-and-port.ts';
import { DialError } from './problem.ts';

/** One tracking server, and everything that connections to it have in common. */
export class UpstreamAddress {
  /** `https://mlflow.company.com` */
  readonly origin: string;
  /** Its own `Host`. */
  readonly authority: string;
  readonly isTls: boolean;
  readonly server: HostAndPort;
  /** `null`: the setting is not a URL. */
  readonly httpProxy: URL | undefined | null;
  /** The newest ticket, for resuming a TLS session. */
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
