import { createSecureContext, rootCertificates } from 'node:tls';
import type { SecureContext } from 'node:tls';
import type { Upstream } from '../messages.ts';
import { hostAndPort } from '../sockets/host-and-port.ts';
import type { HostAndPort } from '../sockets/host-and-port.ts';
import { DialError } from './problem.ts';

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
  /** `null`: the setting is not a URL. */
  readonly httpProxy: URL | undefined | null;
  /** The newest ticket, for resuming a TLS session. */
  session: Buffer | undefined;
  readonly #extraCertificates: readonly string[];
  readonly #basePaths: readonly string[];
  #secureContext: SecureContext | undefined;

  constructor({ id, origin, basePath, httpProxy, extraCertificates }: Upstream) {
    const url = new URL(origin);
    this.id = id;
    this.basePath = basePath;
    this.#basePaths = [...new Set([basePath, withoutNeedlessEscapes(basePath)])];
    this.origin = url.origin;
    this.authority = url.host;
    this.isTls = url.protocol === 'https:';
    this.server = hostAndPort(url);
    this.httpProxy = httpProxy === undefined ? undefined : URL.parse(httpProxy);
    this.#extraCertificates = extraCertificates;
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

/** As Python's requests writes a path. */
function withoutNeedlessEscapes(path: string): string {
  return path.replaceAll(/%[0-9a-f]{2}/gi, (escape) => {
    const character = String.fromCharCode(Number.parseInt(escape.slice(1), 16));
    return /[\w.~-]/.test(character) ? character : escape.toUpperCase();
  });
}
