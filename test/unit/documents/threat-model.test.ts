import assert from 'node:assert/strict';
import { citationsIn, missingTests } from './citations.ts';
import { readPage } from './pages.ts';

const page = readPage('docs/threat-model.md');

/** The lists that follow a paragraph which begins with "Cannot", as their lines. */
function cannotLines(): readonly string[] {
  const lists = page.split(/^\*\*Cannot.*$/m).slice(1);
  return lists.flatMap((list) =>
    (list.split(/^#/m)[0] ?? '').split('\n').filter((line) => line.startsWith('- ')),
  );
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
    assert.deepEqual(await missingTests(page), []);
  });

  it('is linked from SECURITY.md', () => {
    assert.ok(readPage('SECURITY.md').includes('](docs/threat-model.md)'));
  });
});
