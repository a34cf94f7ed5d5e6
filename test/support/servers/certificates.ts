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

export interface Validity {
  readonly from: Date;
  readonly until: Date;
}

/**
 * A certificate authority and one server certificate of it for these host names and addresses, valid for a day from now
 * where nothing else is said.
 */
export async function makeCertificates(
  folder: string,
  names: readonly string[],
  validity?: Validity,
): Promise<Certificates> {
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
  if (validity === undefined) {
    const signing = ['-CA', caFile, '-CAkey', caKey, '-CAcreateserial', '-days', '1', '-extfile', extensions];
    await openssl('x509', '-req', '-in', request, ...signing, '-out', certFile);
  } else {
    const signing = ['-cert', caFile, '-keyfile', caKey, '-extfile', extensions];
    await openssl(...(await dated(folder, validity)), ...signing, '-in', request, '-out', certFile);
  }
  const [ca, cert, key] = (await Promise.all(
    [caFile, certFile, keyFile].map(async (name) => readFile(name, 'utf8')),
  )) as [string, string, string];
  return { caFile, certFile, keyFile, ca, cert, key };
}

/** Only this command of OpenSSL's takes both dates. */
async function dated(folder: string, { from, until }: Validity): Promise<readonly string[]> {
  const file = join(folder, 'ca.cnf');
  await writeFile(join(folder, 'index.txt'), '');
  await writeFile(
    file,
    `[ca]\ndefault_ca=own\n[own]\ndatabase=${folder}/index.txt\nnew_certs_dir=${folder}\nrand_serial=yes\n` +
      'default_md=sha256\npolicy=any\n[any]\ncommonName=supplied\n',
  );
  const text = (date: Date): string => date.toISOString().replaceAll(/[-:T]|\.\d+/g, '');
  return ['ca', '-batch', '-config', file, '-startdate', text(from), '-enddate', text(until)];
}
