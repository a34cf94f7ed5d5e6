import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Time and level, as the editor begins each line of a log, then words without what cannot be seen. */
const goodLine =
  /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3} \[(?:info|warning|error)\] [^\p{Cc}\p{Cf}\p{Zl}\p{Zp}]*$/u;

/** All that our log has, of all windows whose logs are below this folder. */
export async function logOf(folder: string): Promise<string> {
  const files = (await readdir(folder, { recursive: true })).filter((name) =>
    name.endsWith('MLflow Secrets Auth.log'),
  );
  const texts: string[] = [];
  for (const name of files.sort()) texts.push(await readFile(join(folder, name), 'utf8'));
  return texts.join('');
}

/** Lines of our log that somebody else began, or hid something in. */
export async function badLogLines(
  folder: string,
): Promise<{ readonly bad: readonly string[]; readonly lines: number }> {
  const earliest = new Date(Date.now() - 3_600_000);
  const lines = (await logOf(folder)).split('\n').filter((line) => line !== '');
  const isOurs = (line: string): boolean =>
    goodLine.test(line) && new Date(line.slice(0, 23).replace(' ', 'T')) >= earliest;
  return { bad: lines.filter((line) => !isOurs(line)), lines: lines.length };
}
