import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
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

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'package-folder-'));
    [shipped, lasting] = [join(root, 'extension-1.0.0'), join(root, 'storage', 'python')];
    cpSync(source, shipped, { recursive: true });
  });

  afterEach(() => {
    rmSync(root, { recursive: true });
  });

  it('has the package after the folder of the extension is gone', () => {
    assert.equal(lastingPackageFolder(shipped, lasting, fail), lasting);
    rmSync(shipped, { recursive: true });
    const code =
      'import importlib.metadata as m; print([e.name for d in m.distributions(path=__import__("sys").path[1:2]) for e in d.entry_points])';
    const env = { PATH: process.env['PATH'], PYTHONPATH: lasting, PYTHONDONTWRITEBYTECODE: '1' };
    const found = execFileSync('python3', ['-c', code], { env, encoding: 'utf8' });
    assert.equal(found.trim(), "['mlflow-secrets-auth-vscode']");
  });

  it('is written again only where a file has changed', () => {
    const file = join('mlflow_secrets_auth_vscode', 'variables.py');
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
      mkdirSync(lasting, { recursive: true, mode: 0o777 });
      lastingPackageFolder(shipped, lasting, fail);
      chmodSync(join(lasting, 'mlflow_secrets_auth_vscode', 'proof.py'), 0o666);
      lastingPackageFolder(shipped, lasting, fail);
    } finally {
      process.umask(umask);
    }
    const all = readdirSync(lasting, { recursive: true, encoding: 'utf8' }).map((name) =>
      join(lasting, name),
    );
    for (const one of [lasting, ...all]) assert.equal(statSync(one).mode & 0o022, 0, one);
  });

  it('is the one of the extension where nothing can be written', () => {
    writeFileSync(join(root, 'storage'), 'no folder');
    const errors: string[] = [];
    assert.equal(
      lastingPackageFolder(shipped, lasting, (code) => errors.push(code)),
      shipped,
    );
    assert.deepEqual(errors, ['ENOTDIR']);
  });
});
