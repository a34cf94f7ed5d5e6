import { execFile } from 'node:child_process';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { locked } from './cache.mjs';
import { run } from './run.mjs';

const execute = promisify(execFile);

/** Which of these Debian packages are not installed. None on a system without Debian's package manager. */
export async function missingPackages(packages) {
  const missing = [];
  for (const name of packages) {
    try {
      const { stdout } = await execute('dpkg-query', ['-W', '-f', '${Status}', name]);
      if (!stdout.includes('install ok installed')) missing.push(name);
    } catch (error) {
      if (error.code === 'ENOENT') return [];
      // It ends with 1 for a package that it does not know.
      missing.push(name);
    }
  }
  return missing;
}

/** Installs Debian packages as root, or by sudo where that asks for no password. */
export async function installDebianPackages(packages) {
  await locked('apt', async () => {
    const missing = await missingPackages(packages);
    if (missing.length > 0) await install(missing);
  });
}

/** Whether this system has Debian's package manager. */
export async function hasApt() {
  return execute('apt-get', ['--version']).then(
    () => true,
    () => false,
  );
}

/** Unpacks a package into the folder, with what it needs that is not installed; needs no rights and installs nothing. */
export async function unpackDebianPackage(name, folder) {
  const files = async () => {
    const { stdout } = await execute('apt-get', ['install', '-s', '--no-install-recommends', name]);
    const needed = [...stdout.matchAll(/^Inst (\S+)/gm)].map(([, one]) => one);
    await run(`${name}-download`, 'apt-get', ['download', ...new Set([name, ...needed])], { cwd: folder });
  };
  await locked('apt', async () => {
    try {
      await files();
    } catch {
      // The lists of packages may be missing or old.
      await rootCall('apt-update', ['update']);
      await files();
    }
  });
  for (const file of (await readdir(folder)).filter((one) => one.endsWith('.deb'))) {
    await run(`${name}-unpack`, 'dpkg', ['-x', join(folder, file), folder]);
    await rm(join(folder, file));
  }
}

async function install(packages) {
  const isRoot = process.getuid?.() === 0;
  const what = ['install', '-y', '--no-install-recommends', ...packages];
  const typed = `sudo apt-get update && sudo apt-get ${what.join(' ')}`;
  if (!isRoot && !(await maySudo())) {
    throw new Error(`Debian packages are missing. Type this, then start again:\n  ${typed}`);
  }
  // One list of many that cannot be had does not keep the others from serving.
  const update = await rootCall('apt-update', ['update']).catch((error) => error);
  try {
    await rootCall('apt-install', what);
  } catch (error) {
    const because = [error, update].flatMap((failure) => failure?.message ?? []).join('\n');
    const advice = `Debian packages could not be installed. Once this works, start again:\n  ${typed}`;
    throw new Error(`${advice}\n${because}`, { cause: error });
  }
}

function rootCall(name, args) {
  const isRoot = process.getuid?.() === 0;
  const [command, ...rest] = [...(isRoot ? [] : ['sudo', '-n']), 'env', 'DEBIAN_FRONTEND=noninteractive'];
  // Another apt-get may be at work, as on a machine that has just started.
  return run(name, command, [...rest, 'apt-get', '-o', 'DPkg::Lock::Timeout=300', ...args]);
}

async function maySudo() {
  return execute('sudo', ['-n', 'true']).then(
    () => true,
    () => false,
  );
}
