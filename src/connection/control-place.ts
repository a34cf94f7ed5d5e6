import { createHmac } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { isOwnFolder, makeOwnFolder } from '../proxy/control/own-folder.ts';

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
    if (await makeOwnFolder(folder, { recursive: folder === options.folder })) return { path, key };
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
    if (names.length === 0 || !(isPipe || (await isOwnFolder(one)))) continue;
    places.push(...names.map((name) => ({ path: join(one, prefix + name), key: keyOf(key, name) })));
  }
  return places;
}

/** What `TMPDIR` names may be too long for a socket, missing, or relative to a folder that the process does not run in. */
function foldersFor(own: string): readonly string[] {
  const name = `mlflow-secrets-auth-${process.geteuid?.() ?? 0}`;
  const temporary = new Set([tmpdir(), '/tmp']);
  return [own, ...[...temporary].filter((folder) => isAbsolute(folder)).map((folder) => join(folder, name))];
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
