import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { providerOf } from '../../src/providers/providers.ts';
import { maxTextLength } from '../../src/settings/manifest.ts';
import { labels, statusText } from '../../src/vscode/labels.ts';
import { startRunnerServer } from '../host/runner-server.ts';
import { runFolder } from '../support/servers/run-folder.ts';
import { checkout } from '../support/setup/parts.mjs';
import { commandTitle } from '../support/workbench/command-title.ts';
import { openEditor } from '../support/workbench/editor.ts';
import type { OpenEditor } from '../support/workbench/editor-options.ts';
import { packBundled, packProduct } from '../support/workbench/pack-extension.ts';
import type { Workbench } from '../support/workbench/workbench.ts';
import { hostileTexts } from './corpus.ts';
import { foreignMarkup, hoverOver } from './seen.ts';

const texts = Object.entries(hostileTexts);
const screenshots = join(checkout, 'out', 'hostile');

/** In the real window, as a user sees it: toasts are switched off where the editor's own test driver is on. */
describe('Words of others, in the window', function () {
  this.timeout(10 * 60_000);
  const stops: (() => Promise<void>)[] = [];
  const found: string[] = [];
  let project = '';
  let harms = 0;
  let server: Server;
  let editor: OpenEditor;
  let workbench: Workbench;

  before(async () => {
    const folder = await runFolder('hostile-words');
    project = join(folder, 'project');
    await mkdir(join(project, '.vscode'), { recursive: true });
    await mkdir(screenshots, { recursive: true });
    server = await hostileServer();
    stops.push(async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    });
    const runner = await startRunnerServer({
      harm: async () => {
        harms += 1;
        return Promise.resolve();
      },
    });
    stops.push(async () => runner.stop());
    editor = await openEditor({
      folder: join(folder, 'editor'),
      project,
      vsixFiles: [
        await packProduct(),
        await packBundled(join(import.meta.dirname, 'words-extension'), folder),
      ],
      settings: { 'security.workspace.trust.enabled': false },
      env: { WORDS_URL: runner.url },
    });
    stops.push(async () => editor.stop());
    ({ workbench } = editor);
  });

  after(async () => {
    for (const stop of stops.reverse()) await stop();
  });

  afterEach(() => {
    assert.equal(harms, 0, 'a command of the attacker was run');
    assert.deepEqual(found.splice(0), []);
  });

  const origin = (): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const box = (): ReturnType<Workbench['dialog']> => workbench.page.locator('.quick-input-widget:visible');

  async function see(
    what: string,
    place: ReturnType<Workbench['dialog']>,
    options?: { readonly isTooltip: boolean },
  ): Promise<void> {
    found.push(...(await foreignMarkup(place, options)).map((one) => `${what}: ${one}`));
  }

  it('of a tracking server are no links in the wizard, whatever it answers to the check', async () => {
    await workbench.runCommand(commandTitle('connect'));
    await workbench.waitForInput(labels.trackingUriPrompt());
    for (const [index, [name]] of texts.entries()) {
      for (const way of ['own', 'version', 'redirect']) {
        await box().locator('input').first().fill(`${origin()}/${way}/${index}`);
        // What was said of the address before goes first.
        await box().filter({ hasText: labels.trackingUriPrompt() }).waitFor();
        await workbench.page.keyboard.press('Enter');
        await box().filter({ hasText: 'Press Enter again' }).waitFor();
        await see(`check, ${way}, ${name}`, box());
        if (name === 'a link to a command') {
          await workbench.screenshot(join(screenshots, `wizard-${way}.png`));
        }
      }
    }
    await workbench.page.keyboard.press('Escape');
    await box().waitFor({ state: 'hidden' });
  });

  it('of a workspace are no links in what a connected window shows by itself', async () => {
    await connect(workbench, `${origin()}/mlflow`);
    const connected = JSON.parse(await readFile(settingsFile(), 'utf8')) as Record<string, unknown>;
    // A longer one is not used at all.
    for (const [name, text] of texts.filter(([, { length }]) => length <= maxTextLength)) {
      await write({ ...connected, 'mlflowSecretsAuth.header.name': text });
      await workbench.statusBarItem(statusText('failed')).waitFor();
      const toast = workbench.page.locator('.notification-toast').last();
      await toast.waitFor();
      await see(`header.name, ${name}`, toast);
      await seeTooltip(`header.name, ${name}`);
      if (name === 'a link to a command') await workbench.screenshot(join(screenshots, 'toast.png'));
      await workbench.clearNotifications();
      await write(connected);
      await workbench.statusBarItem(statusText('connected')).waitFor();
    }
    await workbench.runCommand(commandTitle('disconnect'));
    await workbench.statusBarItem(statusText('disconnected')).waitFor();
  });

  async function seeTooltip(what: string): Promise<void> {
    const hover = workbench.page.locator('.monaco-hover:visible').last();
    await hoverOver(workbench.page, workbench.statusBarItem('MLflow:'), hover);
    await see(`tooltip, ${what}`, hover, { isTooltip: true });
    await workbench.page.mouse.move(400, 300);
  }

  function settingsFile(): string {
    return join(project, '.vscode', 'settings.json');
  }

  async function write(values: Record<string, unknown>): Promise<void> {
    await writeFile(settingsFile(), JSON.stringify(values));
  }
});

/** Answers with hostile words: in our form, in place of a version, and in where else to go. */
async function hostileServer(): Promise<Server> {
  const server = createServer((request, response) => {
    const [, way, index = '0'] = (request.url ?? '').split('/');
    const text = texts[Number(index)]?.[1] ?? '';
    switch (way) {
      case 'own':
        response.writeHead(424, { 'content-type': 'application/json' });
        response.end(
          JSON.stringify({ error_code: 'INVALID_STATE', message: `MLflow Secrets Auth: ${text}` }),
        );
        break;
      case 'version':
        response.end(`3.17.2 ${text}`);
        break;
      case 'redirect':
        response.writeHead(302, {
          location: `https://hostile.example/${encodeURIComponent(text.slice(0, 2000).toWellFormed())}`,
        });
        response.end(text);
        break;
      default:
        response.end(
          way === 'mlflow' && request.url?.endsWith('/version') !== true ? '{"experiments":[]}' : '3.17.2',
        );
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

async function connect(workbench: Workbench, uri: string): Promise<void> {
  await workbench.runCommand(commandTitle('connect'));
  await workbench.answer(labels.trackingUriPrompt(), uri);
  await workbench.pick(providerOf({ provider: 'stored' }).name());
  await workbench.answerDialog(labels.approvalTitle(new URL(uri).origin), labels.approve());
  await workbench.answer(labels.storedUserOrTokenPrompt(uri), '');
  await workbench.answerSecretly(labels.storedTokenPrompt(uri), 'canary-words-token');
  await workbench.statusBarItem(statusText('connected')).waitFor();
}
