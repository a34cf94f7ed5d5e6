import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { labels, statusText } from '../../src/vscode/labels.ts';
import { keptInMemoryNotice } from '../../src/vscode/status/kept-in-memory-notice.ts';
import { runFolder } from '../support/servers/run-folder.ts';
import { checkout } from '../support/setup/parts.mjs';
import { until } from '../support/until.ts';
import { logOf } from './log-lines.ts';
import { connectHome, storedHome } from './play.ts';
import type { Home } from './play.ts';
import { startJob } from './program.ts';
import { stolen } from './scene.ts';
import { setStage } from './stage.ts';
import type { Stage } from './stage.ts';

/** For a command that has to end within a second, and a moment for a busy machine. */
const aSecondMs = 1500;

describe('What fails beneath a window that is in use', function () {
  this.timeout(2 * 60_000);
  let folder: string;
  let stage: Stage;
  let home: Home;

  before(async () => {
    folder = await runFolder('trouble');
    stage = await setStage(folder);
    await stage.trustEverything();
    home = await connectHome(stage, join(folder, 'project'), storedHome(stage));
  });

  after(async () => stage.stop());

  const status = async (name: Parameters<typeof statusText>[0]): Promise<void> =>
    stage.workbench.statusBarItem(statusText(name)).waitFor();
  const run = async (name: string): Promise<void> => home.window.run(`mlflowSecretsAuth.${name}`);
  const toasts = async (): Promise<readonly string[]> =>
    stage.workbench.page.locator('.notification-toast').allInnerTexts();

  async function shot(name: string): Promise<void> {
    await mkdir(join(checkout, 'out', 'hostile'), { recursive: true });
    await stage.workbench.screenshot(join(checkout, 'out', 'hostile', `${name}.png`));
  }

  describe('the local proxy', () => {
    it('comes back at its address by itself, and neither the user nor a job notices', async () => {
      const before = await home.window.connected();
      const job = startJob(await home.window.environment());
      try {
        await job.says(/^sent/);
        await home.window.run('notifications.clearAll');
        const place = await home.window.loseProxy(before);
        console.info(`      (it was a ${place})`);
        // MLflow's client waits for it.
        assert.equal(await job.says(/^(?:sent|error)/), 'sent');
        assert.equal(await job.says(/^(?:sent|error)/), 'sent');
      } finally {
        await job.stop();
      }
      const now = await home.window.connected();
      assert.deepEqual([now.uri, now.token], [before.uri, before.token]);
      await status('connected');
      await shot('proxy-lost');
      assert.deepEqual(await toasts(), []);
      const log = await logOf(stage.logFolder);
      // Whoever looks for the reason finds it.
      assert.match(log, /The local proxy stopped \(.+\) and is started again\./);
      assert.deepEqual(stolen(Buffer.from(log), [...stage.tokens]), []);
    });
  });

  describe('a keychain that does not answer', () => {
    before(async () => {
      const forgetting = run('forgetCredential');
      await stage.workbench.answerDialog(stage.addresses.friend, labels.forget());
      await forgetting;
      await home.window.lockKeychain(true);
    });
    after(async () => home.window.lockKeychain(false));

    it('has the user asked again, connects from memory, and says so', async () => {
      const connecting = run('connect');
      // What was approved is forgotten with it.
      await stage.workbench.answerDialog(labels.approvalTitle(stage.addresses.friend), labels.approve());
      await stage.workbench.answerSecretly(
        labels.storedTokenPrompt(stage.addresses.friend),
        'canary-hostile-memory',
      );
      await connecting;
      await status('connected');
      await stage.workbench.notification(keptInMemoryNotice()[0]).waitFor();
      await shot('keychain');
      stage.friend.take();
      await home.window.call(await home.window.connected());
      await until(
        () => stage.friend.peek().includes('canary-hostile-memory'),
        () => 'the tracking server got no credential',
      );
    });

    it('is not waited for by Disconnect', async () => {
      const startedAt = performance.now();
      await run('disconnect');
      const took = performance.now() - startedAt;
      console.info(`      (${Math.round(took)} ms)`);
      assert.ok(took < aSecondMs, `${took} ms`);
      assert.equal((await home.window.look()).uri, '');
      await status('disconnected');
    });

    it('is used again once it answers', async () => {
      await home.window.lockKeychain(false);
      await run('connect');
      await status('connected');
      stage.friend.take();
      await home.window.call(await home.window.connected());
      await until(
        () => stage.friend.peek().includes('canary-hostile-memory'),
        () => 'the tracking server got no credential',
      );
    });
  });
});
