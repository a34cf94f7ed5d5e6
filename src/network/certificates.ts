import { rootCertificates } from 'node:tls';
import { readSmallFile } from '../read-small-file.ts';

/** A system's whole bundle has 0.2 MB. */
const maxFileBytes = 4_000_000;

/** The certificates in a PEM file, one text each. Anything else in the file, such as a key, is left out. Rejects as `readSmallFile` does. */
export async function readCertificates(file: string): Promise<readonly string[]> {
  const text = await readSmallFile(file, maxFileBytes);
  return text.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
}

/**
 * The `ca` option for a TLS client: Node's own and these, which are the system's and the user's. `undefined` when the
 * user has none, so that the editor's own trust, which it adds only where no `ca` is given, stays.
 */
export function trustedCertificates(added: readonly string[]): string[] | undefined {
  return added.length === 0 ? undefined : [...rootCertificates, ...added];
}
