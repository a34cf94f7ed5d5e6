import { readFile } from 'node:fs/promises';

/** The certificates in a PEM file, each by itself; what is in it beside them, such as a key, is not taken. Rejects as reading does. */
export async function readCertificates(file: string): Promise<readonly string[]> {
  const text = await readFile(file, 'utf8');
  return text.match(/-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g) ?? [];
}
