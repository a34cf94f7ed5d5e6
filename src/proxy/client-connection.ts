import type { Socket } from 'node:net';
import { responseBytes, headTooSlow, malformedRequest, denialResponse } from './responses.ts';
import { ClientDeadline } from './client-deadline.ts';
import type { ClientTimeouts } from './client-deadline.ts';
import type { ReadyCredential } from './credential-gate.ts';
import { Exchange } from './exchange/exchange.ts';
import type { ExchangeClient, ExchangeContext } from './exchange/exchange.ts';
import { isFlushed, writeBorrowed, writeFlowing } from './sockets/socket-writes.ts';
import type { GuardOptions } from './admission/guard.ts';
import type { ProxyResponse, DenialReason } from './messages.ts';
import type { SocketReader } from './sockets/read-buffer.ts';
import { maxHeadBytes, admitRequest } from './admission/admit-request.ts';
import type { AdmittedRequest } from './admission/admit-request.ts';
import { RequestRewriter } from './exchange/request-rewriter.ts';
import type { UpstreamPool } from './upstream/pool.ts';

export interface ConnectionContext extends ExchangeContext {
  readonly guardOptions: GuardOptions;
  readonly timeouts: ClientTimeouts;
  /** Records the reason; calls `then` when the answer may be given. */
  denied(reason: DenialReason, socket: Socket, then: () => void): void;
  closed(connection: ClientConnection): void;
}

/** Bytes of further requests that are taken while one is answered. */
const maxPipelinedBytes = maxHeadBytes;
/** Bytes of responses that a client has not taken yet: before it has, its next request is not begun. */
const maxUnreadResponseBytes = 65_536;
/** Whose method is not known gets its answer with a body. */
const unknownMethod = 'GET';

/** One client: reads its requests one after the other, and answers them in that order. */
export class ClientConnection implements ExchangeClient {
  readonly #context: ConnectionContext;
  readonly #socket: Socket;
  #pending: Buffer | undefined;
  #at = 0;
  #exchange: Exchange | undefined;
  #method = unknownMethod;
  #admitted: AdmittedRequest | undefined;
  readonly #rewriter = new RequestRewriter();
  #isPumping = false;
  #bodyFlows = true;
  /** Nothing more is read from this client but its end. */
  #isLeaving = false;
  readonly #deadline: ClientDeadline;

  constructor(context: ConnectionContext, { socket, listen }: SocketReader) {
    this.#context = context;
    this.#socket = socket;
    this.#deadline = new ClientDeadline(context.timeouts);
    socket.setNoDelay(true);
    listen((bytes) => this.#receive(bytes));
    socket.on('drain', this.#onFlushed);
    // A client that ends its side is gone, as nginx has it, too.
    socket.on('end', () => this.#gone());
    socket.on('error', () => this.#gone());
    socket.on('close', () => {
      this.#gone();
      context.closed(this);
    });
  }

  /** May be closed for another client's sake: it has never shown a valid token, or is leaving. */
  get isExpendable(): boolean {
    return this.#exchange === undefined && (this.#admitted === undefined || this.#isLeaving);
  }

  destroy(): void {
    this.#gone();
    this.#socket.destroy();
  }

  /** Ends what has taken too long; `now` is of the monotonic clock. */
  sweep(now: number): void {
    const over = this.#deadline.over(now, this.#exchange !== undefined || !isFlushed(this.#socket));
    if (over === undefined) return;
    if (over === 'head' && !this.#isLeaving) {
      this.#method = unknownMethod;
      this.#deny('limit', headTooSlow);
    } else {
      this.destroy();
    }
  }

  write(bytes: Buffer): boolean {
    this.#deadline.moved();
    return writeFlowing(this.#socket, bytes);
  }

  writeBorrowed(bytes: Buffer): boolean {
    this.#deadline.moved();
    return writeBorrowed(this.#socket, bytes, this.#onFlushed);
  }

  headFor(pool: UpstreamPool, credential: ReadyCredential | undefined): Buffer {
    if (this.#admitted === undefined) throw new Error('no request was let in');
    return this.#rewriter.headFor(this.#admitted, pool.address.authority, credential);
  }

  /** The credential of before is no longer to be kept. */
  forgetCredential(): void {
    this.#rewriter.forget();
  }

  setBodyFlow(flows: boolean): void {
    this.#bodyFlows = flows;
    if (flows) this.#pump();
  }

  answer(answer: ProxyResponse): void {
    this.#exchange = undefined;
    this.#socket.write(responseBytes(answer, this.#method));
    this.#leave();
  }

  finished(keepAlive: boolean): void {
    this.#exchange = undefined;
    if (!keepAlive) {
      this.#leave();
      return;
    }
    this.#deadline.moved();
    this.#pump();
  }

  broken(): void {
    this.#exchange = undefined;
    this.#isLeaving = true;
    // Not an orderly end: the client must not take what it has for the whole.
    this.#socket.resetAndDestroy();
  }

  readonly #onFlushed = (): void => {
    if (!isFlushed(this.#socket)) return;
    if (this.#exchange === undefined) {
      this.#deadline.moved();
      this.#pump();
    } else {
      this.#exchange.clientDrained();
    }
  };

  #receive(bytes: Buffer): void {
    if (this.#isLeaving) {
      // The rest of an upload is taken, so that the client reads our answer; a stranger's is not.
      if (this.#admitted !== undefined) this.#deadline.leaving(isFlushed(this.#socket));
      return;
    }
    this.#deadline.moved();
    const pending = this.#pending;
    if (pending === undefined) {
      this.#pending = bytes;
      this.#at = 0;
    } else {
      this.#pending = Buffer.concat([pending.subarray(this.#at), bytes]);
      this.#at = 0;
    }
    this.#pump();
    // What came is valid only until now.
    if (this.#pending === bytes) {
      this.#pending = Buffer.from(bytes.subarray(this.#at));
      this.#at = 0;
    }
  }

  /** Goes on as far as the bytes at hand and the state of the exchange allow. */
  #pump(): void {
    if (this.#isPumping) return;
    this.#isPumping = true;
    while (this.#pending !== undefined && !this.#isLeaving && this.#step(this.#pending));
    this.#isPumping = false;
    this.#exchange?.flush();
    if (this.#isLeaving) return;
    if (this.#isFull()) this.#socket.pause();
    else if (this.#socket.isPaused()) this.#socket.resume();
  }

  /** Nothing more can be taken for now. */
  #isFull(): boolean {
    const held = this.#pending === undefined ? 0 : this.#pending.length - this.#at;
    if (this.#exchange === undefined) return held > 0 && this.#isBehind();
    return held > maxPipelinedBytes || !this.#bodyFlows;
  }

  /** The client sends requests and does not take the responses. */
  #isBehind(): boolean {
    return this.#socket.writableLength > maxUnreadResponseBytes;
  }

  /** One step; false when there is nothing to be done for now. */
  #step(bytes: Buffer): boolean {
    const exchange = this.#exchange;
    if (exchange === undefined) return this.#readHead(bytes);
    if (!exchange.takesBody) return false;
    const end = exchange.receiveBody(bytes, this.#at);
    if (end === -1) {
      exchange.abandon();
      this.#exchange = undefined;
      if (exchange.isAnswered) this.broken();
      else this.#deny('malformed', malformedRequest({ status: 400, problem: 'the body is malformed' }));
      return false;
    }
    this.#advance(bytes, end);
    return true;
  }

  #readHead(bytes: Buffer): boolean {
    if (this.#isBehind()) return false;
    const read = admitRequest(bytes, this.#at, this.#admitted, this.#context.guardOptions);
    if (read === 'incomplete') {
      this.#deadline.headBegan();
      return false;
    }
    this.#deadline.headEnded();
    switch (read.kind) {
      case 'malformed':
        this.#method = unknownMethod;
        this.#deny('malformed', malformedRequest(read.malformed));
        return false;
      case 'denied':
        this.#method = read.method;
        this.#deny(read.reason, denialResponse(read.reason));
        return false;
      case 'admitted':
        this.#method = read.line.method;
        this.#admitted = read;
        this.#advance(bytes, this.#at + read.head.length);
        this.#begin(read);
        return true;
    }
  }

  #begin(request: AdmittedRequest): void {
    this.#context.statistics.counts.requests += 1;
    this.#deadline.moved();
    this.#bodyFlows = true;
    this.#exchange = new Exchange(this.#context, this, request);
    this.#exchange.start();
  }

  #advance(bytes: Buffer, end: number): void {
    if (end === bytes.length) this.#pending = undefined;
    else this.#at = end;
  }

  /** Not let in, or not any further. */
  #deny(reason: DenialReason, answer: ProxyResponse): void {
    this.#isLeaving = true;
    this.#pending = undefined;
    this.#context.denied(reason, this.#socket, () => this.answer(answer));
  }

  /** Ends this side, and gives the client time to read what was written: a reset would take it away. */
  #leave(): void {
    this.#isLeaving = true;
    this.#pending = undefined;
    this.#deadline.leaving(isFlushed(this.#socket));
    if (!isFlushed(this.#socket)) this.#socket.once('finish', () => this.#deadline.leaving(true));
    this.#socket.end();
    this.#socket.resume();
  }

  #gone(): void {
    this.#isLeaving = true;
    this.#pending = undefined;
    const exchange = this.#exchange;
    this.#exchange = undefined;
    exchange?.abandon();
  }
}
