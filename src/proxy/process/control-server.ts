import { chmodSync, renameSync, rmSync, statSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import type { Server, Socket } from 'node:net';
import { FramedSocket } from '../control/framed-socket.ts';
import type { Frame } from '../control/framed-socket.ts';
import { greetWindow, newHello } from '../control/handshake.ts';

export interface ControlOptions {
  readonly path: string;
  readonly key: Buffer;
  readonly bundle: string;
  /** A window has proved itself. Gives what receives its messages, and what learns that it is gone. */
  readonly attached: (window: Pick<FramedSocket, 'send' | 'end'>) => {
    readonly receive: (frame: Frame) => void;
    readonly closed: () => void;
  };
}

/** For both greetings and proofs. */
const greetingTimeoutMs = 5000;
/** Who has not proved anything yet. */
const maxStrangers = 16;
/** Some systems delete what is old in temporary folders. */
const lookIntervalMs = 1000;

/** Where windows attach: a socket in a folder of the user's own, or a named pipe. */
export class ControlServer {
  readonly #options: ControlOptions;
  readonly #sockets = new Set<Socket>();
  #strangers = 0;
  #server: Server | undefined;
  #inode: bigint | undefined;
  #look: NodeJS.Timeout | undefined;

  constructor(options: ControlOptions) {
    this.#options = options;
  }

  /** `occupied`: another process is there. */
  async open(): Promise<'open' | 'occupied' | { readonly code: string }> {
    const { path } = this.#options;
    if (await answers(path)) return 'occupied';
    try {
      await this.#listen();
    } catch (error) {
      return { code: (error as NodeJS.ErrnoException).code ?? String(error) };
    }
    if (!isPipe(path)) this.#look = setInterval(() => void this.#listenAgainIfLost(), lookIntervalMs);
    return 'open';
  }

  /** No other window finds it; those that are attached stay. */
  release(): void {
    clearInterval(this.#look);
    this.#unlink();
    this.#server?.close();
  }

  close(): void {
    this.release();
    for (const socket of this.#sockets) socket.destroySoon();
  }

  /** Under another name first, so that the path is never one to which nobody listens, nor readable by others. */
  async #listen(): Promise<void> {
    const { path } = this.#options;
    const server = createServer((socket) => void this.#accept(socket));
    const name = isPipe(path) ? path : `${path}.${process.pid}`;
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(name, resolve);
    });
    server.on('error', () => undefined);
    this.#server = server;
    if (isPipe(path)) return;
    chmodSync(name, 0o600);
    renameSync(name, path);
    this.#inode = inodeOf(path);
  }

  async #listenAgainIfLost(): Promise<void> {
    if (inodeOf(this.#options.path) !== undefined) return;
    this.#server?.close();
    await this.#listen().catch(() => undefined);
  }

  async #accept(socket: Socket): Promise<void> {
    this.#sockets.add(socket);
    socket.on('close', () => this.#sockets.delete(socket));
    const framed = new FramedSocket(socket);
    if (this.#strangers >= maxStrangers) {
      framed.destroy();
      return;
    }
    this.#strangers += 1;
    const timer = setTimeout(() => framed.destroy(), greetingTimeoutMs);
    const { key, bundle, attached } = this.#options;
    try {
      await greetWindow(framed, key, newHello(bundle));
    } catch {
      // Whoever it is learns nothing, not even why.
      framed.destroy();
      return;
    } finally {
      clearTimeout(timer);
      this.#strangers -= 1;
    }
    const { receive, closed } = attached(framed);
    framed.listen(receive, closed);
  }

  #unlink(): void {
    const { path } = this.#options;
    if (this.#inode !== undefined && inodeOf(path) === this.#inode) rmSync(path, { force: true });
  }
}

async function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path, () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => resolve(false));
  });
}

function isPipe(path: string): boolean {
  return path.startsWith('\\\\');
}

function inodeOf(path: string): bigint | undefined {
  return statSync(path, { bigint: true, throwIfNoEntry: false })?.ino;
}
