import { glob, readFile, writeFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { getL10nJson } from '@vscode/l10n-dev';

const bundle = new URL('../../media/l10n/bundle.l10n.json', import.meta.url);

/** Every sentence of src/, sorted, as translators get it; the text of the bundle file. */
export async function exportSentences() {
  const files = [];
  const cwd = fileURLToPath(new URL('../../', import.meta.url));
  for await (const name of glob('src/**/*.ts', { cwd })) {
    const contents = await readFile(join(cwd, name), 'utf8');
    files.push({ extension: extname(name), contents });
  }
  const found = await getL10nJson(files);
  const sorted = Object.entries(found).sort(([a], [b]) => (a < b ? -1 : 1));
  return `${JSON.stringify(Object.fromEntries(sorted), undefined, 2)}\n`;
}

export async function readBundle() {
  return readFile(bundle, 'utf8');
}

if (import.meta.main) await writeFile(bundle, await exportSentences());
