import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startRunnerServer } from '../host/runner-server.ts';
import { openBrowser } from '../support/workbench/browser.ts';
import { installExtensions, startEditorServer } from '../support/workbench/editor-server.ts';
import { packBundled, packProduct } from '../support/workbench/pack-extension.ts';
import { quietSettings } from '../support/workbench/quiet-settings.ts';
import { Workbench } from '../support/workbench/workbench.ts';
import { asAttacker, asFriend, startRecordingServer } from './recording-server.ts';
import type { RecordingServer } from './recording-server.ts';
import type { Addresses, Settings } from './rows.ts';
import { ambientCanaries, fillHome, stolen } from './scene.ts';
import { HostileWindow } from './window.ts';

/** One editor, the servers around it, and what they have seen. */
export interface Stage {
  readonly workbench: Workbench;
  readonly attacker: RecordingServer;
  readonly friend: RecordingServer;
  readonly addresses: Addresses;
  /** Paths of the friend that redirect to the attacker. */
  hijack: string | undefined;
  /** How often the user was asked about the attacker and declined. */
  declined: number;
  /** Session tokens that were issued. */
  readonly tokens: Set<string>;
  /** Opens a folder or a workspace file in place of what is open. */
  open(path: string): Promise<HostileWindow>;
  /** Waits for the next extension host that has this open, without opening it. */
  expect(path: string): Promise<HostileWindow>;
  /** Leaves the window. */
  close(): Promise<void>;
  readonly logFolder: string;
  /** All folders are trusted from the next window on, in which the user has these settings. */
  trustEverything(own?: Settings): Promise<void>;
  /** Of the remote machine. */
  setMachine(settings: Settings): Promise<void>;
  /** Whether the attacker has heard this word since the last look at the harm. */
  heard(word: string): boolean;
  /** What went wrong since the last call. */
  harm(): readonly string[];
  stop(): Promise<void>;
}

/**
 * The editor asks about a folder's tasks once and in its own time, and the product whether it goes on for a program that
 * runs outside of the window: this user has answered before.
 */
const trusting: Settings = {
  'mlflowSecretsAuth.proxy.afterClose': 'shortly',
  'security.workspace.trust.enabled': false,
  'task.allowAutomaticTasks': 'on',
};

/** `path`: folders with programs that come first in the editor. */
export async function setStage(
  folder: string,
  env: NodeJS.ProcessEnv = {},
  path: readonly string[] = [],
): Promise<Stage> {
  const marker = join(folder, 'marker');
  const editorFolder = join(folder, 'editor');
  // What fails in a broken checkout comes before anything that would have to be stopped.
  await fillHome(join(editorFolder, 'home'));
  const driver = await packBundled(join(import.meta.dirname, 'driver'), folder);
  await installExtensions(editorFolder, [await packProduct(), driver]);
  const attacker = await startRecordingServer(asAttacker);
  const diversion: { path: string | undefined } = { path: undefined };
  const friend = await startRecordingServer(
    asFriend(() =>
      diversion.path === undefined ? undefined : { path: diversion.path, to: attacker.origin },
    ),
  );
  const commands = { count: 0 };
  const expected = new Map<string, (window: HostileWindow) => void>();
  const runner = await startRunnerServer({
    window: async (body) => {
      const { url, opened } = body as { url: string; opened: string };
      expected.get(opened)?.(new HostileWindow(url));
      return Promise.resolve();
    },
    'hostile-command': async () => {
      commands.count += 1;
      return Promise.resolve();
    },
  });
  const server = await startEditorServer({
    folder: editorFolder,
    // A thief waits for the port: it is let go as soon as the window is closed.
    env: {
      ...ambientCanaries,
      MLFLOW_SECRETS_AUTH_PROXY_LINGER_SECONDS: '0',
      ...env,
      HOST_SUITE_URL: runner.url,
    },
    path,
    // A page that leaves in a hurry may not have said so: its extension host would stay for hours.
    args: ['--reconnection-grace-time', '20'],
  });
  const browser = await openBrowser(editorFolder, 'about:blank');
  const workbench = new Workbench(browser.page);
  const tokens = new Set<string>();
  const expect = async (path: string): Promise<HostileWindow> =>
    new Promise((resolve) => expected.set(path, resolve));
  return {
    workbench,
    attacker,
    friend,
    addresses: {
      attacker: attacker.origin,
      attackerPort: attacker.port,
      friend: friend.origin,
      marker,
      node: process.execPath,
    },
    get hijack() {
      return diversion.path;
    },
    set hijack(path) {
      diversion.path = path;
    },
    declined: 0,
    tokens,
    logFolder: join(server.userDataFolder, 'logs'),
    expect,
    close: async () => {
      await workbench.page.goto('about:blank');
    },
    open: async (path) => {
      const opened = expect(path);
      const kind = path.endsWith('.code-workspace') ? 'workspace' : 'folder';
      await workbench.page.goto(`${server.origin}/?${kind}=${encodeURIComponent(path)}`);
      await workbench.waitUntilReady();
      return opened;
    },
    trustEverything: async (own = {}) => {
      const settings = { ...quietSettings, ...trusting, ...own };
      await writeFile(join(server.userDataFolder, 'User', 'settings.json'), JSON.stringify(settings));
    },
    setMachine: async (settings) => {
      const file = join(server.userDataFolder, 'Machine', 'settings.json');
      await writeFile(file, JSON.stringify({ ...quietSettings, ...settings }));
    },
    heard: (word) => attacker.peek().includes(word),
    harm: () => {
      const ran = commands.count === 0 ? [] : [`${commands.count} commands ran`];
      commands.count = 0;
      const wrote = existsSync(marker) ? ['a command of the folder ran'] : [];
      return [...stolen(attacker.take(), [...tokens]), ...ran, ...wrote];
    },
    stop: async () => {
      await browser.close();
      await server.stop();
      for (const one of [runner, attacker, friend]) await one.stop();
    },
  };
}
