import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { run } from './run.mjs';
import { withLock, cacheFolder } from './cache.mjs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';

const execute = promisify(execFile);

/** Installs the Debian packages that are missing. Does nothing on other systems. */
export async function ensureApt(packages) {
  if (process.platform !== 'linux') return;
  await mkdir(cacheFolder(), { recursive: true });
  await withLock(join(cacheFolder(), 'apt.lock'), async () => {
    const missing = [];
    for (const name of packages) if (!(await isThere(name))) missing.push(name);
    if (missing.length > 0) await install(missing);
  });
}

async function isThere(name) {
  try {
    const { stdout } = await execute('dpkg-query', ['-W', '-f', '${Status}', name]);
    return stdout.includes('install ok installed');
  } catch {
    // An unknown package, or a system without dpkg: the installation tells more.
    return false;
  }
}

async function install(packages) {
  const asRoot = process.getuid() === 0 ? [] : ['sudo', '-n'];
  const call = (name, args) => {
    const [command, ...rest] = [...asRoot, 'apt-get', ...args];
    return run(name, command, rest, { env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } });
  };
  try {
    await call('apt-update', ['update']);
    await call('apt-install', ['install', '-y', '--no-install-recommends', ...packages]);
  } catch (error) {
    const command = `sudo apt-get install ${packages.join(' ')}`;
    throw new Error(`Debian packages are missing. Type this, then start again:\n  ${command}`, {
      cause: error,
    });
  }
}
