import { bodyReader } from '../http/body-reader.ts';
import type { BodyReader } from '../http/body-reader.ts';
import { ReplayBuffer } from './replay-buffer.ts';
import { smallPieceBytes } from '../sockets/read-buffer.ts';
import type { Framing } from '../http/request-head.ts';
import type { UpstreamConnection } from '../upstream/connection.ts';

export interface RequestBody {
  readonly framing: Framing;
  /** The client waits for a 100 response before it sends the body. */
  readonly expectsContinue: boolean;
}

export interface BodySource {
  /** The body may be handed over now, or must not be. */
  setBodyFlow(flows: boolean): void;
}

/**
 * A body up to here is sent together with its head, though clients send it a moment later: a server that
 * responds to the head alone would cost the client its connection.
 */
const smallBodyBytes = 65_536;

/** Sends one request, once or again on another connection. */
export class RequestSender {
  readonly #body: BodyReader;
  readonly #replay = new ReplayBuffer();
  /** The body takes no time that is worth counting. */
  readonly isSmall: boolean;
  readonly #source: BodySource;
  #upstream: UpstreamConnection | undefined;
  /** The head, and of a small body what came so far: written with what follows. */
  #held: Buffer[] | undefined;
  #flows = false;
  /** A piece was written that is still in the client's memory. */
  #isBorrowing = false;
  #hasSent = false;

  constructor({ framing, expectsContinue }: RequestBody, source: BodySource) {
    this.#body = bodyReader(framing, 'refuse');
    this.isSmall =
      framing.kind === 'none' ||
      (framing.kind === 'length' && framing.length <= smallBodyBytes && !expectsContinue);
    this.#source = source;
  }

  /** All of the body has come. */
  get isWhole(): boolean {
    return this.#body.isDone;
  }

  /** What was sent so far can be sent once more. */
  get isRepeatable(): boolean {
    return this.#replay.isWhole;
  }

  /** The server may have seen something of the request on this connection. */
  get hasSent(): boolean {
    return this.#hasSent;
  }

  /** Bytes of the body can be taken now. */
  get takesBody(): boolean {
    return this.#flows && !this.#body.isDone;
  }

  /** Begins on this connection, with what of the body was sent on another one before. */
  start(upstream: UpstreamConnection, head: Buffer): void {
    this.#upstream = upstream;
    const { parts } = this.#replay;
    if (this.#body.isDone && parts.length === 0) {
      this.#hasSent = true;
      upstream.write(head);
      return;
    }
    this.#held = [head, ...parts];
    this.#hasSent = false;
    if (this.#body.isDone) this.flush();
    else this.flow();
  }

  /** Takes bytes from `from` on; returns where the body's end in this piece, or -1 when they are malformed. */
  receive(bytes: Buffer, from: number): number {
    return this.#body.read(bytes, from, (part) => this.#send(part));
  }

  /** To be called when no more of the body is at hand. */
  flush(): void {
    const held = this.#held;
    if (held === undefined || (this.isSmall && !this.#body.isDone)) return;
    this.#held = undefined;
    this.#hasSent = true;
    this.#upstream?.write(Buffer.concat(held));
  }

  /** Takes more of the body, if what was borrowed is no longer in use. */
  flow(): void {
    const upstream = this.#upstream;
    if (this.#flows || upstream === undefined || (this.#isBorrowing && !upstream.isFlushed)) return;
    this.#isBorrowing = false;
    this.#flows = true;
    this.#source.setBodyFlow(true);
  }

  /** Takes no more of the body for now. */
  hold(): void {
    if (!this.#flows || this.#body.isDone) return;
    this.#flows = false;
    this.#source.setBodyFlow(false);
  }

  /** The connection is no longer there to be written to. */
  stop(): void {
    this.#upstream = undefined;
    this.#held = undefined;
    this.hold();
  }

  #send(part: Buffer): void {
    const isSmall = part.length <= smallPieceBytes;
    const owned = this.#replay.add(part) ?? (isSmall ? Buffer.from(part) : undefined);
    const upstream = this.#upstream;
    if (upstream === undefined) return;
    // To copy a small piece behind its head is cheaper than to write twice.
    if (owned !== undefined && this.#held !== undefined && (this.isSmall || isSmall)) {
      this.#held.push(owned);
      return;
    }
    this.flush();
    if (owned !== undefined) {
      if (!upstream.write(owned)) this.hold();
    } else if (!upstream.writeBorrowed(part)) {
      // Even the last piece: the client's next bytes would come where these are.
      this.#isBorrowing = true;
      this.#flows = false;
      this.#source.setBodyFlow(false);
    }
  }
}

/** Some servers do not read these bodies, and take them for the next request on the connection. */
export function hasUnusualBody(method: string, { framing }: RequestBody): boolean {
  return framing.kind !== 'none' && method !== 'POST' && method !== 'PUT' && method !== 'PATCH';
}
