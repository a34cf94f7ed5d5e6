import { getCACertificates } from 'node:tls';

/**
 * The `ca` option for a TLS client: Node's own, the system's and the user's extra PEM certificates. `undefined`
 * when the user has none, so that the editor's own trust, which it adds only where no `ca` is given, stays.
 */
export function trustedCertificates(extra: readonly string[]): string[] | undefined {
  if (extra.length === 0) return undefined;
  return [...getCACertificates('default'), ...getCACertificates('system'), ...extra];
}
