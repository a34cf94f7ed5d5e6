import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { startChild, startOnFreePort } from '../servers/child.ts';
import type { ChildOptions } from '../servers/child.ts';
import { tools } from '../setup/parts.mjs';
import { shortLinger } from './editor-options.ts';
import { quietSettings } from './quiet-settings.ts';

export interface EditorServerOptions {
  /** Everything that the editor writes goes below it. */
  readonly folder: string;
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Of the server, so of the extension host and of terminals, beside this process's own. */
  readonly env?: NodeJS.ProcessEnv;
  /** Folders that come first on the PATH; by the shell's start-up files, as those have the last word. */
  readonly path?: readonly string[];
  /** Beside its own. */
  readonly args?: readonly string[];
  /** Of a server that was there before; any that is free otherwise. */
  readonly port?: number;
}

export interface EditorServer {
  readonly pid: number;
  readonly origin: string;
  readonly port: number;
  readonly userDataFolder: string;
  readonly logFile: string;
  stop(): Promise<void>;
}

/** Extensions are installed before the server starts, as the editor reads them only then without a question. */
export async function installExtensions(folder: string, vsixFiles: readonly string[]): Promise<void> {
  await prepare(folder);
  for (const vsix of vsixFiles) {
    await promisify(execFile)(
      tools.node(),
      [entry(), ...folders(folder), '--force', '--install-extension', vsix],
      { env: editorEnvironment(folder, process.env), timeout: 60_000 },
    );
  }
}

/** VS Code's own server with its web workbench, and code-server's front end, which keeps secrets over a reload. */
export async function startEditorServer(options: EditorServerOptions): Promise<EditorServer> {
  const { folder, settings = {} } = options;
  await prepare(folder);
  const line = `export PATH=${[...(options.path ?? []), '$PATH'].join(delimiter)}\n`;
  for (const name of ['.profile', '.bashrc', '.zprofile', '.zshrc']) {
    await writeFile(join(folder, 'home', name), line);
  }
  const userDataFolder = join(folder, 'data');
  // A user's settings and this machine's: each drops what is of the other's scope.
  for (const scope of ['User', 'Machine']) {
    await mkdir(join(userDataFolder, scope), { recursive: true });
    await writeFile(
      join(userDataFolder, scope, 'settings.json'),
      JSON.stringify({ ...quietSettings, ...settings }, null, 2),
    );
  }
  const originAt = (port: number): string => `http://127.0.0.1:${port}`;
  const logFile = join(folder, 'editor-server.log');
  const childAt = (port: number): ChildOptions => ({
    command: tools.node(),
    args: [
      entry(),
      ...folders(folder),
      ...['--auth', 'none', '--bind-addr', `127.0.0.1:${port}`],
      ...[
        '--disable-telemetry',
        '--disable-update-check',
        '--disable-proxy',
        '--disable-getting-started-override',
      ],
      '--ignore-last-opened',
      ...(options.args ?? []),
    ],
    logFile,
    env: editorEnvironment(folder, { ...process.env, ...shortLinger, ...options.env }),
    isReady: async () => (await fetch(`${originAt(port)}/healthz`)).ok,
    readyWithinMs: 120_000,
  });
  const { port: chosen } = options;
  const { pid, port, stop } =
    chosen === undefined
      ? await startOnFreePort(childAt)
      : { ...(await startChild(childAt(chosen))), port: chosen };
  return { origin: originAt(port), pid, port, userDataFolder, logFile, stop };
}

async function prepare(folder: string): Promise<void> {
  await mkdir(join(folder, 'home'), { recursive: true });
  await writeFile(join(folder, 'code-server.yaml'), 'auth: none\n');
}

function folders(folder: string): string[] {
  return [
    ...['--config', join(folder, 'code-server.yaml')],
    ...['--user-data-dir', join(folder, 'data'), '--extensions-dir', join(folder, 'extensions')],
  ];
}

function entry(): string {
  return join(tools.codeServer(), 'out', 'node', 'entry.js');
}

/** Its native parts are built for the pinned Node. With the user's own home, shell start-up files would change it. */
function editorEnvironment(folder: string, env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return {
    ...env,
    PATH: [env['PATH'], dirname(tools.node())].filter(Boolean).join(delimiter),
    HOME: join(folder, 'home'),
    XDG_CONFIG_HOME: join(folder, 'home', '.config'),
    XDG_DATA_HOME: join(folder, 'home', '.local', 'share'),
    XDG_CACHE_HOME: join(folder, 'home', '.cache'),
  };
}
