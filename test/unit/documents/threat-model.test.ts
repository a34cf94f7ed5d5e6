import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { promisify } from 'node:util';
import { checkout } from '../../support/setup/parts.mjs';
import { readPage } from './pages.ts';

const page = readPage('docs/threat-model.md');

/** `contract/vault/read: reads version 1` in back quotes; a title may be cut off at its end. */
const citation = /`((?:unit|contract|host|hostile)\/[\w./-]+): ([^`]+)`/g;

interface Cited {
  readonly file: string;
  readonly title: string;
}

function citationsIn(text: string): readonly Cited[] {
  return [...text.matchAll(citation)].map(([, file = '', title = '']) => ({ file, title }));
}

/** The lists that follow a paragraph which begins with "Cannot", as their lines. */
function cannotLines(): readonly string[] {
  const lists = page.split(/^\*\*Cannot.*$/m).slice(1);
  return lists.flatMap((list) =>
    (list.split(/^#/m)[0] ?? '').split('\n').filter((line) => line.startsWith('- ')),
  );
}

/** Titles with those of the `describe`s that they are in, by file. Mocha reads the files and runs nothing. */
async function titlesOf(files: readonly string[]): Promise<ReadonlyMap<string, readonly string[]>> {
  const mocha = join(checkout, 'node_modules', 'mocha', 'bin', 'mocha.js');
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [mocha, '--dry-run', '--reporter', 'json', ...files],
    { cwd: checkout, maxBuffer: 1 << 26 },
  );
  const { tests } = JSON.parse(stdout) as { tests: readonly { file: string; fullTitle: string }[] };
  const byFile = Map.groupBy(tests, ({ file }) => relative(checkout, file).replaceAll('\\', '/'));
  return new Map([...byFile].map(([file, found]) => [file, found.map(({ fullTitle }) => fullTitle)]));
}

describe('docs/threat-model.md', () => {
  it('has a test for each thing that an attacker cannot do', () => {
    const lines = cannotLines();
    assert.ok(lines.length > 40, `${lines.length}`);
    assert.deepEqual(
      lines.filter((line) => citationsIn(line).length === 0),
      [],
    );
  });

  it('names tests that exist', async () => {
    const cited = citationsIn(page);
    const isOfMocha = ({ file }: Cited): boolean => existsSync(join(checkout, `test/${file}.test.ts`));
    const ofMocha = cited.filter(isOfMocha);
    const titles = await titlesOf([...new Set(ofMocha.map(({ file }) => `test/${file}.test.ts`))]);
    const missing = ofMocha.filter(
      ({ file, title }) => !titles.get(`test/${file}.test.ts`)?.some((full) => full.includes(title)),
    );
    // These run in the editor only: their titles are looked for in the text.
    const inEditor = cited.filter((one) => !isOfMocha(one));
    const absent = inEditor.filter(({ file, title }) => {
      const path = join(checkout, `test/${file}.ts`);
      return !existsSync(path) || !readFileSync(path, 'utf8').includes(title);
    });
    assert.deepEqual([...missing, ...absent], []);
  });

  it('is linked from SECURITY.md', () => {
    assert.ok(readPage('SECURITY.md').includes('](docs/threat-model.md)'));
  });
});
