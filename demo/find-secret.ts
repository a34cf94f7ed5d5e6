import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Files below a folder that hold one of the secrets: as it is, in UTF-16, in hex, or anywhere in a base64 text. */
export async function filesWithSecret(
  folder: string,
  secrets: readonly string[],
): Promise<readonly string[]> {
  const needles = secrets.flatMap(spellings);
  const found: string[] = [];
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const file = join(entry.parentPath, entry.name);
    const content = await readFile(file).catch(ignoreGone);
    if (content && needles.some((needle) => content.includes(needle))) found.push(file);
  }
  return found;
}

/** The bytes that tell of a secret. */
function spellings(secret: string): readonly Buffer[] {
  const bytes = Buffer.from(secret);
  // In base64, the text depends on how many bytes stand before: the middle of each of three cases is certain.
  const middles = [0, 1, 2].map((before) => {
    const text = Buffer.concat([Buffer.alloc(before), bytes]).toString('base64');
    return text.slice(before === 0 ? 0 : 4, Math.floor((before + bytes.length) / 3) * 4);
  });
  return [
    bytes,
    Buffer.from(secret, 'utf16le'),
    Buffer.from(bytes.toString('hex')),
    ...middles.map((text) => Buffer.from(text)),
  ];
}

/** A running editor and browser remove files while they are read. */
function ignoreGone(error: NodeJS.ErrnoException): undefined {
  if (error.code === 'ENOENT') return undefined;
  throw error;
}
