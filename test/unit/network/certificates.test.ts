import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tls from 'node:tls';
import { readCertificates, trustedCertificates } from '../../../src/network/certificates.ts';

function pem(kind: string, text: string): string {
  return `-----BEGIN ${kind}-----\n${text}\n-----END ${kind}-----`;
}

describe('certificates', () => {
  let folder = '';
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'certificates-'));
  });
  after(async () => rm(folder, { recursive: true }));

  it('of a PEM file are read one by one, and nothing else in it', async () => {
    const file = join(folder, 'ca.pem');
    const certificates = [pem('CERTIFICATE', 'AA=='), pem('CERTIFICATE', 'BB==')];
    await writeFile(
      file,
      ['a comment', certificates[0], pem('PRIVATE KEY', 'canary'), certificates[1]].join('\n'),
    );
    assert.deepEqual(await readCertificates(file), certificates);
  });

  it('of a file that cannot be read are an error, not none', async () => {
    await assert.rejects(readCertificates(join(folder, 'gone.pem')), { code: 'ENOENT' });
  });

  it('of the user are trusted beside those of Node, and leave the editor’s trust alone where there are none', () => {
    assert.equal(trustedCertificates([]), undefined);
    const trusted = trustedCertificates(['own']) ?? [];
    assert.equal(trusted.at(-1), 'own');
    assert.ok(tls.rootCertificates.every((one) => trusted.includes(one)));
  });
});
