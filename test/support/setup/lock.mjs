import { link, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

const heartbeatMs = 10_000;
/** A holder that was alive touched its lock long before. Its number may by now be that of another process. */
const silentMs = 10 * 60_000;
let attempts = 0;

/**
 * Holds a lock file while `use` runs, against other processes of this machine. The lock of a process that is gone
 * is taken over. `onWait` is called once with the process that holds it.
 */
export async function withLock(file, use, onWait = () => undefined) {
  let hasWaited = false;
  while (!(await take(file))) {
    if (await isStale(file)) {
      await clear(file);
      continue;
    }
    if (!hasWaited) onWait(await readFile(file, 'utf8').catch(() => 'unknown'));
    hasWaited = true;
    await sleep(200);
  }
  const heartbeat = setInterval(() => {
    const now = new Date();
    // Gone when the folder was deleted by hand: the work goes on.
    utimes(file, now, now).catch(() => undefined);
  }, heartbeatMs).unref();
  try {
    return await use();
  } finally {
    clearInterval(heartbeat);
    await rm(file, { force: true });
  }
}

/** The file appears whole, with its holder's process number. */
async function take(file) {
  const mine = `${file}.${process.pid}.${(attempts += 1)}`;
  await writeFile(mine, String(process.pid));
  try {
    await link(mine, file);
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
    return false;
  } finally {
    await rm(mine, { force: true });
  }
}

async function isStale(file) {
  const [holder, found] = await Promise.all([
    readFile(file, 'utf8').catch(() => undefined),
    stat(file).catch(() => undefined),
  ]);
  if (holder === undefined || found === undefined) return false;
  return !isAlive(Number(holder)) || Date.now() - found.mtimeMs > silentMs;
}

/** Removes a stale lock. One process at a time looks again and removes, so that nobody removes a fresh one. */
async function clear(file) {
  const clearing = `${file}.clearing`;
  if (!(await take(clearing))) {
    // Whoever died in the few milliseconds of clearing would stop everybody for good.
    const found = await stat(clearing).catch(() => undefined);
    if (found !== undefined && Date.now() - found.mtimeMs > heartbeatMs) await rm(clearing, { force: true });
    await sleep(50);
    return;
  }
  try {
    if (await isStale(file)) await rm(file, { force: true });
  } finally {
    await rm(clearing, { force: true });
  }
}

function isAlive(pid) {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}
