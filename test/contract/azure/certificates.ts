import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

export interface Certificates {
  /** PEM of the authority that nobody but the tests trusts. */
  readonly authority: string;
  readonly keyFile: string;
  readonly certificateFile: string;
  readonly key: string;
  readonly certificate: string;
}

/** A certificate for these names, signed by an authority of its own; valid for a day. Needs OpenSSL. */
export async function makeCertificates(folder: string, names: readonly string[]): Promise<Certificates> {
  const file = (name: string): string => join(folder, name);
  const openssl = async (...parameters: string[]): Promise<unknown> =>
    promisify(execFile)('openssl', parameters, { timeout: 30_000 });
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '1'];
  const ca = [
    '-x509',
    ...newKey,
    '-subj',
    '/CN=Test authority',
    '-addext',
    'basicConstraints=critical,CA:TRUE',
  ];
  await openssl('req', ...ca, '-keyout', file('ca.key'), '-out', file('ca.pem'));
  const names_ = names.map((name) => (/^[\d.]+$/.test(name) ? `IP:${name}` : `DNS:${name}`)).join(',');
  const leaf = ['-x509', ...newKey, '-subj', '/CN=Test server', '-addext', `subjectAltName=${names_}`];
  const signer = ['-CA', file('ca.pem'), '-CAkey', file('ca.key'), '-addext', 'basicConstraints=CA:FALSE'];
  await openssl('req', ...leaf, ...signer, '-keyout', file('server.key'), '-out', file('server.pem'));
  return {
    authority: await readFile(file('ca.pem'), 'utf8'),
    keyFile: file('server.key'),
    certificateFile: file('server.pem'),
    key: await readFile(file('server.key'), 'utf8'),
    certificate: await readFile(file('server.pem'), 'utf8'),
  };
}
