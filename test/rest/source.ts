import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { cacheFolder, installOnce } from '../support/setup/cache.mjs';
import { tools } from '../support/setup/parts.mjs';

const execute = promisify(execFile);

/** A checkout of MLflow, and a Python that has what it needs: it is the checkout's own code that runs. */
export interface MlflowSource {
  readonly folder: string;
  readonly version: string;
  readonly python: string;
}

/** No package of a registry has the tests. */
export const howToGetSource =
  "MLflow's tests are in no package. Name a checkout of its source: npm run rest-tests -- --source DIR\n" +
  'One is made by: git clone --depth 1 --branch v3.17.2 https://github.com/mlflow/mlflow DIR';

export async function mlflowSource(folder: string): Promise<MlflowSource> {
  const text = await readFile(join(folder, 'mlflow', 'version.py'), 'utf8').catch(() => '');
  const version = /^VERSION = "([^"]+)"/m.exec(text)?.[1];
  if (version === undefined || !existsSync(join(folder, 'tests', 'tracking'))) {
    throw new Error(`There is no source of MLflow with its tests in ${folder}.\n${howToGetSource}`);
  }
  return { folder, version, python: await installRequirements(version) };
}

/** What the released MLflow of that minor version needs, and its tests. */
async function installRequirements(version: string): Promise<string> {
  const [major = '', minor = ''] = version.split('.');
  const name = `rest-tests-${major}.${minor}`;
  const python = join(cacheFolder(), name, 'bin', 'python');
  await installOnce(
    name,
    async (folder: string) => {
      // The checkout may have settings of its own for uv.
      const uv = async (...args: readonly string[]): Promise<unknown> =>
        execute(tools.program('uv', 'uv'), ['--no-config', ...args], { cwd: folder });
      await uv('venv', '--clear', '--python', '3.11', folder);
      const ofTests = ['pytest', 'pytest-asyncio', 'boto3', 'moto', 'opentelemetry-exporter-otlp-proto-http'];
      const ofMlflow = [`mlflow[auth]==${major}.${minor}.*`, 'SQLAlchemy<2.1'];
      await uv('pip', 'install', '--python', python, ...ofMlflow, ...ofTests);
    },
    () => existsSync(python),
  );
  return python;
}
