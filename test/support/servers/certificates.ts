import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

export interface Certificates {
  readonly caFile: string;
  readonly certFile: string;
  readonly keyFile: string;
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
}

const openssl = async (...args: readonly string[]): Promise<unknown> =>
  promisify(execFile)('openssl', [...args]);

/** A certificate authority and one server certificate of it, valid for a day, for these host names and addresses. */
export async function makeCertificates(folder: string, names: readonly string[]): Promise<Certificates> {
  const file = (name: string): string => join(folder, name);
  const [caKey, caFile, keyFile, request, certFile, extensions] = [
    'ca-key.pem',
    'ca.pem',
    'server-key.pem',
    'server.csr',
    'server.pem',
    'server.ext',
  ].map(file) as [string, string, string, string, string, string];
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
  const authority = ['-days', '1', '-subj', '/CN=Test CA', '-addext', 'keyUsage=critical,keyCertSign'];
  await openssl('req', '-x509', ...newKey, ...authority, '-keyout', caKey, '-out', caFile);
  await openssl(
    'req',
    ...newKey,
    '-subj',
    `/CN=${names[0] ?? 'localhost'}`,
    '-keyout',
    keyFile,
    '-out',
    request,
  );
  const alternatives = names.map((name) => (/^[\d.]+$|:/.test(name) ? `IP:${name}` : `DNS:${name}`));
  await writeFile(extensions, `subjectAltName=${alternatives.join(',')}\nextendedKeyUsage=serverAuth\n`);
  const signing = ['-CA', caFile, '-CAkey', caKey, '-CAcreateserial', '-days', '1', '-extfile', extensions];
  await openssl('x509', '-req', '-in', request, ...signing, '-out', certFile);
  const [ca, cert, key] = (await Promise.all(
    [caFile, certFile, keyFile].map(async (name) => readFile(name, 'utf8')),
  )) as [string, string, string];
  return { caFile, certFile, keyFile, ca, cert, key };
}
