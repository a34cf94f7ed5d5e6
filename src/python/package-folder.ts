import {
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * Copies the interception package to `folder`, and returns where it is then. Terminals that live on after an update of the
 * extension name the folder in PYTHONPATH, and the one that the package is shipped in is deleted. Where nothing can be
 * written, that one has to do; `failed` gets the reason as a code, such as `ENOSPC`.
 */
export function lastingPackageFolder(
  shipped: string,
  folder: string,
  failed: (code: string) => void,
): string {
  try {
    keepToOneself(folder);
    for (const name of filesIn(shipped)) replaceFile(join(folder, name), readFileSync(join(shipped, name)));
    return folder;
  } catch (error) {
    failed(codeOf(error));
    return shipped;
  }
}

function filesIn(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.parentPath.endsWith('__pycache__'))
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1));
}

/** Python may import the file at any moment, also of another window's version. */
function replaceFile(file: string, content: Buffer): void {
  keepToOneself(dirname(file));
  if (contentOf(file)?.equals(content) === true && (statSync(file).mode & othersMayWrite) === 0) return;
  const temporary = `${file}.${process.pid}.new`;
  writeFileSync(temporary, content, { mode: 0o644 });
  renameSync(temporary, file);
}

/** Python runs what is in there: nobody else may write into it, whatever the user's umask lets others do. */
function keepToOneself(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o755 });
  const { mode } = statSync(folder);
  if ((mode & othersMayWrite) !== 0) chmodSync(folder, mode & ~othersMayWrite);
}

const othersMayWrite = 0o022;

function contentOf(file: string): Buffer | undefined {
  try {
    return readFileSync(file);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}
