import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findCanary, scanForCanaries } from '../../support/canary/scan.ts';

// Put together here, so that this file and its output do not hold the word themselves.
const secret = ['can', 'ary-password'].join('');

describe('the search for secrets in what a run wrote', () => {
  const forms: [string, Buffer][] = [
    ['plain', Buffer.from(`x${secret}y`)],
    ['base64', Buffer.from(Buffer.from(secret).toString('base64'))],
    ['base64', Buffer.from(Buffer.from(`admin:${secret}`).toString('base64'))],
    ['base64', Buffer.from(Buffer.from(`u:${secret}`).toString('base64'))],
    ['UTF-16', Buffer.from(secret, 'utf16le')],
    ['hex', Buffer.from(Buffer.from(secret).toString('hex'))],
  ];
  for (const [form, bytes] of forms) {
    it(`finds ${form} (${bytes.length} bytes)`, () => assert.equal(findCanary(bytes), form));
  }

  it('finds nothing where nothing is', () =>
    assert.equal(findCanary(Buffer.from('Q2FuYW canal')), undefined));

  it('looks into every folder, and not into files that hold secrets by right', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'scan-'));
    try {
      await writeFile(join(folder, 'state.vscdb'), Buffer.concat([Buffer.alloc(5000), Buffer.from(secret)]));
      await writeFile(join(folder, 'auth.ini'), secret);
      await writeFile(join(folder, 'clean.log'), 'nothing');
      assert.deepEqual(await scanForCanaries(folder), ['state.vscdb: plain']);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
