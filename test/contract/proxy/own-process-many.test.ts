import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { AttachedWindow, newPlace } from '../../support/proxy-process/attached-window.ts';
import { buildProcess } from '../../support/proxy-process/build-worker.ts';
import { freePort } from '../../support/servers/child.ts';
import { runFolder } from '../../support/servers/run-folder.ts';
import { until } from '../../support/until.ts';
import { connectingTo, statusAt } from './attached-proxy.ts';
import { RecordingUpstream } from './recording-upstream.ts';

/** As many as a large multi-root setup is loaded again with, after an update of the editor. */
const count = 50;

describe('The process of the proxy that fifty windows start at once', () => {
  let upstream: RecordingUpstream;

  beforeEach(async () => {
    upstream = await RecordingUpstream.start();
  });

  afterEach(async () => upstream.stop());

  it('is one, serves them all, is a stranger to none, and leaves nothing behind', async function () {
    this.timeout(240_000);
    const place = await newPlace();
    const port = await freePort();
    const { file, starts } = await countingFile();
    const before = await children();
    const windows = Array.from({ length: count }, () => new AttachedWindow(place, { file }));
    try {
      await Promise.all(windows.map(async (window) => window.listen(port)));
      assert.deepEqual([...new Set(windows.map((window) => window.port))], [port]);
      for (const window of windows) window.post(...connectingTo(upstream));
      assert.equal(await statusAt({ port }), 200);
      assert.deepEqual(
        windows.flatMap(({ ends }) => ends),
        [],
      );
      assert.equal((await starts()).length, 1, 'others wait for the one that is started');
    } finally {
      await Promise.all(windows.map(async (window) => window.end()));
    }
    await until(
      async () => (await children()).every((pid) => before.includes(pid)),
      () => 'a process that came too late is there',
    );
    assert.deepEqual(await readdir(dirname(place.path)), [], 'no socket of any of them is there');
  });
});

/** What starts the process as it is shipped, and leaves a file for each start. */
async function countingFile(): Promise<{
  readonly file: string;
  readonly starts: () => Promise<readonly string[]>;
}> {
  const folder = await runFolder('many');
  const noted = join(folder, 'starts');
  await mkdir(noted, { recursive: true });
  const file = join(folder, 'counting.mjs');
  const lines = [
    `import { writeFileSync } from 'node:fs';`,
    `writeFileSync(${JSON.stringify(noted)} + '/' + process.pid, '');`,
    `await import(${JSON.stringify(pathToFileURL(await buildProcess(folder)).href)});`,
  ];
  await writeFile(file, lines.join('\n'));
  return { file, starts: async () => readdir(noted) };
}

/** Processes that this one has started, dead ones excepted. */
async function children(): Promise<readonly string[]> {
  const found: string[] = [];
  for (const pid of await readdir('/proc')) {
    if (!/^\d+$/.test(pid)) continue;
    const stat = await readFile(`/proc/${pid}/stat`, 'latin1').catch(() => '');
    const [state, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (state !== 'Z' && Number(parent) === process.pid) found.push(pid);
  }
  return found;
}
