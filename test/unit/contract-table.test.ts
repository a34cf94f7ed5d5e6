import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

const folder = join(import.meta.dirname, '..', 'contract');

/** `vault/read: reads version 1` in back quotes; a title may be cut off at its end. */
const name = /`([\w./-]+): ([^`]+)`/g;

describe('the table of what is tested of the sources', () => {
  it('names tests that there are, and leaves no cell empty', async () => {
    const table = await readFile(join(folder, 'README.md'), 'utf8');
    const named = [...table.matchAll(name)].map(([, file = '', title = '']) => ({ file, title }));
    assert.ok(named.length > 150, `${named.length}`);
    const missing: string[] = [];
    for (const { file, title } of named) {
      const source = await readFile(join(folder, `${file}.test.ts`), 'utf8');
      if (!source.includes(title)) missing.push(`${file}: ${title}`);
    }
    assert.deepEqual(missing, []);
    const cells = table
      .split('\n')
      .filter((line) => line.startsWith('|'))
      .flatMap((line) => line.split('|').slice(1, -1));
    assert.ok(cells.every((cell) => cell.trim() !== ''));
  });
});
