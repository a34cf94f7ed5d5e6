import { randomBytes } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { controlPlace } from '../../../src/connection/control-place.ts';
import type { ControlPlace } from '../../../src/connection/control-place.ts';
import { ProxyProcess } from '../../../src/connection/proxy-process.ts';
import type { ProxyProcessOptions } from '../../../src/connection/proxy-process.ts';
import { listenerAt, processWith } from '../../../src/network/socket-owner.ts';
import type { WentOn } from '../../../src/proxy/control/control-messages.ts';
import type { ToProxy } from '../../../src/connection/proxy-worker.ts';
import type { FromWorker } from '../../../src/proxy/messages.ts';
import { Changes } from '../changes.ts';
import { note } from '../servers/left-over.ts';
import { runFolder } from '../servers/run-folder.ts';
import { until } from '../until.ts';

export const processFile = fileURLToPath(new URL('../../../src/process.ts', import.meta.url));

/** Where the windows of a new workspace meet. */
export async function newPlace(): Promise<ControlPlace> {
  const folder = await runFolder('control');
  await mkdir(folder, { recursive: true });
  const place = await controlPlace({
    folder,
    key: `canary-${randomBytes(32).toString('hex')}`,
    workspaceId: 'workspace',
  });
  if (place === undefined) throw new Error(`${folder} is not ours`);
  return place;
}

/** The process that listens at a port; `undefined` for none. */
export async function processAt(port: number): Promise<number | undefined> {
  const row = await listenerAt(port);
  const found = row && (await processWith(row.inode, AbortSignal.timeout(5000)));
  return found === undefined ? undefined : Number(found.pid);
}

export function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

export async function untilGone(pid: number): Promise<void> {
  await until(
    () => !isRunning(pid),
    () => `process ${pid} is there`,
  );
}

/** A window, as far as the process of its proxy can tell. */
export class AttachedWindow {
  readonly messages: FromWorker[] = [];
  /** How it learned that the process is gone or cannot be had. */
  readonly ends: string[] = [];
  /** What the process did while no window was there. */
  wentOn: WentOn | undefined;
  port = 0;
  pid = 0;
  readonly proxy: ProxyProcess;
  readonly #changes = new Changes();
  #forget: () => void = () => undefined;

  constructor(place: ControlPlace, options: Partial<ProxyProcessOptions> = {}) {
    const end = (how: string): void => {
      this.ends.push(how);
      this.#changes.notify();
    };
    this.proxy = new ProxyProcess(
      { file: processFile, place: async () => Promise.resolve(place), aloneMs: 1000, ...options },
      {
        onMessage: (message) => {
          this.messages.push(message);
          this.#changes.notify();
        },
        onExit: () => end('exit'),
        onEnded: () => end('ended'),
        onWentOn: (wentOn) => {
          this.wentOn = wentOn;
          this.#changes.notify();
        },
      },
      (reason) => end(`unable: ${reason}`),
    );
  }

  static async open(
    place: ControlPlace,
    options: Partial<ProxyProcessOptions> = {},
  ): Promise<AttachedWindow> {
    const window = new AttachedWindow(place, options);
    await window.listen();
    return window;
  }

  /** Until it listens: notes the process, so that none is left over. */
  async listen(port = 0, sessionToken = 'canary-session-token'): Promise<void> {
    const before = this.all('listening').length;
    this.post({ type: 'listen', port, sessionToken });
    const reply = await this.until(() => this.all('listening')[before] ?? this.all('listenFailed').at(-1));
    if (reply.type !== 'listening') throw new Error(reply.code);
    this.port = reply.port;
    this.pid = (await processAt(reply.port)) ?? 0;
    this.#forget = note(this.pid);
  }

  post(...messages: readonly ToProxy[]): void {
    for (const message of messages) this.proxy.post(message);
  }

  all<T extends FromWorker['type']>(type: T): Extract<FromWorker, { type: T }>[] {
    return this.messages.filter(
      (message): message is Extract<FromWorker, { type: T }> => message.type === type,
    );
  }

  async until<T>(read: () => T | undefined): Promise<T> {
    return this.#changes.until(read, () => `${JSON.stringify(this.messages)}, ${this.ends.join()}`);
  }

  /** Ends the process, whoever else is attached. */
  async end(): Promise<void> {
    await this.proxy.close({ forAll: true });
    if (this.pid !== 0 && isRunning(this.pid)) process.kill(this.pid, 'SIGKILL');
    this.#forget();
  }
}
