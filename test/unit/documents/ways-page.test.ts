import assert from 'node:assert/strict';
import { ways } from '../../ways/rows.ts';
import { citationsIn, missingTests } from './citations.ts';
import { readPage } from './pages.ts';

const page = readPage('docs/ways-to-python.md');

describe('docs/ways-to-python.md', () => {
  it('names tests that exist', async () => {
    assert.ok(citationsIn(page).length > 15);
    assert.deepEqual(await missingTests(page), []);
  });

  it('has each way that `npm run ways` tries, by its name there', () => {
    assert.deepEqual(
      ways.filter(({ name }) => !page.includes(`_${name}_`)).map(({ name }) => name),
      [],
    );
  });
});
