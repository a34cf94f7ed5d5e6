import { chmodSync, renameSync, rmSync, statSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import type { Server, Socket } from 'node:net';
import { dirname } from 'node:path';
import { FramedSocket } from '../control/framed-socket.ts';
import type { Frame } from '../control/framed-socket.ts';
import { isOwnFolder } from '../control/own-folder.ts';
import { greetWindow, newHello } from '../control/handshake.ts';

export interface ControlOptions {
  readonly path: string;
  readonly key: Buffer;
  readonly bundle: string;
  /** Whether the socket is still there: some systems delete what is old in temporary folders. */
  readonly lookIntervalMs?: number;
  /** A window has proved itself. Gives what receives its messages, and what learns that it is gone. */
  readonly attached: (window: Pick<FramedSocket, 'send' | 'end'>) => {
    readonly receive: (frame: Frame) => void;
    readonly closed: () => void;
  };
}

/** For both greetings and proofs. */
const greetingTimeoutMs = 5000;
/** Who has not proved anything yet. */
const maxStrangers = 64;
const usualLookIntervalMs = 10_000;

/** Where windows attach: a socket in a folder of the user's own, or a named pipe. */
export class ControlServer {
  readonly #options: ControlOptions;
  readonly #sockets = new Set<Socket>();
  #strangers = 0;
  #server: Server | undefined;
  #inode: bigint | undefined;
  #isOpen = false;
  #look: NodeJS.Timeout | undefined;

  constructor(options: ControlOptions) {
    this.#options = options;
  }

  /** `occupied`: another process is there. */
  async open(): Promise<'open' | 'occupied' | { readonly code: string }> {
    const { path } = this.#options;
    if (await answers(path)) return 'occupied';
    this.#isOpen = true;
    try {
      await this.#listen();
    } catch (error) {
      return { code: (error as NodeJS.ErrnoException).code ?? String(error) };
    }
    if (!isPipe(path)) this.#lookLater();
    return 'open';
  }

  /** No other window finds it; those that are attached stay. */
  release(): void {
    this.#isOpen = false;
    clearTimeout(this.#look);
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
    if (!this.#isOpen) {
      server.close();
      return;
    }
    this.#server = server;
    if (isPipe(path)) return;
    chmodSync(name, 0o600);
    renameSync(name, path);
    this.#inode = inodeOf(path);
  }

  /** One look at a time: a folder in a network may not answer for long. */
  #lookLater(): void {
    if (!this.#isOpen) return;
    const { lookIntervalMs = usualLookIntervalMs } = this.#options;
    this.#look = setTimeout(() => {
      void this.#listenAgainIfLost().then(() => this.#lookLater());
    }, lookIntervalMs);
  }

  /** Never rejects: what could not be done now is at the next look. */
  async #listenAgainIfLost(): Promise<void> {
    const { path } = this.#options;
    // A folder that others have put in its place is not one to listen in.
    const isLost = (await isMissing(path)) && (await isOwnFolder(dirname(path)));
    if (!isLost || !this.#isOpen) return;
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
    const receiveOrEnd = (frame: Frame): void => {
      try {
        receive(frame);
      } catch {
        // The other windows and Python still need this process.
        framed.destroy();
      }
    };
    framed.listen(receiveOrEnd, closed);
  }

  /** At once, before another process has the path; once, since that one's socket may get the same inode. */
  #unlink(): void {
    const { path } = this.#options;
    const inode = this.#inode;
    this.#inode = undefined;
    try {
      if (inode !== undefined && inodeOf(path) === inode) rmSync(path, { force: true });
    } catch {
      // Whoever finds it there learns that nobody listens.
    }
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

/** Where its folder cannot be read, it may be there. */
async function isMissing(path: string): Promise<boolean> {
  try {
    await stat(path);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT';
  }
}

function inodeOf(path: string): bigint | undefined {
  return statSync(path, { bigint: true, throwIfNoEntry: false })?.ino;
}
