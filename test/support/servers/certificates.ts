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
  const { caKey, caFile } = authorityIn(folder);
  const authority = ['-days', '1', '-subj', '/CN=Test CA', '-addext', 'keyUsage=critical,keyCertSign'];
  await openssl('req', '-x509', ...newKey, ...authority, '-keyout', caKey, '-out', caFile);
  return issue(folder, names, { file: 'server', usage: 'serverAuth', validity });
}

/** Another certificate of the authority in this folder; of a person, where it is said, rather than of a server. */
export async function issueAnother(
  folder: string,
  names: readonly string[],
  usage: Usage = 'serverAuth',
): Promise<Certificates> {
  return issue(folder, names, { file: `another-${usage}`, usage, validity: undefined });
}

/** A certificate of the authority in this folder whose key is too short for anybody to trust. */
export async function issueWeak(folder: string, names: readonly string[]): Promise<Certificates> {
  const key = ['-newkey', 'rsa:1024', '-nodes'];
  return issue(folder, names, { file: 'weak', usage: 'serverAuth', validity: undefined, key });
}

/** Of an authority for which another vouches, which alone is that of `caFile`; `chainFile` has what a server should send. */
export async function issueBelowAnother(
  folder: string,
  names: readonly string[],
): Promise<Certificates & { readonly chainFile: string }> {
  const { caKey, caFile: between } = authorityIn(folder);
  const at = (name: string): string => join(folder, name);
  const [rootFile, rootKey] = [at('root.pem'), at('root-key.pem')];
  const [request, extensions] = [at('between.csr'), at('between.ext')];
  await openssl(
    'req',
    '-x509',
    ...newKey,
    '-days',
    '1',
    '-subj',
    '/CN=Test Root',
    '-keyout',
    rootKey,
    '-out',
    rootFile,
  );
  await openssl('req', ...newKey, '-subj', '/CN=Test CA', '-keyout', caKey, '-out', request);
  await writeFile(extensions, 'basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign\n');
  const signing = [
    '-CA',
    rootFile,
    '-CAkey',
    rootKey,
    '-CAcreateserial',
    '-days',
    '1',
    '-extfile',
    extensions,
  ];
  await openssl('x509', '-req', '-in', request, ...signing, '-out', between);
  const issued = await issue(folder, names, { file: 'server', usage: 'serverAuth', validity: undefined });
  const chainFile = at('chain.pem');
  await writeFile(chainFile, issued.cert + issued.ca);
  return { ...issued, caFile: rootFile, chainFile };
}

type Usage = 'serverAuth' | 'clientAuth';

const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];

function authorityIn(folder: string): { readonly caKey: string; readonly caFile: string } {
  return { caKey: join(folder, 'ca-key.pem'), caFile: join(folder, 'ca.pem') };
}

interface Issued {
  readonly file: string;
  readonly usage: Usage;
  readonly validity: Validity | undefined;
  readonly key?: readonly string[];
}

async function issue(
  folder: string,
  names: readonly string[],
  { file, usage, validity, key: keyOptions = newKey }: Issued,
): Promise<Certificates> {
  const { caKey, caFile } = authorityIn(folder);
  const at = (ending: string): string => join(folder, `${file}${ending}`);
  const [keyFile, request, certFile, extensions] = [at('-key.pem'), at('.csr'), at('.pem'), at('.ext')];
  const subject = ['-subj', `/CN=${names[0] ?? 'localhost'}`];
  await openssl('req', ...keyOptions, ...subject, '-keyout', keyFile, '-out', request);
  const alternatives = names.map((name) => (/^[\d.]+$|:/.test(name) ? `IP:${name}` : `DNS:${name}`));
  await writeFile(extensions, `subjectAltName=${alternatives.join(',')}\nextendedKeyUsage=${usage}\n`);
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
