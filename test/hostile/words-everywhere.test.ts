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
import { foreignMarkup, hoverOver, previewMarkup } from './seen.ts';
import { setStage } from './stage.ts';
import type { Stage } from './stage.ts';
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
  this.timeout(4 * 60_000);
  let folder: string;
  let stage: Stage;
  let answers: RecordingServer;
  let window: HostileWindow;
  let saying: Saying = { shape: 'errors', text: '' };
  let round = 0;
  const found: string[] = [];

  before(async () => {
    folder = await runFolder('hostile-everywhere');
    answers = await startRecordingServer((line) => sayingAnswer(line, saying));
    stage = await setStage(folder, { ...hostileVariables(), AWS_ENDPOINT_URL: answers.origin });
    stage.workbench.page.setDefaultTimeout(20_000);
    await stage.trustEverything();
    await writeFile(join(folder, 'editor', 'home', '.aws', 'config'), ssoProfile(hostileProfile));
  });

  after(async () => {
    await answers.stop();
    await stage.stop();
  });

  afterEach(() => {
    assert.deepEqual(stage.harm(), []);
    assert.deepEqual(found.splice(0), []);
  });

  const page = (): Stage['workbench']['page'] => stage.workbench.page;
  const toast = (): ReturnType<Stage['workbench']['notification']> =>
    page().locator('.notification-toast').last();
  const dialog = (): ReturnType<Stage['workbench']['dialog']> => page().locator('.monaco-dialog-box:visible');
  const question = (): ReturnType<Stage['workbench']['dialog']> =>
    page()
      .locator('.quick-input-widget:visible')
      .filter({ hasText: /\(\d+\/\d+\)/ });

  async function see(
    what: string,
    place: ReturnType<Stage['workbench']['dialog']>,
    options?: { readonly isTooltip: boolean },
  ): Promise<void> {
    found.push(...(await foreignMarkup(place, options)).map((one) => `${what}: ${one}`));
  }

  async function seeTooltip(what: string): Promise<void> {
    const hover = page().locator('.monaco-hover:visible').last();
    await hoverOver(page(), stage.workbench.statusBarItem('MLflow:'), hover);
    await see(`tooltip, ${what}`, hover, { isTooltip: true });
    await page().mouse.move(400, 300);
  }

  async function seeDiagnosis(what: string): Promise<void> {
    await window.run(`${section}.diagnose`);
    found.push(...(await previewMarkup(stage.workbench)).map((one) => `diagnosis, ${what}: ${one}`));
    await window.run('workbench.action.closeAllEditors');
  }

  async function write(project: string, values: Settings): Promise<void> {
    round += 1;
    await writeSettingsFile(project, { ...values, 'hostile.round': round });
    await window.settled(round);
  }

  /** Runs *Connect MLflow* and looks at whatever it shows first. */
  async function seeConnecting(what: string): Promise<void> {
    const connecting = window.run(`${section}.connect`);
    await dialog().or(question()).or(toast()).first().waitFor();
    for (const place of [dialog(), question(), toast()]) {
      if (await place.isVisible()) await see(what, place);
    }
    while ((await dialog().isVisible()) || (await question().isVisible()))
      await page().keyboard.press('Escape');
    await connecting;
    await window.run('notifications.clearAll');
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
      await seeDiagnosis(`from ${offset}`);
    }
  });

  it('of each setting are no links in what connecting shows', async () => {
    const project = await openProject('each', {});
    const keys = settingKeys.filter((key) => settings[key].type === 'string');
    for (const [index, key] of keys.entries()) {
      const [name, text] = usableTexts[index % usableTexts.length] ?? ['', ''];
      await write(project, { ...baseOf(key, stage.addresses.friend), [`${section}.${key}`]: text });
      await seeConnecting(`${key}, ${name}`);
    }
  });

  it('of the user’s own settings, such as names of files, are none either', async () => {
    for (const [key, name] of [
      ['tls.caFile', 'a link to a command'],
      ['aws.endpoint', 'HTML'],
    ] as const) {
      await stage.trustEverything({ [`${section}.${key}`]: `/${hostileTexts[name] ?? ''}` });
      await openProject('own', baseOf('aws.endpoint', stage.addresses.friend));
      await seeConnecting(`${key}, ${name}`);
      await seeDiagnosis(key);
    }
    await stage.trustEverything();
  });

  it('of a secret store are no links, whatever it answers', async () => {
    const settings = ofVault(stage.addresses.friend, answers.origin);
    const project = join(folder, 'answers');
    const options = {
      name: 'answers',
      settings,
      prompt: labels.vaultTokenPrompt(),
      secret: 'canary-hostile-typed',
    };
    window = (await connectHome(stage, project, options)).window;
    await window.run('notifications.clearAll');
    for (const [index, [name, text]] of texts.entries()) {
      saying = { shape: answerShapes[index % answerShapes.length] ?? 'errors', text };
      await seeConnecting(`${saying.shape}, ${name}`);
      if (index % 5 === 0) await seeTooltip(`${saying.shape}, ${name}`);
    }
  });

  it('of a workspace are no links in a window that connects by itself', async () => {
    const values = ofVault(stage.addresses.friend, answers.origin);
    for (const name of ['a link to a command', 'HTML']) {
      await openProject('answers', { ...values, [`${section}.header.name`]: hostileTexts[name] });
      await toast().waitFor();
      await see(`alone, ${name}`, toast());
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
      await seeTooltip(`version, ${name}`);
    }
    await seeDiagnosis('version');
  });

  it('are no command in a terminal', async () => {
    await openProject('profile', {
      ...baseOf('aws.region', stage.addresses.friend),
      [`${section}.aws.profile`]: hostileProfile,
    });
    const connecting = window.run(`${section}.connect`);
    await stage.workbench.answerDialog(labels.approvalTitle(stage.addresses.friend), labels.approve());
    await connecting;
    await toast().filter({ hasText: 'aws sso login' }).waitFor();
    await see('profile', toast());
    // The log is offered, and no command line.
    assert.equal(
      await toast().locator('.notification-list-item-buttons-container .monaco-button').count(),
      1,
    );
  });

  it('have begun no line of the log', async () => {
    const { bad, lines } = await badLogLines(stage.logFolder);
    assert.ok(lines > 100, `${lines} lines`);
    assert.deepEqual(bad, []);
  });
});
