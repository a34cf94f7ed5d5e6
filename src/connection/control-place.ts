import { createHmac } from 'node:crypto';
import { constants } from 'node:fs';
import { mkdir, open, readdir } from 'node:fs/promises';
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

const pipes = String.raw`\\.\pipe`;
const pipePrefix = 'mlflow-secrets-auth-';

/** `undefined`: no folder can be trusted. */
export async function controlPlace(options: ControlPlaceOptions): Promise<ControlPlace | undefined> {
  const name = digest(options.key, 'name', options.workspaceId).toString('hex').slice(0, 16);
  const key = keyOf(options.key, name);
  if (process.platform === 'win32') return { path: `${pipes}\\${pipePrefix}${name}`, key };
  const max = process.platform === 'linux' ? maxPathBytes.linux : maxPathBytes.darwin;
  for (const folder of foldersFor(options.folder)) {
    const path = join(folder, name);
    if (Buffer.byteLength(path) + maxSuffixBytes > max) continue;
    if (await isOurs(folder)) return { path, key };
  }
  return undefined;
}

/** Where there is or was a process of this user, of whatever workspace. */
export async function allControlPlaces({
  folder,
  key,
}: Omit<ControlPlaceOptions, 'workspaceId'>): Promise<readonly ControlPlace[]> {
  const isPipe = process.platform === 'win32';
  const prefix = isPipe ? pipePrefix : '';
  const places: ControlPlace[] = [];
  for (const one of isPipe ? [`${pipes}\\`] : foldersFor(folder)) {
    const names = (await readdir(one).catch(() => []))
      .filter((name) => name.startsWith(prefix) && /^[0-9a-f]{16}$/.test(name.slice(prefix.length)))
      .map((name) => name.slice(prefix.length));
    if (names.length === 0 || !(isPipe || (await isOurs(one)))) continue;
    places.push(...names.map((name) => ({ path: join(one, prefix + name), key: keyOf(key, name) })));
  }
  return places;
}

function foldersFor(own: string): readonly string[] {
  return [own, join(tmpdir(), `mlflow-secrets-auth-${process.geteuid?.() ?? 0}`)];
}

/** By the name, so that whoever holds the user's key finds the processes of all workspaces. */
function keyOf(userKey: string, name: string): Buffer {
  return digest(userKey, 'key', name);
}

function digest(userKey: string, purpose: 'name' | 'key', of: string): Buffer {
  return createHmac('sha256', userKey)
    .update(JSON.stringify([purpose, of]))
    .digest();
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
