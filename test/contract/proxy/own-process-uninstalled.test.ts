import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { copyFile, link } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { firstLine } from '../../support/first-line.ts';
import {
  AttachedWindow,
  isRunning,
  newPlace,
  untilGone,
} from '../../support/proxy-process/attached-window.ts';
import { runFolder } from '../../support/servers/run-folder.ts';

const script = fileURLToPath(new URL('../../../src/uninstall.ts', import.meta.url));

describe('Processes of the proxy, when the extension is uninstalled,', () => {
  const usual = process.execPath;
  /** The program of an editor of its own, so that no process of other tests is found. */
  let program: string;
  const windows: AttachedWindow[] = [];
  const others: ChildProcess[] = [];

  before(async function () {
    if (process.platform !== 'linux') this.skip();
    program = join(await runFolder('uninstalled'), 'node');
    await link(usual, program).catch(async () => copyFile(usual, program));
  });

  afterEach(async () => {
    for (const other of others.splice(0)) other.kill('SIGKILL');
    for (const window of windows.splice(0)) await window.end();
  });

  async function open(executable: string): Promise<AttachedWindow> {
    process.execPath = executable;
    try {
      const window = await AttachedWindow.open(await newPlace(), { aloneMs: 60_000 });
      windows.push(window);
      return window;
    } finally {
      process.execPath = usual;
    }
  }

  /** Another program that has a title. */
  async function impostor(title: string): Promise<ChildProcess> {
    const code = `process.title = '${title}'; console.log('in'); setInterval(() => {}, 1000)`;
    const other = spawn(program, ['-e', code], { stdio: ['ignore', 'pipe', 'ignore'] });
    others.push(other);
    await firstLine(other.stdout);
    return other;
  }

  const uninstall = async (): Promise<unknown> => promisify(execFile)(program, [script]);

  it('are ended, with a window and without', async () => {
    const [attended, left] = [await open(program), await open(program)];
    await left.proxy.leave();
    await uninstall();
    await untilGone(attended.pid);
    await untilGone(left.pid);
  });

  it('are ended where they listen at another port by then than at first', async () => {
    const window = await open(program);
    const { port } = window;
    await window.listen(0, 'canary-other-token');
    assert.notEqual(window.port, port);
    await uninstall();
    await untilGone(window.pid);
  });

  it('are no processes of other editors, and none that have the title alone', async () => {
    const other = await open(usual);
    const impostors = [
      await impostor('mlflow-secrets-auth proxy'),
      await impostor(`mlflow-secrets-auth proxy ${other.port}`),
      await impostor('mlflow-secrets-auth proxy 1'),
    ];
    await uninstall();
    for (const { pid } of [other, ...impostors]) assert.ok(isRunning(pid ?? 0));
  });
});
