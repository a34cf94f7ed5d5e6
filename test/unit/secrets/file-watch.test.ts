import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FileWatch } from '../../../src/secrets/file-watch.ts';
import { ManualClock } from '../../support/manual-clock.ts';

describe('A watch on files', () => {
  const clock = new ManualClock();
  let folder: string;
  let watch: FileWatch | undefined;
  let changes: number;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'watched-'));
    changes = 0;
  });

  afterEach(async () => {
    watch?.close();
    await rm(folder, { recursive: true });
  });

  const turn = async (ms = 500): Promise<void> => {
    await new Promise((resolve) => setTimeout(resolve, 1));
    await clock.advance(ms);
  };

  function start(...names: readonly string[]): void {
    const changed = async (): Promise<void> => {
      changes += 1;
      return Promise.resolve();
    };
    watch = new FileWatch(
      names.map((name) => join(folder, name)),
      changed,
      clock,
    );
  }

  /** Writes until it is noticed: the watch may not have begun. */
  async function notices(write: (text: string) => Promise<unknown>): Promise<void> {
    const before = changes;
    for (let text = 'x'; changes === before; text += 'x') {
      await write(text);
      await turn();
    }
  }

  it('notices a file that is written, made or replaced, and no other', async () => {
    start('token.json', '*.pem');
    await notices(async (text) => writeFile(join(folder, 'token.json'), text));
    await notices(async (text) => writeFile(join(folder, 'company.pem'), text));
    while (changes > 0) {
      changes = 0;
      for (let turns = 0; turns < 200; turns += 1) await turn();
    }
    for (let turns = 0; turns < 200; turns += 1) {
      await writeFile(join(folder, 'tokenXjson'), `${turns}`);
      await turn();
    }
    assert.equal(changes, 0);
  });

  it('notices a file in a folder that is made later', async () => {
    start('sso/cache/*.json');
    for (let turns = 0; turns < 20; turns += 1) await turn();
    await mkdir(join(folder, 'sso', 'cache'), { recursive: true });
    await notices(async (text) => writeFile(join(folder, 'sso', 'cache', 'a.json'), text));
  });

  it('notices a link that leads to another file, as a mounted secret does', async () => {
    start('token');
    let version = 0;
    await notices(async () => {
      version += 1;
      await writeFile(join(folder, `v${version}`), `canary-${version}`);
      await rm(join(folder, 'token'), { force: true });
      await symlink(join(folder, `v${version}`), join(folder, 'token'));
    });
  });

  it('calls less and less often where each call changes a file', async () => {
    const file = join(folder, 'token.json');
    watch = new FileWatch(
      [file],
      async () => {
        changes += 1;
        await writeFile(file, 'x'.repeat(changes));
      },
      clock,
    );
    await notices(async (text) => writeFile(file, text));
    const from = clock.now();
    while (clock.now() - from < 3_600_000) await turn(5000);
    assert.ok(changes < 90, String(changes));
  });

  it('looks less often after a while where the system tells it nothing', async () => {
    let looks = 0;
    const counting = {
      now: () => clock.now(),
      sleep: async (ms: number, signal: AbortSignal) => {
        looks += 1;
        await clock.sleep(ms, signal);
      },
    };
    watch = new FileWatch([join(folder, 'gone', 'token')], async () => Promise.resolve(), counting);
    const from = clock.now();
    while (clock.now() - from < 3_600_000) await turn(3000);
    assert.ok(looks > 100 && looks < 320, String(looks));
  });

  it('is over when it is closed', async () => {
    start('token.json');
    watch?.close();
    for (let turns = 0; turns < 50; turns += 1) {
      await writeFile(join(folder, 'token.json'), `${turns}`);
      await turn();
    }
    assert.equal(changes, 0);
  });
});
