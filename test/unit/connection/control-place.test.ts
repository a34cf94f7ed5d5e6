import assert from 'node:assert/strict';
import { chmod, chown, mkdir, stat, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { allControlPlaces, controlPlace } from '../../../src/connection/control-place.ts';
import { ScopedEnvironment } from '../../support/scoped-environment.ts';
import { runFolder } from '../../support/servers/run-folder.ts';

/** Where the extension's own folder cannot be used, as its path is too long for a socket. */
describe('Where windows meet the process of their proxy, by TMPDIR,', () => {
  let environment: ScopedEnvironment;
  const uid = process.geteuid?.() ?? 0;
  const name = `mlflow-secrets-auth-${uid}`;
  let root: string;

  before(function () {
    if (process.platform === 'win32') this.skip();
  });

  beforeEach(async () => {
    environment = new ScopedEnvironment(/^$/);
    root = await runFolder('t');
  });

  afterEach(() => environment.restore());

  async function folderWith(temporary: string): Promise<string | undefined> {
    environment.set({ TMPDIR: temporary });
    const folder = join(root, 'x'.repeat(100));
    const place = await controlPlace({ folder, key: 'canary-key', workspaceId: 'one' });
    return place && dirname(place.path);
  }

  it('is a folder of its own there, that nobody else can enter', async () => {
    const folder = join(root, name);
    assert.equal(await folderWith(root), folder);
    assert.equal((await stat(folder)).mode & 0o777, 0o700);
    await chmod(folder, 0o777);
    assert.equal(await folderWith(root), folder, 'which anybody could write into');
    assert.equal((await stat(folder)).mode & 0o777, 0o700);
  });

  it('is below /tmp where that is missing, too long, relative, or no folder, and nothing is made', async () => {
    const file = join(root, 'file');
    await writeFile(file, '');
    for (const temporary of [join(root, 'missing'), join(root, 'y'.repeat(90)), 'relative', file, '']) {
      assert.equal(await folderWith(temporary), join('/tmp', name), temporary);
    }
    await assert.rejects(stat(join(root, 'missing')));
    await assert.rejects(stat('relative'));
  });

  it('is below /tmp where somebody else has put a link, a file or a folder of his there', async function () {
    const others = join(root, 'others');
    await mkdir(others, { mode: 0o755 });
    await symlink(others, join(root, name));
    assert.equal(await folderWith(root), join('/tmp', name));
    assert.equal((await stat(others)).mode & 0o777, 0o755, 'what a link leads to is left alone');
    if (uid !== 0) this.skip();
    const theirs = await runFolder('t');
    await mkdir(join(theirs, name), { mode: 0o777 });
    await chown(join(theirs, name), 54_321, 54_321);
    assert.equal(await folderWith(theirs), join('/tmp', name));
  });

  it('is found there by who looks for all processes, in folders of this user only', async () => {
    environment.set({ TMPDIR: root });
    const options = { folder: join(root, 'own'), key: 'canary-key' };
    const socket = '0123456789abcdef';
    await mkdir(join(root, name), { mode: 0o700 });
    await writeFile(join(root, name, socket), '');
    const found = async (): Promise<boolean> =>
      (await allControlPlaces(options)).some(({ path }) => path === join(root, name, socket));
    assert.ok(await found());
    if (uid !== 0) return;
    await chown(join(root, name), 54_321, 54_321);
    assert.ok(!(await found()));
  });
});
