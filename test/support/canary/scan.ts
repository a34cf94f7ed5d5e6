import { createReadStream } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { basename, join, relative } from 'node:path';
import { formOf, maxPatternBytes } from './forms.ts';

/** Files that hold secrets by right, each with its reason. */
const rightful: readonly { readonly name: RegExp; readonly reason: string }[] = [
  {
    name: /^auth\.ini$/,
    reason: "the MLflow server's own configuration, written by the test that starts it",
  },
  {
    name: /^extensions\.builtin\.(?:\w+\.)?cache$/,
    reason: "the editor's list of its own extensions, one of which has a release channel of that name",
  },
  { name: /^openbao\.log$/, reason: 'a dev server prints its root token' },
  { name: /^rightful-secret/, reason: 'a file that a test writes as the user would, such as ~/.vault-token' },
];

/**
 * Looks into every file below a folder, as bytes, and at its name; resolves to "file: form" of each finding. A folder
 * named `rightful-secret…` is passed over whole.
 */
export async function scanForCanaries(folder: string): Promise<readonly string[]> {
  const found: string[] = [];
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const file = join(entry.parentPath, entry.name);
    const path = relative(folder, file);
    if (isRightful(path)) continue;
    const inName = formOf(Buffer.from(entry.name));
    if (inName !== undefined) found.push(`${path}: its name, ${inName}`);
    if (!entry.isFile()) continue;
    const form = await formInFile(file);
    if (form !== undefined) found.push(`${path}: ${form}`);
  }
  return found;
}

function isRightful(path: string): boolean {
  const folders = path.split(/[\\/]/);
  return (
    rightful.some(({ name }) => name.test(basename(path))) ||
    folders.some((name) => name.startsWith('rightful-secret'))
  );
}

/** Reads piece by piece, since artifacts may be large. */
async function formInFile(file: string): Promise<string | undefined> {
  let end: Buffer = Buffer.alloc(0);
  try {
    for await (const piece of createReadStream(file, { highWaterMark: 1 << 20 })) {
      const bytes = Buffer.concat([end, piece as Buffer]);
      const form = formOf(bytes);
      if (form !== undefined) return form;
      end = bytes.subarray(-(maxPatternBytes - 1));
    }
  } catch (error) {
    // A running editor or browser removes files while they are read.
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  return undefined;
}
