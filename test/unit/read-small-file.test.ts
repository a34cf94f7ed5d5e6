import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, open, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import {
  checkSmallFile,
  isThere,
  lookAt,
  namesIn,
  readSmallFile,
  UnreadFile,
} from '../../src/read-small-file.ts';
import { firstLine } from '../support/first-line.ts';

const maxBytes = 1000;

describe('Reading a file that somebody else names', () => {
  let folder = '';

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'small-file-'));
  });
  after(async () => rm(folder, { recursive: true }));

  async function reasonOf(path: string): Promise<string> {
    try {
      await readSmallFile(path, maxBytes);
    } catch (error) {
      assert.ok(error instanceof UnreadFile);
      return error.message;
    }
    return 'it was read';
  }

  it('gives its text, up to the limit', async () => {
    const path = join(folder, 'text');
    for (const text of ['', 'ä', 'x'.repeat(maxBytes)]) {
      await writeFile(path, text);
      assert.equal(await readSmallFile(path, maxBytes), text);
    }
  });

  for (const order of ['FF FE', 'FE FF']) {
    it(`names UTF-16 where others read it as UTF-8: ${order}`, async () => {
      const path = join(folder, 'utf-16');
      const bytes = Buffer.from('\ufefftoken', 'utf16le');
      await writeFile(path, order === 'FF FE' ? bytes : bytes.swap16());
      await assert.rejects(checkSmallFile(path, maxBytes), /^UnreadFile: it is UTF-16 text, not UTF-8$/);
    });
  }

  it('reads nothing by a relative path, whatever the folder is that the program was started in', async () => {
    const path = join(folder, 'planted');
    await writeFile(path, 'canary');
    const shown = relative(process.cwd(), path);
    assert.equal(await reasonOf(shown), 'its path is not absolute');
    await assert.rejects(checkSmallFile(shown, maxBytes), UnreadFile);
    await assert.rejects(lookAt(shown), UnreadFile);
    await assert.rejects(namesIn(relative(process.cwd(), folder)), UnreadFile);
    assert.equal(await isThere(shown), false);
  });

  const others: readonly (readonly [
    what: string,
    make: (path: string) => Promise<unknown>,
    reason: RegExp,
  ])[] = [
    ['a file that is not there', async () => Promise.resolve(), /^ENOENT$/],
    ['a folder', async (path) => mkdir(path), /^it is not a regular file$/],
    [
      'a pipe that nobody writes into',
      async (path) => Promise.resolve(execFileSync('mkfifo', [path])),
      /^it is not a regular file$/,
    ],
    [
      'a file that is too large',
      async (path) => writeFile(path, 'x'.repeat(maxBytes + 1)),
      /^it is larger than 1 kB$/,
    ],
    [
      'a file of a terabyte',
      async (path) => {
        await (await open(path, 'w')).close();
        await truncate(path, 1e12);
      },
      /^it is larger than 1 kB$/,
    ],
  ];
  for (const [what, make, reason] of others) {
    it(`says what is wrong with ${what}, at once`, async function () {
      if (process.platform === 'win32' && what.includes('pipe')) this.skip();
      const path = join(folder, what.replaceAll(' ', '-'));
      await make(path);
      const startedAt = performance.now();
      assert.match(await reasonOf(path), reason);
      assert.ok(performance.now() - startedAt < 10_000);
    });
  }

  it('does not open a pipe or a device, which may do something then', async function () {
    if (process.platform === 'win32') this.skip();
    const path = join(folder, 'pipe-with-a-writer');
    execFileSync('mkfifo', [path]);
    const writer = spawn('sh', ['-c', 'echo began; echo text > "$1"; echo went on', 'sh', path]);
    const said: string[] = [];
    writer.stdout.on('data', (bytes: Buffer) => said.push(bytes.toString()));
    await firstLine(writer.stdout);
    for (let times = 0; times < 50; times += 1)
      assert.equal(await reasonOf(path), 'it is not a regular file');
    assert.deepEqual(said, ['began\n']);
    writer.kill('SIGKILL');
    await once(writer, 'close');
    assert.deepEqual(said, ['began\n']);
  });

  it('does not read a device that never ends', async function () {
    if (process.platform === 'win32') this.skip();
    assert.equal(await reasonOf('/dev/zero'), 'it is not a regular file');
  });
});
