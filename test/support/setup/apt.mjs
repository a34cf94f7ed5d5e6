import { execFile } from 'node:child_process';
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

async function install(packages) {
  const isRoot = process.getuid?.() === 0;
  const what = ['install', '-y', '--no-install-recommends', ...packages];
  const typed = `sudo apt-get update && sudo apt-get ${what.join(' ')}`;
  if (!isRoot && !(await maySudo())) {
    throw new Error(`Debian packages are missing. Type this, then start again:\n  ${typed}`);
  }
  const call = (name, args) => {
    const [command, ...rest] = [...(isRoot ? [] : ['sudo', '-n']), 'env', 'DEBIAN_FRONTEND=noninteractive'];
    // Another apt-get may be at work, as on a machine that has just started.
    return run(name, command, [...rest, 'apt-get', '-o', 'DPkg::Lock::Timeout=300', ...args]);
  };
  // One list of many that cannot be had does not keep the others from serving.
  const update = await call('apt-update', ['update']).catch((error) => error);
  try {
    await call('apt-install', what);
  } catch (error) {
    const because = [error, update].flatMap((failure) => failure?.message ?? []).join('\n');
    const advice = `Debian packages could not be installed. Once this works, start again:\n  ${typed}`;
    throw new Error(`${advice}\n${because}`, { cause: error });
  }
}

async function maySudo() {
  return execute('sudo', ['-n', 'true']).then(
    () => true,
    () => false,
  );
}
