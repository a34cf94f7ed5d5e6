import { join } from 'node:path';
import { rootCertificates } from 'node:tls';
import * as l10n from '@vscode/l10n';
import { withinDeadline } from '../deadline.ts';
import { lookAt, namesIn, readSmallFile, tooLarge, UnreadFile } from '../read-small-file.ts';

/** A system's whole bundle has 0.2 MB, in a file or a folder, of which a file has one certificate. */
const maxBytes = { bundle: 4_000_000, inFolder: 100_000 };
const maxFiles = 1000;
const folderTimeoutMs = 10_000;

/** The certificates in a PEM file, one text each. Anything else in the file, such as a key, is left out. Rejects as `readSmallFile` does. */
export async function readCertificates(file: string): Promise<readonly string[]> {
  return certificatesIn(await readSmallFile(file, maxBytes.bundle));
}

/** Names of files in a folder that `openssl rehash` has given; OpenSSL looks for no others. */
const rehashed = /^[\da-f]{8}\.\d+$/;
/** What a Go program finds there. */
const anyName = /^/;

/** Of a PEM file, or of a folder as OpenSSL reads one, or else `isWholeFolder`. */
export async function readCertificatesAt(
  path: string,
  { isWholeFolder = false }: { readonly isWholeFolder?: boolean } = {},
): Promise<readonly string[]> {
  const late = (): Error =>
    new UnreadFile(l10n.t('its drive does not respond within {0} s', folderTimeoutMs / 1000));
  return withinDeadline(readAt(path, isWholeFolder ? anyName : rehashed), { ms: folderTimeoutMs, late });
}

async function readAt(path: string, wanted: RegExp): Promise<readonly string[]> {
  if (!(await lookAt(path)).isDirectory()) return readCertificates(path);
  const found = new Set<string>();
  const names = await namesIn(path);
  let length = 0;
  for (const name of names.filter((one) => wanted.test(one)).slice(0, maxFiles)) {
    const text = await readSmallFile(join(path, name), maxBytes.inFolder);
    length += text.length;
    // All of it goes to the proxy's process in one message.
    if (length > maxBytes.bundle) throw tooLarge(maxBytes.bundle);
    for (const certificate of certificatesIn(text)) found.add(certificate);
  }
  return [...found];
}

export function certificatesIn(text: string): readonly string[] {
  return text.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
}

/**
 * The `ca` option for a TLS client: Node's own and these, which are the system's and the user's. `undefined` when the
 * user has none, so that the editor's own trust, which it adds only where no `ca` is given, stays.
 */
export function trustedCertificates(added: readonly string[]): string[] | undefined {
  return added.length === 0 ? undefined : [...rootCertificates, ...added];
}
