import * as tls from 'node:tls';

/**
 * The `ca` option for a TLS client: Node's own, the system's and the user's extra PEM certificates. `undefined`
 * when the user has none, so that the editor's own trust, which it adds only where no `ca` is given, stays.
 */
export function trustedCertificates(extra: readonly string[]): string[] | undefined {
  if (extra.length === 0) return undefined;
  // An editor's Node may be older than this function (22.15) or built without it.
  const { getCACertificates } = tls as Partial<Pick<typeof tls, 'getCACertificates'>>;
  if (getCACertificates === undefined) return [...tls.rootCertificates, ...extra];
  return [...getCACertificates('default'), ...getCACertificates('system'), ...extra];
}
