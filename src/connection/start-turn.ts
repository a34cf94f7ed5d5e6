import { rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import type { Server, Socket } from 'node:net';
import { atMost } from '../deadline.ts';
import type { ControlPlace } from './control-place.ts';

const suffix = '.start';
/** For the window that has the turn: a little longer than a start may take. */
const maxWaitMs = 12_000;
/** A turn saves the others the start, and decides nothing: who cannot have one goes without. */
const maxStale = 2;

/**
 * The windows of a workspace start its process one after the other: of fifty that start at once, all are late. The turn is
 * a socket that this window listens to, so that it ends with the window, however that ends.
 */
export class StartTurn {
  #isOwn = false;
  #stale = 0;
  #server: Server | undefined;
  readonly #waiting = new Set<Socket>();

  get isOwn(): boolean {
    return this.#isOwn;
  }

  /** Resolves once this window has the turn, or another one has had it; never rejects. */
  async take({ path }: Pick<ControlPlace, 'path'>): Promise<void> {
    const name = path + suffix;
    this.#isOwn = this.#stale >= maxStale || (await this.#listen(name));
    if (this.#isOwn || (await waitFor(name))) return;
    this.#stale += 1;
    // Of a window that was killed. On Windows, a pipe ends with its process.
    if (process.platform !== 'win32') rmSync(name, { force: true });
  }

  end(): void {
    this.#isOwn = false;
    this.#server?.close();
    this.#server = undefined;
    for (const socket of this.#waiting) socket.destroy();
    this.#waiting.clear();
  }

  async #listen(name: string): Promise<boolean> {
    const server = createServer((socket) => {
      this.#waiting.add(socket);
      socket.on('error', () => socket.destroy());
    });
    return new Promise((resolve) => {
      server.on('error', () => resolve(false));
      server.listen(name, () => {
        this.#server = server;
        resolve(true);
      });
    });
  }
}

/** Until the window that has the turn has had it; false where none has it. */
async function waitFor(name: string): Promise<boolean> {
  const socket = connect(name);
  let hasTurn = false;
  const closed = new Promise<void>((resolve) => {
    socket.on('connect', () => (hasTurn = true));
    socket.on('error', () => undefined);
    socket.on('close', () => resolve());
  });
  socket.resume();
  await atMost(closed, maxWaitMs);
  socket.destroy();
  return hasTurn;
}
