import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ensure, tools } from '../../support/setup/parts.mjs';
import { pythons } from './fixture.ts';
import { packageFolder } from './run-client.ts';

/** The package's own tests are Python's; they need requests, which comes with MLflow. */
for (const [version, python] of Object.entries(pythons)) {
  describe(`the interception package beside MLflow ${version}`, function () {
    this.timeout(60_000);

    before(async function () {
      this.timeout(300_000);
      await ensure(['mlflow', 'mlflow-old']);
    });

    async function run(...parameters: readonly string[]): Promise<string> {
      const env = { PATH: process.env['PATH'], PYTHONPATH: packageFolder, PYTHONDONTWRITEBYTECODE: '1' };
      const { stdout, stderr } = await promisify(execFile)(python, parameters, { env, timeout: 60_000 });
      return stdout + stderr;
    }

    it('passes its own tests', async () => {
      const output = await run(join(import.meta.dirname, 'interception_test.py'));
      assert.match(output, /\nOK\n$/);
    });

    it('is not among the requirements that MLflow writes for a model, and cannot be mistaken for a package of a registry', async () => {
      const code = `import importlib.metadata as m; print(m.packages_distributions().get('mlflow_secrets_auth_vscode'))`;
      assert.match(await run('-c', code), /^None/);
      const frozen = await run('-m', 'pip', 'freeze', '--disable-pip-version-check');
      assert.match(frozen, /^mlflow-secrets-auth-vscode @ file:/m);
    });
  });
}

describe('the interception package, for tools that tell the code of the user from that of others,', function () {
  this.timeout(60_000);
  const env = { PATH: process.env['PATH'], PYTHONPATH: packageFolder, PYTHONDONTWRITEBYTECODE: '1' };

  before(async function () {
    this.timeout(300_000);
    await ensure(['mlflow', 'coverage']);
  });

  it('is in no report of coverage', async () => {
    const code = `
import coverage
measured = coverage.Coverage(data_file=None)
with measured.collect():
    import mlflow_secrets_auth_vscode
print(mlflow_secrets_auth_vscode.__file__, measured.get_data().measured_files())`;
    const { stdout } = await promisify(execFile)(tools.python('coverage'), ['-c', code], { env });
    assert.match(stdout, /__init__\.py set\(\)\n$/);
  });

  it('is stepped over by the debugger', async () => {
    const code = `
import debugpy, os, sys
sys.path.append(os.path.join(os.path.dirname(debugpy.__file__), '_vendored', 'pydevd'))
from _pydevd_bundle.pydevd_filtering import FilesFiltering
import mlflow_secrets_auth_vscode
filtering = FilesFiltering()
print([filtering.in_project_roots(file) for file in (mlflow_secrets_auth_vscode.__file__, '/home/ada/train.py')])`;
    const { stdout } = await promisify(execFile)(tools.python('mlflow'), ['-c', code], { env });
    assert.equal(stdout.trim(), '[False, True]');
  });
});
