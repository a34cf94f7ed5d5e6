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
  await makeAuthority(authorityIn(folder), 'Test CA');
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
  const between = authorityIn(folder);
  const at = (name: string): string => join(folder, name);
  const root = { caKey: at('root-key.pem'), caFile: at('root.pem') };
  const [request, extensions] = [at('between.csr'), at('between.ext')];
  await makeAuthority(root, 'Test Root');
  await openssl('req', ...newKey, '-subj', '/CN=Test CA', '-keyout', between.caKey, '-out', request);
  await writeFile(extensions, 'basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign\n');
  await sign(root, { request, extensions, certFile: between.caFile });
  const issued = await issue(folder, names, { file: 'server', usage: 'serverAuth', validity: undefined });
  const chainFile = at('chain.pem');
  await writeFile(chainFile, issued.cert + issued.ca);
  return { ...issued, caFile: root.caFile, chainFile };
}

type Usage = 'serverAuth' | 'clientAuth';

const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];

interface Authority {
  readonly caKey: string;
  readonly caFile: string;
}

function authorityIn(folder: string): Authority {
  return { caKey: join(folder, 'ca-key.pem'), caFile: join(folder, 'ca.pem') };
}

/** One for which nobody vouches but itself. */
async function makeAuthority({ caKey, caFile }: Authority, name: string): Promise<void> {
  const authority = ['-days', '1', '-subj', `/CN=${name}`, '-addext', 'keyUsage=critical,keyCertSign'];
  await openssl('req', '-x509', ...newKey, ...authority, '-keyout', caKey, '-out', caFile);
}

/** For a day from now. */
async function sign(
  { caKey, caFile }: Authority,
  files: { readonly request: string; readonly extensions: string; readonly certFile: string },
): Promise<void> {
  const signing = ['-CA', caFile, '-CAkey', caKey, '-CAcreateserial', '-days', '1'];
  const { request, extensions, certFile } = files;
  await openssl('x509', '-req', '-in', request, ...signing, '-extfile', extensions, '-out', certFile);
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
    await sign({ caKey, caFile }, { request, extensions, certFile });
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
