import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { tools } from '../../support/setup/parts.mjs';
import { program, whereThereIs } from '../program.ts';
import { quoted } from '../start.ts';
import { byAddressOnly, notReached, works } from '../way.ts';
import type { Start, Way } from '../way.ts';

/** The virtual environment that Python belongs to. */
function venvOf(python: string): string {
  return dirname(dirname(python));
}

/** Lines for a shell that has such an environment, and the script with the `python` that is found there. */
function inShellWith(lines: string, script: readonly string[]): readonly string[] {
  return ['bash', '-c', `${lines} && python ${quoted(script)}`];
}

export const children: readonly Way[] = [
  program('debugger, tests, subprocess', works),
  ...['spawn', 'fork'].map((how) =>
    program(`multiprocessing, ${how}`, works, ({ python, script }) => ({
      command: [python, ...script, how],
    })),
  ),
  program('joblib', works, ({ python, script }) => ({ command: [python, ...script, 'joblib'] })),
  program('Ray, a worker on this machine', works, ({ script }) => ({
    command: [tools.python('workers'), ...script, 'ray'],
  })),
  program('Dask, a worker on this machine', works, ({ script }) => ({
    command: [tools.python('workers'), ...script, 'dask'],
  })),
  program('mlflow run', works, async ({ scene, python, script, folder }) => {
    const project = join(folder, 'project');
    await mkdir(project);
    const entry = `    command: "${quoted([python, ...script])}"`;
    await writeFile(join(project, 'MLproject'), `name: way\nentry_points:\n  main:\n${entry}\n`);
    // Without the connection it would make a data base of its own.
    return scene.isConnected
      ? { command: [join(dirname(python), 'mlflow'), 'run', project, '--env-manager', 'local'] }
      : {};
  }),
];

export const environments: readonly Way[] = [
  program('venv', works, ({ python, script }) => ({
    command: inShellWith(`. '${join(dirname(python), 'activate')}'`, script),
  })),
  program('uv run', works, ({ python, script }) => ({
    command: [
      ...[tools.program('uv', 'uv'), 'run', '--no-project', '--offline', '--python', python],
      ...script,
    ],
  })),
  program('poetry run', works, async ({ scene, python, script, folder }) => {
    await writeFile(join(folder, 'pyproject.toml'), '[tool.poetry]\npackage-mode = false\n');
    return {
      command: [tools.program('poetry', 'poetry'), 'run', 'python', ...script],
      // It takes the environment that is active.
      env: { ...scene.host, VIRTUAL_ENV: venvOf(python) },
    };
  }),
  whereThereIs(
    'pyenv',
    program('pyenv exec', works, async ({ scene, python, script, folder }) => {
      const root = join(folder, 'pyenv');
      await mkdir(join(root, 'versions'), { recursive: true });
      await symlink(venvOf(python), join(root, 'versions', 'way'));
      return {
        command: ['pyenv', 'exec', 'python', ...script],
        env: { ...scene.host, PYENV_ROOT: root, PYENV_VERSION: 'way' },
      };
    }),
  ),
  {
    ...program('conda', works),
    cannot: 'the channels that conda installs from are none of the registries that the tests install from',
  },
];

/** There, nothing listens at the port. */
const taken = {
  MLFLOW_VSCODE_HOST: 'elsewhere',
  MLFLOW_VSCODE_ADDRESS: 'http://127.0.0.1:9',
  MLFLOW_TRACKING_URI: 'http://127.0.0.1:9',
};

export const apart: readonly Way[] = [
  ...['-I', '-E'].map((option) =>
    program(`python ${option}`, byAddressOnly, ({ python, script }) => ({
      command: [python, option, ...script],
    })),
  ),
  program('env -i', notReached, ({ python, script }) => ({ command: ['env', '-i', python, ...script] })),
  program(
    'another machine',
    { ...notReached, said: /were made on elsewhere, and this is/ },
    ({ scene }: Start) => ({
      env: scene.isConnected ? { ...scene.host, ...taken } : scene.host,
    }),
  ),
];
