import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..', '..');
const { ReadmeProcessor } = createRequire(import.meta.url)('@vscode/vsce/out/package.js');

/** The README as it gets into the package and onto a marketplace's page. */
export async function packagedReadme() {
  const manifest = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
  const contents = await readFile(join(root, 'README.md'));
  const file = { path: 'extension/README.md', contents };
  const packaged = await new ReadmeProcessor(manifest, {}).processFile(file);
  return packaged.contents.toString();
}
