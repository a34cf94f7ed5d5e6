import type { Socket } from 'node:net';
import { isFlushed, writeBorrowed, writeFlowing } from '../sockets/socket-writes.ts';
import type { SocketReader } from '../sockets/read-buffer.ts';

/** Whoever has a connection for one request. */
export interface UpstreamUser {
  /** Bytes of the response; they are valid only until this returns. */
  upstreamReceived(bytes: Buffer): void;
  /** More can be written. */
  upstreamDrained(): void;
  /** Once. `orderly`: the server ended the stream. */
  upstreamClosed(orderly: boolean): void;
}

/** One connection to the tracking server, lent to one request at a time. */
export class UpstreamConnection {
  readonly #socket: Socket;
  readonly #onIdleClosed: (connection: UpstreamConnection) => void;
  #user: UpstreamUser | undefined;
  #isClosed = false;
  /** It has carried a request before, so that the server may be closing it just now. */
  isReused = false;
  /** Milliseconds of the wall clock. */
  idleSince = 0;

  constructor({ socket, listen }: SocketReader, onIdleClosed: (connection: UpstreamConnection) => void) {
    this.#socket = socket;
    this.#onIdleClosed = onIdleClosed;
    listen((bytes) => {
      // A server that speaks without being asked would be heard by the next request.
      if (this.#user === undefined) this.#closed(false);
      else this.#user.upstreamReceived(bytes);
    });
    socket.on('drain', this.#onFlushed);
    socket.on('end', () => this.#closed(true));
    socket.on('close', () => this.#closed(false));
    socket.on('error', () => this.#closed(false));
    socket.resume();
  }

  get isClosed(): boolean {
    return this.#isClosed || this.#socket.destroyed;
  }

  lend(user: UpstreamUser | undefined): void {
    this.#user = user;
  }

  /** Nothing that was written is still in use. */
  get isFlushed(): boolean {
    return isFlushed(this.#socket);
  }

  /** False when the server is slow to take it; `upstreamDrained` follows. */
  write(bytes: Buffer): boolean {
    return writeFlowing(this.#socket, bytes);
  }

  /** False as long as the bytes are in use; `upstreamDrained` follows. */
  writeBorrowed(bytes: Buffer): boolean {
    return writeBorrowed(this.#socket, bytes, this.#onFlushed);
  }

  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  destroy(): void {
    this.#user = undefined;
    this.#isClosed = true;
    this.#socket.destroy();
  }

  readonly #onFlushed = (): void => {
    if (this.isFlushed) this.#user?.upstreamDrained();
  };

  #closed(orderly: boolean): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    const user = this.#user;
    this.#user = undefined;
    this.#socket.destroy();
    if (user === undefined) this.#onIdleClosed(this);
    else user.upstreamClosed(orderly);
  }
}
