import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readBundle } from '../packaging/l10n.mjs';

const checkout = join(import.meta.dirname, '..', '..');
/** The API has no other place for the icon of an entry in the status bar; a screen reader gets a label of its own there. */
const entryOfStatusBar = 'src/vscode/sinks/status-item.ts';

describe('Icons', () => {
  it('are in no sentence and no title, where a screen reader would read their names', async () => {
    const files = (await readdir(checkout)).filter((name) => name.startsWith('package.nls'));
    assert.ok(files.length > 1);
    const texts = [await readBundle(), ...(await Promise.all(files.map(async (name) => read(name))))];
    for (const text of texts) assert.doesNotMatch(text, /\$\([a-z]/);
  });

  it('are put into a label by the status bar alone', async () => {
    const sources = await readdir(join(checkout, 'src'), { recursive: true });
    const found: string[] = [];
    for (const name of sources.filter((one) => one.endsWith('.ts'))) {
      const text = withoutComments(await read(join('src', name)));
      if (/['"`]\$\(/.test(text)) found.push(join('src', name));
    }
    assert.deepEqual(found, [entryOfStatusBar]);
    assert.match(await read(entryOfStatusBar), /accessibilityInformation = \{ label/);
  });

  it('are beside the words of rows and choices, which say all', async () => {
    assert.match(await read('src/vscode/sinks/quick-inputs.ts'), /iconPath: new vscode\.ThemeIcon/);
    assert.match(await read('src/vscode/sinks/row-tree.ts'), /accessibilityInformation = \{\s+label/);
  });
});

async function read(name: string): Promise<string> {
  return readFile(join(checkout, name), 'utf8');
}

function withoutComments(source: string): string {
  return source.replace(/\/\*[\s\S]*?\*\//g, '');
}
