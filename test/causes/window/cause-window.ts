import { fork, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { appendFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { CommandId } from '../../../src/settings/manifest.ts';
import { tools } from '../../support/setup/parts.mjs';
import type { BuiltExtension } from './built-extension.ts';
import type { Answer, Call, Shown, WindowStart } from './messages.ts';

/** How a row wants its window. */
export interface WindowOptions {
  readonly settings: Readonly<Record<string, unknown>>;
  readonly entered?: WindowStart['entered'];
  /** Beside PATH and an empty home folder. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Files of the home folder, by path in it. */
  readonly home?: Readonly<Record<string, string>>;
  /** In the first folder of PATH. */
  readonly programs?: Readonly<Record<string, string>>;
  readonly editorProxy?: string;
  readonly localNames?: readonly string[];
  readonly keychain?: WindowStart['keychain'];
  readonly remoteName?: string;
  /** Host names of this window's own, also for its threads and programs, in /etc/hosts' form; its file is `hostsFile`. */
  readonly hosts?: string;
  /** The address of what this window asks for other names, as for its threads and programs. */
  readonly nameServer?: string;
}

/** Far above what anything takes, also on a busy machine. */
const answerMs = 90_000;

/** One window in a process of its own. */
export class CauseWindow {
  readonly home: string;
  readonly #child: ChildProcess;
  readonly #waiting = new Map<number, (answer: Answer) => void>();
  #calls = 0;

  private constructor(child: ChildProcess, home: string) {
    this.#child = child;
    this.home = home;
    child.on('message', (answer: Answer) => {
      this.#waiting.get(answer.id)?.(answer);
      this.#waiting.delete(answer.id);
    });
    child.on('exit', (code) => {
      for (const [id, settle] of this.#waiting) settle({ id, error: `the window ended with ${code}` });
      this.#waiting.clear();
    });
  }

  /** Open, and begun to connect. */
  static async open(
    { extensionPath, host }: BuiltExtension,
    folder: string,
    options: WindowOptions,
  ): Promise<CauseWindow> {
    await mkdir(folder, { recursive: true });
    const home = await mkdtemp(join(folder, 'rightful-secret-home-'));
    await furnish(home, options.home ?? {}, 0o600);
    await furnish(join(home, 'bin'), options.programs ?? {}, 0o700);
    const env: NodeJS.ProcessEnv = {
      ...{
        PATH: `${join(home, 'bin')}:/usr/bin:/bin`,
        HOME: home,
        USERPROFILE: home,
        TMPDIR: process.env['TMPDIR'],
        LANG: 'C.UTF-8',
      },
      AWS_EC2_METADATA_DISABLED: 'true',
      ...options.environment,
    };
    const [execPath = tools.node(), ...execArgv] = await ownNames(home, options);
    const child = fork(host, [], { env, execPath, execArgv, stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
    const log = createWriteStream(join(home, 'window.log'));
    child.stdout?.pipe(log, { end: false });
    child.stderr?.pipe(log, { end: false });
    const window = new CauseWindow(child, home);
    const { settings, entered = {}, editorProxy, localNames = [], keychain = 'open', remoteName } = options;
    const start = { extensionPath, settings, entered, editorProxy, localNames, keychain, remoteName };
    await window.call({ kind: 'start', start });
    return window;
  }

  async call(call: Call): Promise<unknown> {
    const id = (this.#calls += 1);
    const { promise, resolve } = Promise.withResolvers<Answer>();
    this.#waiting.set(id, resolve);
    this.#child.send({ id, ...call });
    const late = sleep(answerMs, { id, error: 'the window did not answer' }, { ref: false });
    const { value, error } = await Promise.race<Answer>([promise, late]);
    this.#waiting.delete(id);
    if (error !== undefined) throw new Error(`${call.kind}: ${error}`);
    return value;
  }

  async look(): Promise<Shown> {
    return (await this.call({ kind: 'look' })) as Shown;
  }

  async changeSettings(
    values: Readonly<Record<string, unknown>>,
    entered: WindowOptions['entered'] = {},
  ): Promise<void> {
    await this.call({ kind: 'settings', values, entered });
  }

  /** Those of the machine where the window's code runs. */
  async changeRemoteSettings(values: Readonly<Record<string, unknown>>): Promise<void> {
    await this.call({ kind: 'remoteSettings', values });
  }

  /** A person runs a command and enters this. */
  async run(command: CommandId, answers: readonly string[] = []): Promise<void> {
    await this.call({ kind: 'command', command, answers });
  }

  /** Host names that are known from now on. */
  async addHosts(text: string): Promise<void> {
    await appendFile(join(this.home, 'hosts'), text);
  }

  async diagnose(): Promise<string> {
    return (await this.call({ kind: 'diagnose' })) as string;
  }

  /** Looks until it is so; `undefined` when it was not within that time. */
  async lookUntil(isSo: (shown: Shown) => boolean, withinMs: number): Promise<Shown | undefined> {
    for (const end = Date.now() + withinMs; ;) {
      const shown = await this.look();
      if (isSo(shown)) return shown;
      if (Date.now() > end) return undefined;
      await sleep(50);
    }
  }

  async close(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const exited = once(this.#child, 'exit');
    if (this.#child.connected) void this.call({ kind: 'stop' }).catch(() => undefined);
    const isGone = await Promise.race([exited.then(() => true), sleep(15_000, false, { ref: false })]);
    if (!isGone) this.#child.kill('SIGKILL');
    await exited;
    // It holds what its person has: tokens and passwords.
    await rm(this.home, { recursive: true, force: true });
  }
}

/** What begins a window's command where it has names of its own. */
async function ownNames(home: string, { hosts, nameServer }: WindowOptions): Promise<readonly string[]> {
  const files = { '/etc/hosts': join(home, 'hosts'), '/etc/resolv.conf': join(home, 'resolv.conf') };
  if (nameServer !== undefined) {
    await writeFile(files['/etc/hosts'], hosts ?? '127.0.0.1 localhost\n');
    await writeFile(files['/etc/resolv.conf'], `nameserver ${nameServer}\n`);
    return inPlaceOf(files);
  }
  if (hosts === undefined) return [];
  await writeFile(files['/etc/hosts'], hosts);
  return inPlaceOf({ '/etc/hosts': files['/etc/hosts'] });
}

/** A namespace of mounts (unshare(1)) in which these files are in the place of the system's. */
function inPlaceOf(files: Readonly<Record<string, string>>): readonly string[] {
  const isRoot = process.getuid?.() === 0;
  const script = 'while [ "$1" != -- ]; do mount --bind "$2" "$1" || exit; shift 2; done; shift; exec "$@"';
  const places = Object.entries(files).flat();
  return ['unshare', isRoot ? '-m' : '-rm', '--', 'sh', '-c', script, 'sh', ...places, '--', tools.node()];
}

/** Not every system lets its users. */
export function canHaveOwnHosts(): boolean {
  const [command = '', ...args] = inPlaceOf({ '/etc/hosts': '/etc/hosts' });
  return spawnSync(command, [...args.slice(0, -1), 'true']).status === 0;
}

async function furnish(folder: string, files: Readonly<Record<string, string>>, mode: number): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    const file = join(folder, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text, { mode });
  }
}
