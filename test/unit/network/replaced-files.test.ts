import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { link, mkdir, mkdtemp, readFile, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readClientCertificate } from '../../../src/network/client-certificate.ts';
import { extraCertificates, serverTrust, userCertificates } from '../../../src/network/server-trust.ts';
import { storeTrust } from '../../../src/network/store-certificates.ts';
import { Problem } from '../../../src/problem.ts';
import { vaultTls } from '../../../src/providers/vault/tls.ts';
import type { SourceContext } from '../../../src/providers/source.ts';
import type { VaultConfiguration } from '../../../src/providers/vault/configuration.ts';
import { makeCertificates } from '../../support/servers/certificates.ts';

/** Another file of the user's, which says something that nobody else is to know. */
const secret = 'canary-other-file';
/** All that is read goes to the proxy's process in one message, which has a bound. */
const maxBytes = 4_500_000;

/** Reads as a connection does, what was approved by that path. Gives all that is used of it. */
type Read = (path: string) => Promise<unknown>;

const context = { extraCertificates: [], userCertificates: [] } as unknown as SourceContext;
const system = [] as const;
const reads: Readonly<Record<string, Read>> = {
  'that the user trusts': async (path) => userCertificates(path),
  'that alone vouches for the server': async (path) =>
    serverTrust(
      { kind: 'only', path, from: 'REQUESTS_CA_BUNDLE' },
      { caFile: undefined, nodeCaFile: undefined, system },
    ),
  'that is trusted besides': async (path) =>
    serverTrust(
      { kind: 'roots', added: [{ path, from: 'SSL_CERT_FILE' }] },
      { caFile: undefined, nodeCaFile: undefined, system },
    ),
  'that Node.js is to trust': async (path) => extraCertificates({ caFile: undefined, nodeCaFile: path }),
  'that alone vouches for a store': async (path) => storeTrust({ path, from: 'VAULT_CACERT' }, context),
  'that the server is shown, with its key': async (path) =>
    readClientCertificate({ certFile: path, keyFile: undefined }),
  'that Vault is shown': async (path) =>
    vaultTls(
      { storeClientCertificate: { certFile: path, keyFile: path } } as unknown as VaultConfiguration,
      context,
    ),
};

describe('A file that was approved by its path and is another one when it is read', () => {
  let folder: string;
  let other: string;
  let right: string;
  const stops: (() => void)[] = [];

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'replaced-'));
    other = join(folder, 'other');
    await writeFile(other, `-----BEGIN OTHER-----\n${secret}\n-----END OTHER-----\n${secret}\n`);
    const { cert, key } = await makeCertificates(folder, ['localhost']);
    right = join(folder, 'right.pem');
    await writeFile(right, `${secret}\n${cert}\n${secret}\n${key}\n${secret}\n`);
  });

  after(async () => {
    for (const stop of stops) stop();
    await rm(folder, { recursive: true });
  });

  const others: Readonly<Record<string, (path: string) => Promise<unknown>>> = {
    'a link to another file': async (path) => symlink(other, path),
    'another file by a second name': async (path) => link(other, path),
    'a link to itself': async (path) => symlink(path, path),
    'a link to nothing': async (path) => symlink(`${path}.none`, path),
    'a link to a device': async (path) => symlink('/dev/zero', path),
    'a link to what ends another program': async (path) => symlink('/proc/self/mem', path),
    'a pipe': async (path) => Promise.resolve(execFileSync('mkfifo', [path])),
    'a socket': async (path) => {
      const server = createServer().listen(path);
      stops.push(() => server.close());
      await new Promise((resolve) => server.once('listening', resolve));
    },
    'a folder': async (path) => mkdir(path),
    'a folder that somebody has filled': async (path) => {
      await mkdir(path);
      for (let name = 0; name < 60; name += 1) {
        const body = `${name}/`.padEnd(90_000, 'A');
        const pem = `-----BEGIN CERTIFICATE-----\n${body}\n-----END CERTIFICATE-----\n`;
        await writeFile(join(path, `${String(name).padStart(8, '0')}.0`), pem);
      }
    },
    'a file of a terabyte': async (path) => {
      await writeFile(path, '');
      await truncate(path, 1e12);
    },
    'the same, with more in it': async (path) => writeFile(path, await readFile(right)),
  };

  for (const [name, read] of Object.entries(reads)) {
    it(`is read to the end, or said to be unusable, at once, and nothing else of it is used: one ${name}`, async function () {
      if (process.platform === 'win32') this.skip();
      for (const [what, replace] of Object.entries(others)) {
        const path = join(folder, `${name} ${what}`.replaceAll(/\W/g, '-'));
        await replace(path);
        const found = await read(path).catch((error: unknown) => error);
        if (found instanceof Error) {
          assert.ok(found instanceof Problem, `${what}: ${String(found)}`);
          const cause = found.cause instanceof Error ? found.cause.message : '';
          const said = `${found.message} ${found.remedy} ${cause}`;
          assert.ok(!said.includes(secret), what);
          // Nothing was waited for until it was given up.
          assert.doesNotMatch(said, /does not respond/, what);
        }
        const text = JSON.stringify(found);
        assert.ok(!text.includes(secret), what);
        assert.ok(text.length < maxBytes, `${what}: ${text.length}`);
        await rm(path, { recursive: true, force: true });
      }
    });
  }
});
