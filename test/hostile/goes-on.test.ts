import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { statusText } from '../../src/vscode/labels.ts';
import { isRunning, processAt, untilGone } from '../support/proxy-process/attached-window.ts';
import { runFolder } from '../support/servers/run-folder.ts';
import { commandTitle } from '../support/workbench/command-title.ts';
import { connectHome, storedHome } from './play.ts';
import type { Home } from './play.ts';
import { startJob } from './program.ts';
import type { Program } from './program.ts';
import { setStage } from './stage.ts';
import type { Stage } from './stage.ts';
import type { Look } from './window.ts';

const portOf = ({ uri }: Look): number => Number(new URL(uri).port);

/** Connects again and again, as clients do. */
class Knocker {
  refused = 0;
  accepted = 0;
  readonly #over = new AbortController();
  readonly #ended: Promise<void>;

  constructor(port: number) {
    this.#ended = this.#knock(port);
  }

  async stop(): Promise<void> {
    this.#over.abort();
    await this.#ended;
  }

  async #knock(port: number): Promise<void> {
    while (!this.#over.signal.aborted) {
      const isIn = await new Promise<boolean>((resolve) => {
        const socket = connect(port, '127.0.0.1', () => {
          socket.destroy();
          resolve(true);
        }).on('error', () => resolve(false));
      });
      if (isIn) this.accepted += 1;
      else this.refused += 1;
      await sleep(10);
    }
  }
}

describe('The local proxy of a window in VS Code', function () {
  // A window takes half a minute to be loaded again on a machine that is busy.
  this.timeout(5 * 60_000);
  let stage: Stage;
  let home: Home;
  let pid: number;
  let job: Program;
  let knocker: Knocker;

  before(async () => {
    const folder = await runFolder('goes-on');
    stage = await setStage(folder, { MLFLOW_SECRETS_AUTH_PROXY_LINGER_SECONDS: '90' });
    await stage.trustEverything();
    home = await connectHome(stage, join(folder, 'project'), storedHome(stage));
    pid = (await processAt(portOf(home.look))) ?? 0;
    job = startJob(await home.window.environment());
    await job.says(/^sent/);
    knocker = new Knocker(portOf(home.look));
  });

  after(async () => {
    await knocker.stop();
    await job.stop();
    await stage.stop();
    if (isRunning(pid)) process.kill(pid, 'SIGKILL');
  });

  /** The run of before goes on, with the same process, and nothing was refused meanwhile. */
  async function isTheSame(look: Look): Promise<void> {
    assert.deepEqual([look.uri, look.token], [home.look.uri, home.look.token]);
    assert.equal(await processAt(portOf(look)), pid);
    await job.says(/^sent/);
    assert.equal(knocker.refused, 0);
    // Python has its address before the window has read its storage, and the editor leaves behind what is closed by then.
    await stage.workbench.statusBarItem(statusText('connected')).waitFor();
  }

  it('is a process of its own, which is not the extension host’s', () => {
    assert.ok(isRunning(pid) && pid !== process.pid);
  });

  it('goes on while the window is loaded again', async () => {
    const again = stage.expect(home.folder);
    await stage.workbench.page.reload();
    await isTheSame(await (await again).connected());
  });

  it('goes on while the extension host is killed', async () => {
    const window = await stage.open(home.folder);
    await window.connected();
    const again = stage.expect(home.folder);
    await window.die();
    await isTheSame(await (await again).connected());
  });

  it('is one for two windows of a folder, whichever is loaded again or closed', async () => {
    const window = await stage.open(home.folder);
    await window.connected();
    const opened = stage.expect(home.folder);
    const { page } = stage.workbench;
    const second = await page.context().newPage();
    await second.goto(page.url());
    await isTheSame(await (await opened).connected());
    const again = stage.expect(home.folder);
    await page.reload();
    await isTheSame(await (await again).connected());
    await page.goto('about:blank');
    await job.says(/^sent/);
    await job.says(/^sent/);
    await second.close();
    await isTheSame(await (await stage.open(home.folder)).connected());
  });

  it('goes on for a while after the window was closed, and is attached to again', async () => {
    await stage.close();
    await sleep(3000);
    await job.says(/^sent/);
    await isTheSame(await (await stage.open(home.folder)).connected());
  });

  it('is gone some time after the last window', async () => {
    await stage.close();
    // Not at once.
    await job.says(/^sent/);
    while (isRunning(pid)) await sleep(500);
  });

  it('is gone at once when the user disconnects', async () => {
    const window = await stage.open(home.folder);
    const look = await window.connected();
    // Python has its address earlier, and the editor's secret storage may take its time.
    await stage.workbench.statusBarItem(statusText('connected')).waitFor();
    const now = await processAt(portOf(look));
    assert.ok(now !== undefined && now !== pid);
    await stage.workbench.runCommand(commandTitle('disconnect'));
    await untilGone(now);
  });
});
