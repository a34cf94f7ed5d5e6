import type { ServerTrust } from '../../network/server-trust.ts';

/** The way to a tracking server, as people know it. */
export interface Way {
  /** The tracking server's host. */
  readonly authority: string;
  readonly httpProxy: URL | undefined | null;
  /** The setting or variable that names the HTTP proxy. */
  readonly httpProxyFrom: string;
  /** Why there is no HTTP proxy, in a sentence, where one may be missed. */
  readonly directBecause?: string | undefined;
  readonly trust: ServerTrust;
  /** Whether there is one, and not what it is. */
  readonly clientCertificate: object | undefined;
}
