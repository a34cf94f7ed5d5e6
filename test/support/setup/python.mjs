import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { installDebianPackages } from './apt.mjs';
import { run } from './run.mjs';

const execute = promisify(execFile);

/** Makes a virtual environment with exactly these packages. */
export async function makeVenv(name, folder, packages) {
  const python = await findPython();
  try {
    await run(`${name}-venv`, python, ['-m', 'venv', folder]);
  } catch (error) {
    // Debian's own Python comes without this module's parts; another one has no such package.
    if (process.platform !== 'linux') throw error;
    await installDebianPackages(['python3-venv']);
    await run(`${name}-venv`, python, ['-m', 'venv', '--clear', folder]);
  }
  const pip = ['-m', 'pip', 'install', '--disable-pip-version-check', '--no-input', ...packages];
  await run(`${name}-pip`, venvPython(folder), pip);
}

export function venvPython(folder) {
  return process.platform === 'win32' ? join(folder, 'Scripts', 'python.exe') : join(folder, 'bin', 'python');
}

async function findPython() {
  const names = ['python3', 'python3.14', 'python3.13', 'python3.12', 'python3.11', 'python3.10', 'python'];
  for (const name of names) {
    try {
      const check = 'import sys; print(sys.version_info >= (3, 10))';
      const { stdout } = await execute(name, ['-c', check]);
      if (stdout.trim() === 'True') return name;
    } catch (error) {
      // Not there, or a launcher of a version that is not.
      if (error.code !== 'ENOENT' && typeof error.code !== 'number') throw error;
    }
  }
  throw new Error('Python 3.10 or later was not found. Install it and put it on the PATH.');
}
