import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { problemCodes } from '../../../src/problem-catalogue.ts';
import { readMeanings, withProblemTables } from '../../packaging/troubleshooting-table.mjs';

const root = new URL('../../../', import.meta.url);
const page = readFileSync(new URL('docs/troubleshooting.md', root), 'utf8');
const meanings = await readMeanings(root);

describe('docs/troubleshooting.md', () => {
  it('has the problems as the catalogue has them; `npm run format` brings them up to date', async () => {
    assert.equal(page, await withProblemTables(page, meanings));
  });

  it('has a row with a meaning for each code', () => {
    for (const code of problemCodes) {
      assert.ok(meanings[code], `${code} has no comment`);
      assert.ok(page.includes(`\n| \`${code}\``), code);
    }
    assert.deepEqual(Object.keys(meanings).sort(), [...problemCodes].sort());
  });
});
