import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { labels } from '../../src/vscode/labels.ts';
import { hoverOver } from '../hostile/seen.ts';
import { runFolder } from '../support/servers/run-folder.ts';
import { until } from '../support/until.ts';
import { Client } from './clients.ts';
import { readBack } from './read-back.ts';
import { Scene } from './scene.ts';

const seconds = 1000;
/** Less than the window is away. */
const staysSeconds = 5;

describe('A run that goes on without a window', function () {
  this.timeout(8 * 60 * seconds);
  let scene: Scene;

  before(async () => {
    scene = await Scene.set(await runFolder('kept'), { stays: staysSeconds });
  });

  after(async () => scene.stop());

  async function isTold(client: Client): Promise<void> {
    await client.works(AbortSignal.timeout(60 * seconds));
  }

  async function startRun(): Promise<Client> {
    const shape = { pauseMs: 50, bytes: 1000, uploadsFirst: false, experiment: '0', detached: true };
    const { terminal } = await scene.clientPrograms();
    return Client.start(terminal, { ...shape, name: 'setsid' });
  }

  /** The question comes by itself, and the consent with it. */
  async function keep(): Promise<void> {
    const { workbench, servers } = scene;
    const question = workbench.notification('goes on when the window is closed');
    await question.waitFor({ timeout: 180 * seconds });
    assert.match(await question.innerText(), /python[\d.]* \(process \d+\)/);
    await question.getByRole('button', { name: 'Keep', exact: true }).click();
    const title = labels.approval('kept', servers.mlflowFront.origin);
    const text = await workbench.answerDialog(title, labels.approve());
    assert.match(text, /goes on for at most 12 h/);
  }

  it('is kept once the user has said so, gets the new secret, and is told of when the window is back', async () => {
    const run = await startRun();
    await isTold(run);
    await keep();
    // What was approved reaches the process when the settings were read again.
    await sleep(3 * seconds);
    const [before] = await scene.ownProcesses();
    assert.ok(before !== undefined);
    await scene.closeWindow();
    await sleep(2 * staysSeconds * seconds);
    await scene.servers.rotate();
    await isTold(run);
    await sleep(2 * staysSeconds * seconds);
    await isTold(run);
    await scene.openWindow();
    await scene.isConnected();
    assert.deepEqual(
      (await scene.ownProcesses()).map(({ pid }) => pid),
      [before.pid],
    );
    const { page } = scene.workbench;
    const tooltip = page.locator('.monaco-hover:visible').last();
    let shown = '';
    await until(
      async () => {
        await hoverOver(page, scene.workbench.statusBarItem('MLflow:'), tooltip);
        shown = await tooltip.innerText();
        return /kept 0 min, [\d,]+ requests, [1-9]\d* refreshes/.test(shown);
      },
      () => shown,
    );
    const log = await run.stop(60 * seconds);
    assert.deepEqual(log.failures, []);
    assert.ok(log.steps.length > 100);
    const { lost, doubled } = await readBack(scene.servers.mlflow, log);
    assert.deepEqual([lost, doubled], [0, 0]);
  });
});
