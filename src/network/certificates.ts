import { readFile } from 'node:fs/promises';
import * as tls from 'node:tls';

/** The certificates in a PEM file, one text each. Anything else in the file, such as a key, is left out. Rejects as `readFile` does. */
export async function readCertificates(file: string): Promise<readonly string[]> {
  const text = await readFile(file, 'utf8');
  return text.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
}

/** The certificates that the operating system trusts; none where Node cannot read them. */
export function systemCertificates(): readonly string[] {
  return certificatesOf('system') ?? [];
}

/**
 * The `ca` option for a TLS client: Node's own, the system's and the user's extra PEM certificates. `undefined`
 * when the user has none, so that the editor's own trust, which it adds only where no `ca` is given, stays.
 */
export function trustedCertificates(extra: readonly string[]): string[] | undefined {
  if (extra.length === 0) return undefined;
  return [...(certificatesOf('default') ?? tls.rootCertificates), ...systemCertificates(), ...extra];
}

/** An editor's Node may be older than this function (22.15) or built without it. */
function certificatesOf(store: 'default' | 'system'): readonly string[] | undefined {
  const { getCACertificates } = tls as Partial<Pick<typeof tls, 'getCACertificates'>>;
  return getCACertificates?.(store);
}
