import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { withLock } from '../../../support/setup/lock.mjs';

const lockModule = new URL('../../../support/setup/lock.mjs', import.meta.url).href;
/** No process has it: above every system's limit. */
const nobody = '99999999';

describe('the lock against two installations at once', () => {
  let folder: string;
  let file: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lock-'));
    file = join(folder, 'part.lock');
  });
  afterEach(async () => rm(folder, { recursive: true }));

  it('lets one in at a time, of this process and of others', async () => {
    const counter = join(folder, 'counter');
    await writeFile(counter, '0');
    // A stale lock to begin with: they all want to take it over.
    await writeFile(file, nobody);
    const script = `
      import { readFile, writeFile } from 'node:fs/promises';
      import { withLock } from ${JSON.stringify(lockModule)};
      const add = async () => {
        const value = Number(await readFile(${JSON.stringify(counter)}, 'utf8'));
        await new Promise(setImmediate);
        await writeFile(${JSON.stringify(counter)}, String(value + 1));
      };
      await Promise.all([1, 2, 3].map(() => withLock(${JSON.stringify(file)}, add)));`;
    const started = [1, 2, 3, 4].map(async () =>
      promisify(execFile)(process.execPath, ['--input-type=module', '-e', script]),
    );
    await Promise.all(started);
    assert.equal(await readFile(counter, 'utf8'), '12');
    assert.deepEqual(await readdir(folder), ['counter']);
  });

  it('names its holder to who waits', async () => {
    const holders: string[] = [];
    const { promise: waiting, resolve: isWaiting } = Promise.withResolvers<undefined>();
    const { promise: isHeld, resolve: hold } = Promise.withResolvers<undefined>();
    const first = withLock(file, async () => {
      hold(undefined);
      return waiting;
    });
    await isHeld;
    const second = withLock(
      file,
      async () => Promise.resolve('second'),
      (holder: string) => {
        holders.push(holder);
        isWaiting(undefined);
      },
    );
    await first;
    assert.equal(await second, 'second');
    assert.deepEqual(holders, [String(process.pid)]);
  });

  it('is free again after a failure', async () => {
    await assert.rejects(
      withLock(file, async () => Promise.reject(new Error('no network'))),
      /no network/,
    );
    assert.equal(await withLock(file, async () => Promise.resolve(1)), 1);
  });

  for (const content of [nobody, '', 'not a number', '-1', '0']) {
    it(`is taken over from "${content}"`, async () => {
      await writeFile(file, content);
      assert.equal(await withLock(file, async () => Promise.resolve(1)), 1);
    });
  }

  it('is taken over when a living process of that number has not touched it for long', async () => {
    await writeFile(file, String(process.pid));
    const hourAgo = new Date(Date.now() - 3_600_000);
    await utimes(file, hourAgo, hourAgo);
    assert.equal(await withLock(file, async () => Promise.resolve(1)), 1);
  });
});
