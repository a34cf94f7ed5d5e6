import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';

/** The part of the folder that is for PYTHONPATH: by this name, debuggers know the code of others and step over it. */
const packages = 'site-packages';

/**
 * Copies the interception package to `folder`, and returns what PYTHONPATH is to name. Terminals that live on after an update of the
 * extension name the folder in PYTHONPATH, and the one that the package is shipped in is deleted. Where nothing can be
 * written, that one has to do; `failed` gets the reason as a code, such as `ENOSPC`.
 */
export function lastingPackageFolder(
  shipped: string,
  folder: string,
  failed: (code: string) => void,
): string {
  try {
    for (const each of [folder, join(folder, packages)]) keepToOneself(each);
    for (const name of filesIn(shipped)) replaceFile(join(folder, name), readFileSync(join(shipped, name)));
    return join(folder, packages);
  } catch (error) {
    failed(codeOf(error));
    return join(shipped, packages);
  }
}

function filesIn(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.parentPath.endsWith('__pycache__'))
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1));
}

/** Python may import the file at any moment, also of another window's version. */
function replaceFile(file: string, content: Buffer): void {
  const folder = dirname(file);
  keepToOneself(folder);
  // Python would make it, with what the umask lets others do, and takes compiled code from it unread.
  if (file.endsWith('.py')) keepToOneself(join(folder, '__pycache__'));
  if (isOwn(file) && contentOf(file)?.equals(content) === true) return;
  const temporary = `${file}.${process.pid}.new`;
  rmSync(temporary, { force: true });
  writeFileSync(temporary, content, { mode: 0o644, flag: 'wx' });
  renameSync(temporary, file);
}

/**
 * Python runs whatever is in there: nobody else may write into it, whatever the user's umask lets others do. What is another's,
 * or where others could write, is made anew, since something of theirs may be in it.
 */
function keepToOneself(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o755 });
  if (isOwn(folder) || keepsNoModes(folder)) return;
  rmSync(folder, { recursive: true });
  mkdirSync(folder, { mode: 0o755 });
}

const othersMayWrite = 0o022;

/** A link is as little one's own as what it leads to. */
function isOwn(path: string): boolean {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found === undefined || found.isSymbolicLink()) return false;
  const isOfUser = found.uid === (process.geteuid?.() ?? found.uid);
  return isOfUser && (process.platform === 'win32' || (found.mode & othersMayWrite) === 0);
}

/** As some network drives, where every file is writable for whoever may see it, and the user's own. */
function keepsNoModes(folder: string): boolean {
  if (lstatSync(folder).isSymbolicLink()) return false;
  chmodSync(folder, 0o755);
  const { mode, uid } = lstatSync(folder);
  return (mode & othersMayWrite) !== 0 && uid === process.geteuid?.();
}

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
