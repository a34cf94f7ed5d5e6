import { constants } from 'node:fs';
import { mkdir, open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';

/** As `isOwnFolder`, and makes it where it is missing; `recursive`: with the folders above. */
export async function makeOwnFolder(
  folder: string,
  { recursive }: { readonly recursive: boolean },
): Promise<boolean> {
  try {
    await mkdir(folder, { recursive, mode: 0o700 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') return false;
  }
  return isOwnFolder(folder);
}

/** Sees to it that nobody else can enter the folder. False where it is missing, another user's, or a link. */
export async function isOwnFolder(folder: string): Promise<boolean> {
  let handle: FileHandle | undefined;
  try {
    // What a link leads to is not ours to change.
    handle = await open(folder, constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW);
    if ((await handle.stat()).uid !== process.geteuid?.()) return false;
    await handle.chmod(0o700);
    return ((await handle.stat()).mode & 0o077) === 0;
  } catch {
    // Gone meanwhile, or not to be opened.
    return false;
  } finally {
    await handle?.close();
  }
}
