import { mkdir, open, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** Where parts are kept, by version, for every checkout of this user. */
export function cacheFolder() {
  const base = process.env.XDG_CACHE_HOME || join(homedir(), '.cache');
  return join(base, 'mlflow-secrets-auth-vscode');
}

/**
 * Runs `install(folder)` unless it was done before, and resolves to the folder. A half-made folder is made anew;
 * two processes do not install the same part at once.
 */
export async function installed(name, install) {
  const folder = join(cacheFolder(), name);
  const stamp = join(folder, '.complete');
  if (await exists(stamp)) return folder;
  await mkdir(cacheFolder(), { recursive: true });
  await withLock(`${folder}.lock`, async () => {
    if (await exists(stamp)) return;
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder, { recursive: true });
    await install(folder);
    await writeFile(stamp, '');
  });
  return folder;
}

export async function isInstalled(name) {
  return exists(join(cacheFolder(), name, '.complete'));
}

/** Holds a lock file while `use` runs. The lock of a process that is gone is taken over. */
export async function withLock(file, use) {
  for (;;) {
    if (await take(file)) break;
    await sleep(500);
  }
  try {
    return await use();
  } finally {
    await rm(file, { force: true });
  }
}

async function take(file) {
  try {
    const handle = await open(file, 'wx');
    await handle.writeFile(String(process.pid));
    await handle.close();
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
  }
  const holder = Number(await readFile(file, 'utf8').catch(() => ''));
  // An empty file may be one that is being written right now.
  if (holder === 0 ? await isOld(file) : !isAlive(holder)) await rm(file, { force: true });
  return false;
}

async function isOld(file) {
  const found = await stat(file).catch(() => undefined);
  return found !== undefined && Date.now() - found.mtimeMs > 10_000;
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

export async function exists(file) {
  return stat(file).then(
    () => true,
    () => false,
  );
}
