import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { labels } from '../../src/vscode/labels.ts';
import { section } from '../../src/settings/manifest.ts';
import { runFolder } from '../support/servers/run-folder.ts';
import { logOf } from './log-lines.ts';
import { connectHome } from './play.ts';
import type { Home } from './play.ts';
import { startJob } from './program.ts';
import type { Settings } from './rows.ts';
import { stolen, writeSettingsFile } from './scene.ts';
import { setStage } from './stage.ts';
import type { Stage } from './stage.ts';

const ours = (values: Settings): Settings =>
  Object.fromEntries(Object.entries(values).map(([key, value]) => [`${section}.${key}`, value]));

/** What a credential, a token or a policy is for is where it stays, whatever a folder or its programs say. */
describe('A hurried user and the programs of a folder', function () {
  this.timeout(2 * 60_000);
  let folder: string;
  let stage: Stage;

  before(async () => {
    folder = await runFolder('places');
    stage = await setStage(folder);
    await stage.trustEverything();
  });

  after(async () => stage.stop());

  const ofVault = (address: string): Settings =>
    ours({
      trackingUri: stage.addresses.friend,
      provider: 'vault',
      'vault.address': address,
      'vault.path': 'secret/mlflow',
      'cache.keep': 'secretStorage',
    });

  /** Opens a folder with these settings and connects up to the approval; resolves to its text, after declining. */
  async function approvalIn(name: string, settings: Settings): Promise<string> {
    const project = join(folder, name);
    await mkdir(project, { recursive: true });
    await writeSettingsFile(project, settings);
    const window = await stage.open(project);
    const connecting = window.run(`${section}.connect`);
    const text = await stage.workbench.answerDialog(labels.approvalTitle(stage.addresses.friend), 'Cancel');
    await connecting;
    return text;
  }

  it('are told that a token will be asked for where only the folder names the Vault, and are not asked before', async () => {
    const settings = ofVault(stage.addresses.attacker);
    const text = await approvalIn('stranger', settings);
    assert.match(text, /: a Vault token that you enter for this address$/m);
    assert.doesNotMatch(text, /VAULT_TOKEN/);
    assert.deepEqual(stage.harm(), []);
  });

  it('are told that VAULT_TOKEN leaves for the Vault of the user’s own settings, and keep to the stricter policy', async () => {
    const own = { 'vault.address': stage.addresses.friend, 'cache.keep': 'memory' };
    await stage.trustEverything(ours(own));
    const text = await approvalIn('own', ofVault(stage.addresses.friend));
    assert.match(text, /: your Vault token \(.*VAULT_TOKEN, ~\/\.vault-token\)$/m);
    const window = await stage.open(join(folder, 'own'));
    await window.run(`${section}.diagnose`);
    const row = await stage.workbench.inPreview(async (preview) => {
      await preview.getByText(`${section}.cache.keep`, { exact: true }).first().waitFor();
      return preview
        .locator('tr')
        .filter({ hasText: `${section}.cache.keep` })
        .last()
        .innerText();
    });
    assert.match(row, /memory\s+user settings/);
    await stage.trustEverything();
  });

  describe('in a connected window', () => {
    let home: Home;
    let environment: NodeJS.ProcessEnv;

    before(async () => {
      home = await connectHome(stage, join(folder, 'home'), {
        name: 'home',
        settings: ours({
          trackingUri: `${stage.addresses.friend}/mlflow`,
          provider: 'stored',
          'auth.mode': 'bearer',
        }),
        prompt: labels.storedTokenPrompt(`${stage.addresses.friend}/mlflow`),
        secret: 'canary-hostile-stored',
      });
      environment = await home.window.environment();
      stage.friend.take();
    });

    /** What the job says first. */
    async function firstWordOf(changes: NodeJS.ProcessEnv): Promise<string> {
      const job = startJob({ ...environment, ...changes });
      try {
        return await job.says(/^(?:sent|error)/);
      } finally {
        await job.stop();
      }
    }

    it('show the session token to no other server that an .env file or a launch configuration names', async () => {
      assert.equal(await firstWordOf({ MLFLOW_TRACKING_URI: stage.addresses.attacker }), 'sent');
      const bytes = stage.attacker.take();
      assert.match(bytes.toString('latin1'), /log-metric/);
      assert.doesNotMatch(bytes.toString('latin1'), /authorization/i);
      assert.deepEqual(
        stolen(Buffer.from(bytes.toString().replaceAll('canary-hostile-data', '')), [...stage.tokens]),
        [],
      );
    });

    it('reach no other application of the tracking server’s host by a path that the code names', async () => {
      assert.equal(await firstWordOf({}), 'sent');
      assert.match(stage.friend.take().toString('latin1'), /^POST \/mlflow\/api\/.*canary-hostile-stored/s);
      const { friend } = stage.addresses;
      for (const uri of [`${friend}/other`, friend, `${friend}/mlflow-admin`, `${friend}/mlflow/../other`]) {
        await firstWordOf({ MLFLOW_TRACKING_URI: uri });
        // As without the extension, if at all: nobody is signed in there.
        assert.doesNotMatch(
          stage.friend.take().toString('latin1'),
          /authorization|canary-hostile-stored/i,
          uri,
        );
      }
    });

    it('have left a log without a secret', async () => {
      assert.deepEqual(stolen(Buffer.from(await logOf(stage.logFolder)), [...stage.tokens]), []);
    });
  });
});
