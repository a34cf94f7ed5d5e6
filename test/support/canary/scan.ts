import { readdir, readFile } from 'node:fs/promises';
import { basename, join, relative } from 'node:path';

/** Every secret of a test or of the demo holds this word, so that one search finds any that was written. */
export const canary = 'canary';

/** Files that hold secrets by right, each with its reason. */
const rightful: readonly { readonly name: RegExp; readonly reason: string }[] = [
  {
    name: /^auth\.ini$/,
    reason: "the MLflow server's own configuration, written by the test that starts it",
  },
  { name: /^openbao\.log$/, reason: 'a dev server prints its root token' },
  { name: /^rightful-secret/, reason: 'a file that a test writes as the user would, such as ~/.vault-token' },
];

/** Looks into every file below a folder, as bytes; resolves to "file: form" of each finding. */
export async function scanForCanaries(folder: string): Promise<readonly string[]> {
  const found: string[] = [];
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || rightful.some(({ name }) => name.test(basename(entry.name)))) continue;
    const file = join(entry.parentPath, entry.name);
    const form = findCanary(await readFile(file));
    if (form !== undefined) found.push(`${relative(folder, file)}: ${form}`);
  }
  return found;
}

interface Form {
  readonly name: string;
  readonly patterns: readonly Buffer[];
}

/** Base64 of a word depends on where in a group of three bytes it begins; its inner part is the same each time. */
function base64Patterns(word: string): readonly Buffer[] {
  return [0, 1, 2].map((offset) => {
    const encoded = Buffer.from('\0'.repeat(offset) + word).toString('base64');
    const firstWhole = Math.ceil((offset * 8) / 6);
    const lastWhole = Math.floor(((offset + word.length) * 8) / 6);
    return Buffer.from(encoded.slice(firstWhole, lastWhole));
  });
}

const forms: readonly Form[] = [
  { name: 'plain', patterns: [Buffer.from(canary)] },
  { name: 'base64', patterns: base64Patterns(`${canary}-`) },
  { name: 'UTF-16', patterns: [Buffer.from(canary, 'utf16le')] },
  { name: 'hex', patterns: [Buffer.from(Buffer.from(`${canary}-`).toString('hex'))] },
];

/** The form in which a canary is in these bytes, if it is. */
export function findCanary(bytes: Buffer): string | undefined {
  return forms.find(({ patterns }) => patterns.some((pattern) => bytes.includes(pattern)))?.name;
}
