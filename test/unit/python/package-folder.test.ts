import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { lastingPackageFolder } from '../../../src/python/package-folder.ts';

const source = join(import.meta.dirname, '../../../media/python');
const fail = (code: string): never => assert.fail(code);

describe('The folder that PYTHONPATH names', () => {
  let root: string;
  let shipped: string;
  let lasting: string;
  /** What PYTHONPATH names. */
  let packages: string;

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'package-folder-'));
    [shipped, lasting] = [join(root, 'extension-1.0.0'), join(root, 'storage', 'python')];
    packages = join(lasting, 'site-packages');
    cpSync(source, shipped, { recursive: true });
  });

  afterEach(() => {
    rmSync(root, { recursive: true });
  });

  it('has the package after the folder of the extension is gone', () => {
    assert.equal(lastingPackageFolder(shipped, lasting, fail), packages);
    rmSync(shipped, { recursive: true });
    const code =
      'import importlib.metadata as m; print([e.name for d in m.distributions(path=__import__("sys").path[1:2]) for e in d.entry_points])';
    const env = { PATH: process.env['PATH'], PYTHONPATH: packages, PYTHONDONTWRITEBYTECODE: '1' };
    const found = execFileSync('python3', ['-c', code], { env, encoding: 'utf8' });
    assert.equal(found.trim(), "['mlflow-secrets-auth-vscode']");
  });

  it('is written again only where a file has changed', () => {
    const file = join('site-packages', 'mlflow_secrets_auth_vscode', 'variables.py');
    lastingPackageFolder(shipped, lasting, fail);
    const { ino } = statSync(join(lasting, file));
    lastingPackageFolder(shipped, lasting, fail);
    assert.equal(statSync(join(lasting, file)).ino, ino);
    writeFileSync(join(shipped, file), '# of the next version');
    lastingPackageFolder(shipped, lasting, fail);
    assert.equal(readFileSync(join(lasting, file), 'utf8'), '# of the next version');
  });

  it('can be written to by nobody else, whatever the umask lets others do', function () {
    if (process.platform === 'win32') this.skip();
    const umask = process.umask(0);
    try {
      mkdirSync(packages, { recursive: true, mode: 0o777 });
      lastingPackageFolder(shipped, lasting, fail);
      chmodSync(join(packages, 'mlflow_secrets_auth_vscode', 'proof.py'), 0o666);
      lastingPackageFolder(shipped, lasting, fail);
    } finally {
      process.umask(umask);
    }
    const all = readdirSync(lasting, { recursive: true, encoding: 'utf8' }).map((name) =>
      join(lasting, name),
    );
    for (const one of [lasting, ...all]) assert.equal(statSync(one).mode & 0o022, 0, one);
  });

  describe('where others could write,', function () {
    if (process.platform === 'win32') return;
    let umask: number;

    beforeEach(() => {
      umask = process.umask(0);
    });

    afterEach(() => {
      process.umask(umask);
    });

    /** What Python runs as soon as it starts, or with the first import of ours. */
    function run(): string {
      const env = { PATH: process.env['PATH'], PYTHONPATH: packages };
      const code = 'import json, mlflow_secrets_auth_vscode.variables';
      return execFileSync('python3', ['-c', code], { env, encoding: 'utf8' });
    }

    it('has nothing that they put there', () => {
      lastingPackageFolder(shipped, lasting, fail);
      for (const folder of [lasting, packages, join(packages, 'mlflow_secrets_auth_vscode')]) {
        chmodSync(folder, 0o777);
        writeFileSync(join(folder, 'json.py'), 'print("theirs")');
        writeFileSync(join(folder, 'usercustomize.py'), 'print("theirs")');
      }
      lastingPackageFolder(shipped, lasting, fail);
      assert.equal(run(), '');
      assert.ok(
        !readdirSync(lasting, { recursive: true, encoding: 'utf8' }).some((one) =>
          /theirs|json\.py|usercustomize/.test(one),
        ),
      );
    });

    it('has no link of theirs', () => {
      const theirs = join(root, 'theirs');
      cpSync(source, theirs, { recursive: true });
      mkdirSync(join(root, 'storage'));
      symlinkSync(theirs, lasting);
      lastingPackageFolder(shipped, lasting, fail);
      assert.ok(!lstatSync(lasting).isSymbolicLink());
      const file = join('site-packages', 'mlflow_secrets_auth_vscode', 'variables.py');
      rmSync(join(lasting, file));
      symlinkSync(join(theirs, file), join(lasting, file));
      lastingPackageFolder(shipped, lasting, fail);
      assert.ok(lstatSync(join(lasting, file)).isFile());
      assert.ok(lstatSync(join(theirs, file)).isFile());
    });

    it('has nothing that they compiled, also where Python keeps what it compiles', () => {
      lastingPackageFolder(shipped, lasting, fail);
      const cache = join(packages, 'mlflow_secrets_auth_vscode', '__pycache__');
      run();
      assert.equal(statSync(cache).mode & 0o022, 0);
      // As an earlier version let Python make it.
      chmodSync(cache, 0o777);
      writeFileSync(join(cache, 'theirs.pyc'), '');
      lastingPackageFolder(shipped, lasting, fail);
      assert.deepEqual(readdirSync(cache), []);
    });
  });

  it('is the one of the extension where nothing can be written', () => {
    writeFileSync(join(root, 'storage'), 'no folder');
    const errors: string[] = [];
    assert.equal(
      lastingPackageFolder(shipped, lasting, (code) => errors.push(code)),
      join(shipped, 'site-packages'),
    );
    assert.deepEqual(errors, ['ENOTDIR']);
  });
});
