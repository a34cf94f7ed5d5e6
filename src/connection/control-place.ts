import { createHmac, hash } from 'node:crypto';
import { constants } from 'node:fs';
import { mkdir, open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Where the windows of a workspace meet its proxy, and what they prove themselves with. */
export interface ControlPlace {
  /** Of a socket, or on Windows of a named pipe. */
  readonly path: string;
  readonly key: Buffer;
}

export interface ControlPlaceOptions {
  /** Of the extension's own, for sockets. */
  readonly folder: string;
  /** Of all windows of this user. */
  readonly key: string;
  readonly workspaceId: string;
}

/** `sun_path` of Linux and of macOS, without the final zero; less what a socket is named until it is ready. */
const maxPathBytes = { linux: 107, darwin: 103 };
const maxSuffixBytes = 9;

/** `undefined`: no folder can be trusted. */
export async function controlPlace(options: ControlPlaceOptions): Promise<ControlPlace | undefined> {
  const key = createHmac('sha256', options.key).update(options.workspaceId).digest();
  const name = hash('sha256', key, 'hex').slice(0, 16);
  if (process.platform === 'win32') return { path: `\\\\.\\pipe\\mlflow-secrets-auth-${name}`, key };
  const max = process.platform === 'linux' ? maxPathBytes.linux : maxPathBytes.darwin;
  for (const folder of [options.folder, join(tmpdir(), `mlflow-secrets-auth-${process.geteuid?.() ?? 0}`)]) {
    const path = join(folder, name);
    if (Buffer.byteLength(path) + maxSuffixBytes > max) continue;
    if (await isOurs(folder)) return { path, key };
  }
  return undefined;
}

/** Makes the folder. False where it is another user's or a link, or others may write into it. */
async function isOurs(folder: string): Promise<boolean> {
  let handle: FileHandle | undefined;
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    // What a link leads to is not ours to change.
    handle = await open(folder, constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW);
    if ((await handle.stat()).uid !== process.geteuid?.()) return false;
    await handle.chmod(0o700);
    return ((await handle.stat()).mode & 0o077) === 0;
  } catch {
    // Not there, and cannot be made; or gone meanwhile.
    return false;
  } finally {
    await handle?.close();
  }
}
