import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ensureApt } from './apt.mjs';
import { run } from './run.mjs';

const execute = promisify(execFile);

/** Makes a virtual environment with exactly these packages. */
export async function makeVenv(name, folder, packages) {
  const python = await findPython();
  try {
    await run(`${name}-venv`, python, ['-m', 'venv', folder]);
  } catch (error) {
    // Debian's Python comes without the module's parts.
    if (process.platform !== 'linux') throw error;
    await ensureApt(['python3-venv']);
    await run(`${name}-venv`, python, ['-m', 'venv', '--clear', folder]);
  }
  const pip = [venvPython(folder), ['-m', 'pip', 'install', '--disable-pip-version-check', ...packages]];
  await run(`${name}-pip`, ...pip);
}

export function venvPython(folder) {
  return process.platform === 'win32' ? join(folder, 'Scripts', 'python.exe') : join(folder, 'bin', 'python');
}

async function findPython() {
  for (const name of ['python3', 'python3.13', 'python3.12', 'python3.11', 'python3.10', 'python']) {
    try {
      const check = 'import sys; print(sys.version_info >= (3, 10))';
      const { stdout } = await execute(name, ['-c', check]);
      if (stdout.trim() === 'True') return name;
    } catch (error) {
      if (error.code !== 'ENOENT' && typeof error.code !== 'number') throw error;
    }
  }
  throw new Error('Python 3.10 or later was not found. Install it and put it on the PATH.');
}
