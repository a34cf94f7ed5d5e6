import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { promisify } from 'node:util';
import { checkout } from '../support/setup/parts.mjs';

const folder = join(checkout, 'test', 'contract');

/** `vault/read: reads version 1` in back quotes; a title may be cut off at its end. */
const name = /`([\w./-]+): ([^`]+)`/g;

interface Test {
  readonly file: string;
  /** Of the test after those of the `describe`s that it is in. */
  readonly fullTitle: string;
}

/** All tests of these files. Mocha reads the files and runs nothing. */
async function testsOf(files: readonly string[]): Promise<readonly Test[]> {
  const mocha = join(checkout, 'node_modules', 'mocha', 'bin', 'mocha.js');
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [mocha, '--dry-run', '--reporter', 'json', ...files],
    { cwd: checkout, maxBuffer: 1 << 26 },
  );
  const { tests } = JSON.parse(stdout) as { tests: readonly Test[] };
  return tests.map(({ file, fullTitle }) => ({
    file: relative(folder, file).replaceAll('\\', '/'),
    fullTitle,
  }));
}

describe('the lists of what is tested of the sources', () => {
  let text: string;

  before(async () => {
    text = await readFile(join(folder, 'README.md'), 'utf8');
  });

  it('name tests that exist', async () => {
    const named = [...text.matchAll(name)].map(([, file = '', title = '']) => ({
      file: `${file}.test.ts`,
      title,
    }));
    assert.ok(named.length > 150, `${named.length}`);
    const tests = await testsOf([...new Set(named.map(({ file }) => join(folder, file)))]);
    const missing = named.filter(
      ({ file, title }) =>
        !tests.some((test) => test.file === file && ` ${test.fullTitle}`.includes(` ${title}`)),
    );
    assert.deepEqual(missing, []);
  });

  it('leave nothing empty', () => {
    const lines = text.split('\n').filter((line) => /^ *- /.test(line));
    const depth = (line: string | undefined): number => line?.indexOf('-') ?? -1;
    const empty = lines.filter((line, at) => line.endsWith(':') && depth(lines[at + 1]) <= depth(line));
    assert.deepEqual(empty, []);
    assert.ok(lines.every((line) => line.replace(/^ *- /, '').trim() !== ''));
  });
});
