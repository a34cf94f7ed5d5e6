import { execFile } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { cacheFolder, installOnce } from '../support/setup/cache.mjs';
import { tools } from '../support/setup/parts.mjs';

const execute = promisify(execFile);

/** The oldest, what changed much, and the one that the servers of the tests have. */
export const mlflows = ['2.9.2', '2.22.*', '3.0.*', '3.5.*', '3.10.*', '3.13.*', '3.17.2'];

/** Of the newest, the machine may have none. */
export const pythonVersions = ['3.8', '3.9', '3.10', '3.11', '3.12', '3.13', '3.14'];

/** What `clients.test.ts` is given. */
export interface Client {
  readonly title: string;
  readonly version: string;
  readonly python: string;
}

/** The interpreters of this machine, by version: on the PATH, and of pyenv. */
export async function findPythons(): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  const root = join(process.env['PYENV_ROOT'] ?? join(homedir(), '.pyenv'), 'versions');
  const ofPyenv = existsSync(root) ? readdirSync(root) : [];
  for (const version of pythonVersions) {
    const candidates = [
      `python${version}`,
      ...ofPyenv
        .filter((name) => name.startsWith(`${version}.`))
        .map((name) => join(root, name, 'bin', 'python')),
    ];
    for (const candidate of candidates) {
      const executable = await execute(candidate, ['-c', 'import sys; print(sys.executable)']).catch(
        () => undefined,
      );
      if (executable === undefined) continue;
      found.set(version, executable.stdout.trim());
      break;
    }
  }
  return found;
}

/** `undefined`: that MLflow does not exist for that Python. */
export async function install(
  mlflow: string,
  [version, python]: readonly [string, string],
): Promise<Client | undefined> {
  const name = `matrix-${mlflow.replace('.*', '')}-py${version}`;
  const own = join(cacheFolder(), name, 'bin', 'python');
  try {
    await installOnce(
      name,
      async (folder: string) => {
        const uv = tools.program('uv', 'uv');
        await execute(uv, ['venv', '--clear', '--python', python, folder]);
        const packages = [`mlflow-skinny==${mlflow}`, 'pandas', 'setuptools<81'];
        await execute(uv, ['pip', 'install', '--python', own, ...packages]);
      },
      () => existsSync(own),
    );
  } catch (error) {
    if (error instanceof Error && error.message.includes('No solution found')) return undefined;
    throw error;
  }
  const code = 'import importlib.metadata as m; print(m.version("mlflow-skinny"))';
  const { stdout } = await execute(own, ['-c', code]);
  return { title: `${stdout.trim()} with Python ${version}`, version: stdout.trim(), python: own };
}
