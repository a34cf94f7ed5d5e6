import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { commands } from '../../src/settings/manifest.ts';
import { labels, statusText } from '../../src/vscode/labels.ts';
import { writeSettingsFile } from '../hostile/scene.ts';
import type { HostileWindow } from '../hostile/window.ts';
import { openBrowser } from '../support/workbench/browser.ts';
import type { Browser } from '../support/workbench/browser.ts';
import { installExtensions, startEditorServer } from '../support/workbench/editor-server.ts';
import type { EditorServer, EditorServerOptions } from '../support/workbench/editor-server.ts';
import { packBundled, packProduct } from '../support/workbench/pack-extension.ts';
import { Workbench } from '../support/workbench/workbench.ts';
import { childrenOf, ended, processes } from './processes.ts';
import type { ProcessEntry } from './processes.ts';
import { Programs } from './programs.ts';
import type { ClientPrograms } from './programs.ts';
import { Servers, storeToken } from './servers.ts';
import { breakSecretStorage, emptySecretStorage, mendSecretStorage } from './secret-storage.ts';
import { needsOf } from './scene-needs.ts';
import type { SceneNeeds } from './scene-needs.ts';
import { setClock, withSettableClock } from './settable-clock.ts';
import { SmallDisk } from './small-disk.ts';
import { WindowRegister } from './window-register.ts';

/** How long VS Code's server keeps the extension host of a window that it has lost: 3 h by default. */
const graceSeconds = 8;
/** How long the proxy stays after its last window: 2 min by default. */
export const lingerSeconds = 45;
/** On a machine that is busy with other work. */
const reactionMs = 180_000;
/** For what VS Code ends by itself in a moment. */
const settleMs = 15_000;

/** The same folder in another tab. */
export interface SecondWindow {
  isConnected(): Promise<void>;
  reload(): Promise<void>;
  close(): Promise<void>;
}

/** Settings beside those of every test: as a user has them. */
const settings = {
  'security.workspace.trust.enabled': false,
  'terminal.integrated.enablePersistentSessions': true,
};

/** That the proxy goes on without a window, and how soon what it has is too old. */
const keptSettings = {
  'mlflowSecretsAuth.proxy.afterClose': 'whileInUse',
  'mlflowSecretsAuth.cache.ttlSeconds': 60,
  'mlflowSecretsAuth.cache.maxStaleSeconds': 60,
};

export interface SceneOptions extends Partial<SceneNeeds> {
  readonly stays?: number;
}

/** A window of a real VS Code, connected to a real MLflow through a secret store, and what can be done to it. */
export class Scene {
  readonly servers: Servers;
  /** The extension, as it was installed. */
  readonly vsix: string;
  /** What the editor keeps is on it, where that was asked for and can be had. */
  readonly disk: SmallDisk | undefined;
  readonly folder: string;
  readonly #temporaryFolder: string;
  readonly #register: WindowRegister;
  /** What is stopped after the editor. */
  readonly #around: AsyncDisposableStack;
  readonly #serverOptions: EditorServerOptions;
  #server: EditorServer;
  #browser: Browser;
  #workbench: Workbench;
  #window: HostileWindow | undefined;
  readonly #programs: Programs;

  private constructor(parts: {
    readonly servers: Servers;
    readonly vsix: string;
    readonly disk: SmallDisk | undefined;
    readonly folder: string;
    readonly register: WindowRegister;
    readonly serverOptions: EditorServerOptions;
    readonly server: EditorServer;
    readonly browser: Browser;
    readonly around: AsyncDisposableStack;
  }) {
    this.servers = parts.servers;
    this.vsix = parts.vsix;
    this.#around = parts.around;
    this.disk = parts.disk;
    this.folder = parts.folder;
    this.#temporaryFolder = temporaryFolder(parts.folder);
    this.#programs = new Programs(parts.folder);
    this.#register = parts.register;
    this.#serverOptions = parts.serverOptions;
    this.#server = parts.server;
    this.#browser = parts.browser;
    this.#workbench = new Workbench(parts.browser.page);
  }

  /** Starts everything and connects the window. `stays`: for how many seconds the proxy does after its last window. */
  static async set(folder: string, { stays = lingerSeconds, ...options }: SceneOptions = {}): Promise<Scene> {
    const { smallDisk, tls, settableClock, kept } = needsOf(options);
    const editorFolder = join(folder, 'editor');
    await using around = new AsyncDisposableStack();
    const disk = smallDisk ? await SmallDisk.mount(join(editorFolder, 'data')) : undefined;
    around.defer(async () => disk?.unmount());
    for (const one of [join(folder, 'project'), temporaryFolder(folder)])
      await mkdir(one, { recursive: true });
    const product = await packProduct();
    const vsix = settableClock ? await withSettableClock(product, folder) : product;
    const driver = await packBundled(join(import.meta.dirname, '..', 'hostile', 'driver'), folder);
    await installExtensions(editorFolder, [vsix, driver]);
    const servers = await Servers.start(folder, { tls });
    around.defer(async () => servers.stop());
    const register = new WindowRegister();
    around.defer(async () => register.stop());
    const serverOptions = {
      folder: editorFolder,
      settings: {
        ...settings,
        ...(kept && keptSettings),
        ...(servers.certificates && { 'mlflowSecretsAuth.tls.caFile': servers.certificates.caFile }),
      },
      args: ['--reconnection-grace-time', String(graceSeconds)],
      env: {
        HOST_SUITE_URL: await register.start(),
        MLFLOW_DISABLE_TELEMETRY: 'true',
        TMPDIR: temporaryFolder(folder),
        MLFLOW_SECRETS_AUTH_PROXY_LINGER_SECONDS: String(stays),
      },
    };
    const server = await startEditorServer(serverOptions);
    around.defer(async () => server.stop());
    const browser = await openBrowser(editorFolder, 'about:blank');
    around.defer(async () => browser.close());
    await writeSettingsFile(join(folder, 'project'), {
      'mlflowSecretsAuth.trackingUri': servers.mlflowFront.origin,
      'mlflowSecretsAuth.auth.mode': 'basic',
      'mlflowSecretsAuth.provider': 'vault',
      'mlflowSecretsAuth.vault.address': servers.storeFront.origin,
      'mlflowSecretsAuth.vault.path': 'secret/mlflow',
      'mlflowSecretsAuth.vault.authMethod': 'token',
    });
    const parts = { servers, vsix, disk, folder, register, serverOptions, server, browser };
    const scene = new Scene({ ...parts, around: around.move() });
    try {
      await scene.openWindow();
      await scene.connect();
      return scene;
    } catch (error) {
      await scene.stop();
      throw error;
    }
  }

  get workbench(): Workbench {
    return this.#workbench;
  }

  /** The extension host of the window that is open. */
  get window(): HostileWindow {
    if (this.#window === undefined) throw new Error('no window is open');
    return this.#window;
  }

  /** *MLflow: Disconnect and Revoke*. */
  async revoke(): Promise<void> {
    const revoking = this.window.run(commands.disconnectAndRevoke);
    await this.#workbench.answerDialog(labels.revoke(), labels.revoke());
    await revoking;
  }

  /** Waits until the status bar says so. */
  async isConnected(withinMs = reactionMs): Promise<void> {
    await this.#workbench.statusBarItem(statusText('connected')).waitFor({ timeout: withinMs });
  }

  /** From the next reload on. */
  async breakSecretStorage(): Promise<void> {
    await breakSecretStorage(this.#workbench.page);
  }

  /** From the next reload on. */
  async mendSecretStorage(): Promise<void> {
    await mendSecretStorage(this.#workbench.page);
  }

  /** At the next reload. */
  async emptySecretStorage(): Promise<void> {
    await emptySecretStorage(this.#workbench.page);
  }

  /** Where the extension takes its time from, how far that is from this machine's. */
  async setClock(hours: number): Promise<void> {
    await setClock(this.folder, hours);
  }

  /** Opens the folder in another tab; resolves to what closes that. */
  async openSecondWindow(): Promise<SecondWindow> {
    const page = await this.#workbench.page.context().newPage();
    page.on('dialog', (dialog) => void dialog.accept());
    const workbench = new Workbench(page);
    const opened = this.#register.next(2 * reactionMs);
    await page.goto(this.#url);
    await workbench.waitUntilReady();
    await opened;
    return {
      isConnected: async () =>
        workbench.statusBarItem(statusText('connected')).waitFor({ timeout: reactionMs }),
      reload: async () => {
        const again = this.#register.next(2 * reactionMs);
        await workbench.reload();
        await again;
      },
      close: async () => page.close(),
    };
  }

  /** Opens the folder, in place of what is open. */
  async openWindow(): Promise<void> {
    const opened = this.#register.next(2 * reactionMs);
    await this.#workbench.page.goto(this.#url);
    await this.#workbench.waitUntilReady();
    this.#window = await opened;
  }

  async reload(): Promise<void> {
    const opened = this.#register.next(2 * reactionMs);
    await this.#workbench.reload();
    this.#window = await opened;
  }

  /** As a person closes a tab. */
  async closeWindow(): Promise<void> {
    this.#lose();
    await this.#workbench.page.goto('about:blank');
  }

  /** Ends the extension host at once; VS Code starts it again, or a person does. */
  async killHost(): Promise<void> {
    const again = this.#register.next(2 * reactionMs);
    await this.window.die();
    const button = this.#workbench.page.getByRole('button', { name: /Restart .*Extension Host/ });
    // From the third time on within five minutes, VS Code asks.
    const pressed = button.click({ timeout: 2 * reactionMs }).catch(() => undefined);
    this.#window = await again;
    void pressed;
  }

  /** Ends the browser at once, and waits until VS Code's server has given its window up. */
  async killBrowser(): Promise<void> {
    const folder = join(this.folder, 'editor', 'browser');
    const isIt = ({ commandLine }: ProcessEntry): boolean =>
      commandLine.includes(`--user-data-dir=${folder}`) && !commandLine.includes('--type=');
    const hosts = await this.#extensionHosts();
    for (const { pid } of (await processes()).filter(isIt)) process.kill(pid, 'SIGKILL');
    for (const host of hosts) await ended(host, graceSeconds * 1000 + settleMs);
    this.#lose();
  }

  /** With a new browser, of the same profile. */
  async openBrowser(): Promise<void> {
    this.#browser = await openBrowser(join(this.folder, 'editor'), 'about:blank');
    this.#workbench = new Workbench(this.#browser.page);
    await this.openWindow();
  }

  /** VS Code's server alone: what it started has to find out. */
  async endServer(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    const { pid } = this.#server;
    const hosts = await this.#extensionHosts();
    const inner = await childrenOf(pid);
    process.kill(pid, signal);
    if (signal === 'SIGKILL') for (const one of inner) process.kill(one.pid, signal);
    for (const one of [pid, ...hosts]) await ended(one, settleMs);
    this.#lose();
  }

  async startServer(): Promise<void> {
    this.#server = await startEditorServer({ ...this.#serverOptions, port: this.#server.port });
    await this.openWindow();
  }

  /** Installs this package, and reloads the window. */
  async install(vsix: string): Promise<void> {
    await installExtensions(join(this.folder, 'editor'), [vsix]);
    await this.reload();
  }

  /** Where clients are had that have the environment of the window that is open. */
  async clientPrograms(): Promise<ClientPrograms> {
    return this.#programs.of(this.window, this.#workbench);
  }

  /** Processes of the extension, by the title that they have; they know no more of their window than the folder for temporary files. */
  async ownProcesses(): Promise<readonly ProcessEntry[]> {
    const folder = `TMPDIR=${this.#temporaryFolder}\0`;
    return (await processes()).filter(
      ({ commandLine, environment }) =>
        commandLine.startsWith('mlflow-secrets-auth proxy') && environment.includes(folder),
    );
  }

  /** Those that serve no window, once what stays for a while has ended. */
  async leftProcesses(): Promise<number> {
    const serving = this.#window === undefined ? 0 : 1;
    const deadline = Date.now() + lingerSeconds * 1000 + settleMs;
    for (;;) {
      const left = (await this.ownProcesses()).length - serving;
      if (left <= 0 || Date.now() > deadline) return Math.max(0, left);
      await sleep(500);
    }
  }

  async stop(): Promise<void> {
    // Ended already where a fault has ended it.
    await this.#browser.close().catch(() => undefined);
    await this.#server.stop();
    await this.#programs.stop();
    for (const { pid } of await this.ownProcesses()) process.kill(pid, 'SIGTERM');
    await this.#around.disposeAsync();
  }

  get #url(): string {
    return `${this.#server.origin}/?folder=${encodeURIComponent(join(this.folder, 'project'))}`;
  }

  /** No window is open, and its terminals end with it. */
  #lose(): void {
    this.#window = undefined;
    this.#programs.lose();
  }

  /** As a person does who is asked for everything. */
  async connect(): Promise<void> {
    const connecting = this.window.run(commands.connect);
    await this.#approve();
    await this.#enterStoreToken(connecting);
  }

  /** As a person does whose approval is forgotten, and whose credential is not. */
  async approveAgain(): Promise<void> {
    const connecting = this.window.run(commands.connect);
    await this.#approve();
    await connecting;
    await this.isConnected();
  }

  /** As a person does whose approval is known. */
  async connectAgain(): Promise<void> {
    await this.#enterStoreToken(this.window.run(commands.connect));
  }

  async #approve(): Promise<void> {
    const title = labels.approvalTitle(this.servers.mlflowFront.origin);
    await this.#workbench.answerDialog(title, labels.approve());
  }

  async #enterStoreToken(connecting: Promise<void>): Promise<void> {
    await this.#workbench.answerSecretly(labels.vaultTokenPrompt(this.servers.storeFront.origin), storeToken);
    await connecting;
    await this.isConnected();
  }

  async #extensionHosts(): Promise<readonly number[]> {
    const variable = `HOST_SUITE_URL=${this.#serverOptions.env?.['HOST_SUITE_URL'] ?? ''}\0`;
    const isOne = ({ commandLine, environment }: ProcessEntry): boolean =>
      commandLine.includes('--type=extensionHost') && environment.includes(variable);
    return (await processes()).filter(isOne).map(({ pid }) => pid);
  }
}

/** Of the window's programs. A short path, since sockets are put there. */
function temporaryFolder(folder: string): string {
  return join(folder, 'tmp');
}
