import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { section, settingKeys, settings } from '../../src/settings/manifest.ts';
import { labels, statusText } from '../../src/vscode/labels.ts';
import { runFolder } from '../support/servers/run-folder.ts';
import { hostileTexts } from './corpus.ts';
import { badLogLines } from './log-lines.ts';
import { connectHome } from './play.ts';
import { startRecordingServer } from './recording-server.ts';
import type { RecordingServer } from './recording-server.ts';
import type { Settings } from './rows.ts';
import { writeSettingsFile } from './scene.ts';
import { setStage } from './stage.ts';
import type { Stage } from './stage.ts';
import { Watcher } from './watcher.ts';
import type { HostileWindow } from './window.ts';
import {
  baseOf,
  hostileProfile,
  hostileVariables,
  ofVault,
  ssoProfile,
  textAt,
  texts,
  usableTexts,
} from './words-in-settings.ts';
import { answerShapes, sayingAnswer } from './words-in-answers.ts';
import type { Saying } from './words-in-answers.ts';

/** Each text, each setting, each variable and each place that shows words at least once; not each with each. */
describe('Words of others, by every way, in the window', function () {
  this.timeout(10 * 60_000);
  let folder: string;
  let stage: Stage;
  let answers: RecordingServer;
  let window: HostileWindow;
  let saying: Saying = { shape: 'errors', text: '' };
  let round = 0;
  let watcher: Watcher;

  before(async () => {
    folder = await runFolder('hostile-everywhere');
    answers = await startRecordingServer((line) => sayingAnswer(line, saying));
    stage = await setStage(folder, { ...hostileVariables(), AWS_ENDPOINT_URL: answers.origin });
    watcher = new Watcher(stage);
    await stage.trustEverything();
    await writeFile(join(folder, 'editor', 'home', '.aws', 'config'), ssoProfile(hostileProfile));
  });

  after(async () => {
    await answers.stop();
    await stage.stop();
  });

  afterEach(() => {
    assert.deepEqual(stage.harm(), []);
    assert.deepEqual(watcher.take(), []);
  });

  async function write(project: string, values: Settings): Promise<void> {
    round += 1;
    await writeSettingsFile(project, { ...values, 'hostile.round': round });
    await window.settled(round);
  }

  async function openProject(name: string, values: Settings): Promise<string> {
    const project = join(folder, name);
    await mkdir(project, { recursive: true });
    await writeSettingsFile(project, values);
    window = await stage.open(project);
    return project;
  }

  it('of every setting at once are no links in the diagnosis', async () => {
    const project = await openProject('all $(key) [Sign in](command:x)', {});
    for (const offset of [0, 12, 24]) {
      const entries = settingKeys.map((key, index) => [`${section}.${key}`, textAt(index + offset)[1]]);
      await write(project, Object.fromEntries(entries) as Settings);
      await watcher.seeDiagnosis(window, `from ${offset}`);
    }
  });

  it('of each setting are no links in what connecting shows', async () => {
    const project = await openProject('each', {});
    const keys = settingKeys.filter((key) => settings[key].type === 'string');
    for (const [index, key] of keys.entries()) {
      const [name, text] = usableTexts[index % usableTexts.length] ?? ['', ''];
      await write(project, { ...baseOf(key, stage.addresses.friend), [`${section}.${key}`]: text });
      await watcher.seeConnecting(window, `${key}, ${name}`);
    }
  });

  it('of the user’s own settings, such as names of files, are none either', async () => {
    for (const [key, name] of [
      ['tls.caFile', 'a link to a command'],
      ['aws.endpoint', 'HTML'],
    ] as const) {
      await stage.trustEverything({ [`${section}.${key}`]: `/${hostileTexts[name] ?? ''}` });
      await openProject('own', baseOf('aws.endpoint', stage.addresses.friend));
      await watcher.seeConnecting(window, `${key}, ${name}`);
      await watcher.seeDiagnosis(window, key);
    }
    await stage.trustEverything();
  });

  it('of a secret store are no links, whatever it answers', async () => {
    const settings = ofVault(stage.addresses.friend, answers.origin);
    const project = join(folder, 'answers');
    const options = {
      name: 'answers',
      settings,
      prompt: labels.vaultTokenPrompt(answers.origin),
      secret: 'canary-hostile-typed',
    };
    window = (await connectHome(stage, project, options)).window;
    await window.run('notifications.clearAll');
    for (const [index, [name, text]] of texts.entries()) {
      saying = { shape: answerShapes[index % answerShapes.length] ?? 'errors', text };
      await watcher.seeConnecting(window, `${saying.shape}, ${name}`);
      if (index % 5 === 0) await watcher.seeTooltip(`${saying.shape}, ${name}`);
    }
  });

  it('of a workspace are no links in a window that connects by itself', async () => {
    const values = ofVault(stage.addresses.friend, answers.origin);
    for (const name of ['a link to a command', 'HTML']) {
      await openProject('answers', { ...values, [`${section}.header.name`]: hostileTexts[name] });
      await watcher.toast().waitFor();
      await watcher.see(`alone, ${name}`, watcher.toast());
    }
  });

  it('of AWS and MLflow are no links where they are the version of a secret, or whose it is', async () => {
    const uri = answers.origin;
    await openProject('version', baseOf('aws.region', uri));
    for (const name of ['a link to a command', 'Markdown', 'an address alone', 'a formula']) {
      saying = { shape: 'version', text: hostileTexts[name] ?? '' };
      const connecting = window.run(`${section}.connect`);
      if (name === 'a link to a command') {
        await stage.workbench.answerDialog(labels.approvalTitle(uri), labels.approve());
      }
      await connecting;
      await stage.workbench.statusBarItem(statusText('connected')).waitFor();
      await watcher.seeTooltip(`version, ${name}`);
    }
    await watcher.seeDiagnosis(window, 'version');
  });

  it('are no command in a terminal', async () => {
    await openProject('profile', {
      ...baseOf('aws.region', stage.addresses.friend),
      [`${section}.aws.profile`]: hostileProfile,
    });
    const connecting = window.run(`${section}.connect`);
    await stage.workbench.answerDialog(labels.approvalTitle(stage.addresses.friend), labels.approve());
    await connecting;
    await watcher.toast().filter({ hasText: 'aws sso login' }).waitFor();
    await watcher.see('profile', watcher.toast());
    // To try again is offered, and no command line.
    const buttons = watcher.toast().locator('.notification-list-item-buttons-container .monaco-button');
    assert.deepEqual(await buttons.allInnerTexts(), ['Try Again', 'Diagnose']);
  });

  it('have begun no line of the log', async () => {
    const { bad, lines } = await badLogLines(stage.logFolder);
    assert.ok(lines > 100, `${lines} lines`);
    assert.deepEqual(bad, []);
  });
});
