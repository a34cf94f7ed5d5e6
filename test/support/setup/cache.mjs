import { existsSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { withLock } from './lock.mjs';

/** Where parts are kept, by version, for every checkout of this user. */
export function cacheFolder() {
  const base = process.env.XDG_CACHE_HOME || join(homedir(), '.cache');
  return join(base, 'mlflow-secrets-auth-vscode');
}

const stampOf = (name) => join(cacheFolder(), name, '.complete');

export function isInstalled(name) {
  return existsSync(stampOf(name));
}

/**
 * Runs `install(folder)` unless that was done before and the folder is still of use. It installs in place, because a
 * virtual environment cannot be moved: a folder without its stamp is half made, and is made anew. Two processes do not
 * install the same part at once.
 */
export async function installOnce(name, install, isUsable = () => true) {
  const folder = join(cacheFolder(), name);
  await locked(name, async () => {
    if (isInstalled(name) && isUsable()) return;
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder, { recursive: true });
    await install(folder);
    await writeFile(stampOf(name), '');
  });
}

/** Holds the lock of this name against this user's other processes. */
export async function locked(name, use) {
  await mkdir(cacheFolder(), { recursive: true });
  return withLock(join(cacheFolder(), `${name}.lock`), use, (holder) =>
    console.log(`Waiting for process ${holder}, which installs ${name}.`),
  );
}
