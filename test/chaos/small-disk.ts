import { execFile } from 'node:child_process';
import { mkdir, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const sizeMegabytes = 256;
const piece = Buffer.alloc(1 << 20);

/** A folder on a disk of its own, which can be filled; root alone may make one. */
export class SmallDisk {
  readonly #folder: string;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  /** `undefined`: not to be had here. */
  static async mount(folder: string): Promise<SmallDisk | undefined> {
    if (process.platform !== 'linux') return undefined;
    await mkdir(folder, { recursive: true });
    const options = ['-t', 'tmpfs', '-o', `size=${sizeMegabytes}m`, 'tmpfs', folder];
    try {
      await promisify(execFile)('mount', options);
    } catch {
      return undefined;
    }
    return new SmallDisk(folder);
  }

  /** Not a byte is left. */
  async fill(): Promise<void> {
    const file = await open(join(this.#folder, 'filler'), 'a');
    try {
      for (const bytes of [piece, piece.subarray(0, 1)]) {
        while (await isWritten(file.write(bytes)));
      }
    } finally {
      await file.close();
    }
  }

  async free(): Promise<void> {
    await rm(join(this.#folder, 'filler'), { force: true });
  }

  async unmount(): Promise<void> {
    // Who still has a file there does not hold it up.
    await promisify(execFile)('umount', ['--lazy', this.#folder]);
  }
}

async function isWritten(writing: Promise<unknown>): Promise<boolean> {
  try {
    await writing;
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOSPC') return false;
    throw error;
  }
}
