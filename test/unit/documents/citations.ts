import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { promisify } from 'node:util';
import { checkout } from '../../support/setup/parts.mjs';

/** `contract/vault/read: reads version 1` in back quotes; a title may be cut off at its end. */
const citation = /`((?:unit|contract|host|hostile)\/[\w./-]+): ([^`]+)`/g;

export interface Cited {
  readonly file: string;
  readonly title: string;
}

export function citationsIn(text: string): readonly Cited[] {
  return [...text.matchAll(citation)].map(([, file = '', title = '']) => ({ file, title }));
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

/** What a page names that does not exist. */
export async function missingTests(page: string): Promise<readonly Cited[]> {
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
  return [...missing, ...absent];
}
