import type { Socket } from 'node:net';
import { isFlushed, writeBorrowed, writeFlowing } from '../sockets/socket-writes.ts';
import type { SocketReader } from '../sockets/read-buffer.ts';
import type { ProxyResponse } from '../messages.ts';
import { asksForCertificate, isCertificateAlert } from './client-certificate.ts';
import { ResponseHeadReader } from './response-head-reader.ts';
import type { HeadSource } from './response-head-reader.ts';

/** To whom a connection is lent for one request. */
export interface UpstreamUser {
  /** Bytes of the response; they are valid only until this returns. */
  upstreamReceived(bytes: Buffer): void;
  /** More can be written. */
  upstreamDrained(): void;
  /** Once. `orderly`: the server ended the stream. */
  upstreamClosed(orderly: boolean): void;
}

export interface ConnectionOwner extends HeadSource {
  /** The connection was closed while it was lent to nobody. */
  idleClosed(connection: UpstreamConnection): void;
  /** The server ended a connection because of the client certificate, or for want of one. */
  certificateRefused(): ProxyResponse;
}

/** One connection to the tracking server, lent to one request at a time. */
export class UpstreamConnection {
  /** For the heads of the responses that come on this connection. */
  readonly heads: ResponseHeadReader;
  readonly #socket: Socket;
  readonly #owner: ConnectionOwner;
  #user: UpstreamUser | undefined;
  #isClosed = false;
  #refusal: ProxyResponse | undefined;
  /** It has carried a request before, so that the server may be closing it just now. */
  isReused = false;
  /** Wall-clock milliseconds. */
  idleSince = 0;

  constructor({ socket, listen }: SocketReader, owner: ConnectionOwner) {
    this.#socket = socket;
    this.#owner = owner;
    this.heads = new ResponseHeadReader(owner, asksForCertificate(socket));
    listen((bytes) => {
      // What a server sends without being asked would be taken for the response to the next request.
      if (this.#user === undefined) this.#closed(false);
      else this.#user.upstreamReceived(bytes);
    });
    socket.on('drain', this.#onFlushed);
    socket.on('end', () => this.#closed(true));
    socket.on('close', () => this.#closed(false));
    socket.on('error', (error) => {
      // With TLS 1.3, a server says so only after the client has sent its request (RFC 8446, 4.4.2.4).
      if (isCertificateAlert(error, socket)) this.#refusal = owner.certificateRefused();
      this.#closed(false);
    });
    socket.resume();
  }

  /** Why the server closed it, where it said so. */
  get refusal(): ProxyResponse | undefined {
    return this.#refusal;
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
    if (user === undefined) this.#owner.idleClosed(this);
    else user.upstreamClosed(orderly);
  }
}
