import assert from 'node:assert/strict';
import { filesNamedIn, isFile, leadsSomewhere, pages, readPage, targetsIn } from './pages.ts';

describe('a page of the repository', () => {
  for (const page of pages) {
    it(`${page}: its links lead somewhere`, () => {
      const dead = targetsIn(readPage(page)).filter((target) => !leadsSomewhere(page, target));
      assert.deepEqual(dead, []);
    });

    it(`${page}: the files that it names are there`, () => {
      const missing = filesNamedIn(readPage(page)).filter((name) => !isFile(name) && !isElsewhere(name));
      assert.deepEqual(missing, []);
    });
  }
});

/** What a build makes, what is in a user's project, a part of a path in Vault, and what the reader is to write. */
function isElsewhere(name: string): boolean {
  const isExample = /\bexample\b/.test(name);
  return isExample || ['dist/', '.vscode/settings.json', 'data/'].includes(name);
}
