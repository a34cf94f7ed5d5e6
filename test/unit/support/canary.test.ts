import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { formOf } from '../../support/canary/forms.ts';
import { scanForCanaries } from '../../support/canary/scan.ts';

// Put together here, so that the output of a failure does not hold the word itself.
const word = ['can', 'ary'].join('');
const secret = `${word}-password`;
const base64 = (text: string | Buffer): string => Buffer.from(text).toString('base64');

describe('the search for secrets in what a run wrote', () => {
  const forms: [string, string, Buffer][] = [
    ['plain', 'as it is', Buffer.from(`x${secret}y`)],
    ['base64', 'base64', Buffer.from(base64(secret))],
    ['base64', 'Basic credentials', Buffer.from(`Authorization: Basic ${base64(`admin:${secret}`)}`)],
    ['base64', 'base64url', Buffer.from(Buffer.from(`u:${secret}`).toString('base64url'))],
    ['UTF-16', 'UTF-16', Buffer.from(secret, 'utf16le')],
    ['base64 of UTF-16', 'base64 of UTF-16', Buffer.from(base64(Buffer.from(secret, 'utf16le')))],
    ['base64 in UTF-16', 'base64 in UTF-16', Buffer.from(base64(`u:${secret}`), 'utf16le')],
    ['base64 twice', 'base64 of base64', Buffer.from(base64(base64(`ab:${secret}`)))],
    ['hex', 'hex', Buffer.from(Buffer.from(secret).toString('hex'))],
    ['plain', 'URL-encoded with its neighbours', Buffer.from(encodeURIComponent(`a b:${secret}/ü`))],
    [
      'URL-encoded',
      'all letters URL-encoded',
      Buffer.from(Buffer.from(word).toString('hex').replace(/../g, '%$&')),
    ],
  ];
  for (const [form, title, bytes] of forms) {
    it(`finds ${title}`, () => assert.equal(formOf(bytes), form));
  }

  it('finds base64 and UTF-16 at every place in every text', () => {
    const around = fc.uint8Array({ maxLength: 40 });
    fc.assert(
      fc.property(around, around, (before, after) => {
        const text = Buffer.concat([before, Buffer.from(word), after]);
        assert.ok(formOf(Buffer.from(text.toString('base64'))));
        assert.ok(formOf(Buffer.concat([before, Buffer.from(secret, 'utf16le'), after])));
      }),
    );
  });

  it('finds nothing where nothing is', () => assert.equal(formOf(Buffer.from('Y2FuYXk canal')), undefined));

  describe('in a folder', () => {
    let folder: string;
    beforeEach(async () => {
      folder = await mkdtemp(join(tmpdir(), 'scan-'));
    });
    afterEach(async () => rm(folder, { recursive: true }));

    it('looks into every file of every folder', async () => {
      await mkdir(join(folder, 'data', '.hidden'), { recursive: true });
      const state = Buffer.concat([Buffer.alloc(5000), Buffer.from(secret), Buffer.alloc(5000)]);
      await writeFile(join(folder, 'data', '.hidden', 'state.vscdb'), state);
      await writeFile(join(folder, 'clean.log'), 'nothing');
      assert.deepEqual(await scanForCanaries(folder), [join('data', '.hidden', 'state.vscdb: plain')]);
    });

    it('finds what lies across the pieces in which a large file is read', async () => {
      for (const offset of [-3, -secret.length, -1, 0]) {
        const bytes = Buffer.alloc(3 << 20);
        bytes.write(secret, (1 << 20) + offset);
        await writeFile(join(folder, 'artifact.bin'), bytes);
        assert.deepEqual(await scanForCanaries(folder), ['artifact.bin: plain']);
      }
    });

    it('looks at names', async () => {
      await mkdir(join(folder, `run-${secret}`));
      assert.deepEqual(await scanForCanaries(folder), [`run-${secret}: its name, plain`]);
    });

    it('passes over files that hold secrets by right', async () => {
      await mkdir(join(folder, 'server'));
      await mkdir(join(folder, 'rightful-secret-home', '.mlflow'), { recursive: true });
      await writeFile(join(folder, 'server', 'auth.ini'), secret);
      await writeFile(join(folder, 'rightful-secret-home', '.mlflow', 'credentials'), secret);
      assert.deepEqual(await scanForCanaries(folder), []);
    });
  });
});
