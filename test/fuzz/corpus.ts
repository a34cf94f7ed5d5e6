import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

export interface CorpusCase {
  readonly name: string;
  /** As `generate` gives it. */
  readonly text: string;
}

const folder = fileURLToPath(new URL('../fixtures/fuzz-corpus/', import.meta.url));

/**
 * The committed cases. A file holds one case a line: a name, a tab, and the bytes as a JSON string of latin1 characters;
 * lines that begin with `#` are remarks.
 */
export async function readCorpus(): Promise<CorpusCase[]> {
  const cases: CorpusCase[] = [];
  for (const file of (await readdir(folder)).filter((name) => name.endsWith('.txt')).sort()) {
    const lines = (await readFile(folder + file, 'utf8')).split('\n');
    for (const line of lines.filter((text) => text !== '' && !text.startsWith('#'))) {
      const [name, json] = line.split('\t') as [string, string];
      cases.push({ name: `${file.replace('.txt', '')}: ${name}`, text: JSON.parse(json) as string });
    }
  }
  return cases;
}
