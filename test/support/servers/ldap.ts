import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { tools } from '../setup/parts.mjs';
import { startOnFreePort } from './child.ts';

export interface LdapServer {
  readonly url: string;
  /** May do everything. */
  readonly admin: { readonly dn: string; readonly password: string };
  /** Where people are. */
  readonly people: string;
  stop(): Promise<void>;
}

const base = 'dc=company,dc=example';

/** A real OpenLDAP on a loopback port, in a folder of its own, with these people and their passwords. */
export async function startLdap(
  folder: string,
  people: Readonly<Record<string, string>>,
): Promise<LdapServer> {
  const { program, modules, schemas, env } = tools.slapd();
  const admin = { dn: `cn=admin,${base}`, password: 'canary-ldap-admin' };
  const database = join(folder, 'database');
  await mkdir(database, { recursive: true });
  const configuration = join(folder, 'slapd.conf');
  const included = ['core', 'cosine', 'inetorgperson'].map((name) => `include ${schemas}/${name}.schema\n`);
  await writeFile(
    configuration,
    `${included.join('')}modulepath ${modules}\nmoduleload back_mdb\ndatabase mdb\nsuffix "${base}"\n` +
      `rootdn "${admin.dn}"\nrootpw ${admin.password}\ndirectory ${database}\n`,
  );
  const tree = join(folder, 'tree.ldif');
  await writeFile(tree, treeOf(people));
  await promisify(execFile)(program, ['-T', 'add', '-f', configuration, '-l', tree], { env });
  const urlAt = (port: number): string => `ldap://127.0.0.1:${port}`;
  const { port, stop } = await startOnFreePort((port) => ({
    command: program,
    // In the foreground, which a level of its log asks for; 0 is none.
    args: ['-d', '0', '-f', configuration, '-h', urlAt(port)],
    logFile: join(folder, 'slapd.log'),
    env,
    isReady: async () => answers(port),
    readyWithinMs: 120_000,
  }));
  return { url: urlAt(port), admin, people: `ou=people,${base}`, stop };
}

function treeOf(people: Readonly<Record<string, string>>): string {
  const entries = [
    `dn: ${base}\nobjectClass: dcObject\nobjectClass: organization\no: Company\ndc: company\n`,
    `dn: ou=people,${base}\nobjectClass: organizationalUnit\nou: people\n`,
    ...Object.entries(people).map(
      ([name, password]) =>
        // A backslash in a name is written twice in a DN (RFC 4514, section 2.4).
        `dn: uid=${name.replaceAll('\\', '\\\\')},ou=people,${base}\nobjectClass: inetOrgPerson\nuid: ${name}\n` +
        `cn: ${name}\nsn: ${name}\nuserPassword: ${password}\n`,
    ),
  ];
  return entries.join('\n');
}

async function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => resolve(false));
  });
}
