import type { Socket } from 'node:net';
import { maxHeadBytes } from './admission/admit-request.ts';
import type { AdmittedRequest } from './admission/admit-request.ts';
import { ClientAdmission } from './client-admission.ts';
import type { AdmissionContext } from './client-admission.ts';
import { ClientDeadline } from './client-deadline.ts';
import type { ClientTimeouts } from './client-deadline.ts';
import type { ExchangeClient, ExchangeContext } from './exchange/exchange-client.ts';
import { Exchange } from './exchange/exchange.ts';
import { RequestPurposes } from './exchange/request-purpose.ts';
import { RequestRewriter } from './exchange/request-rewriter.ts';
import type { DenialReason, ProxyResponse } from './messages.ts';
import { malformedRequest, movedRequest } from './malformed-request.ts';
import { denialResponse, headTimeout, responseBytes } from './responses.ts';
import { PendingBytes } from './sockets/pending-bytes.ts';
import type { SocketReader } from './sockets/read-buffer.ts';
import { isBehind, isFlushed, writeBorrowed, writeFlowing } from './sockets/socket-writes.ts';

export interface ConnectionContext extends ExchangeContext, AdmissionContext {
  readonly keepsIdle: boolean;
  readonly timeouts: ClientTimeouts;
  /** Records the reason; calls `then` when the client may get its response. */
  denied(reason: DenialReason, socket: Socket, then: () => void): void;
  closed(connection: ClientConnection): void;
}

/** Of further requests, taken while one is responded to. */
const maxPipelinedBytes = maxHeadBytes;
/** For a request whose method could not be read: its response has a body. */
const unknownMethod = 'GET';
/** Browsers keep connections that they do not need; the next request makes another one. */
const browserTimeouts = { idleMs: 5000 };

/** One client: takes its requests one after the other, and responds to them in that order. */
export class ClientConnection implements ExchangeClient {
  readonly #context: ConnectionContext;
  readonly #socket: Socket;
  readonly rewriter = new RequestRewriter();
  readonly purposes = new RequestPurposes();
  readonly #pending = new PendingBytes();
  #exchange: Exchange | undefined;
  #method = unknownMethod;
  readonly admission: ClientAdmission;
  #isPumping = false;
  #bodyFlows = true;
  #isLeaving = false;
  readonly #deadline: ClientDeadline;

  constructor(context: ConnectionContext, { socket, listen }: SocketReader) {
    this.#context = context;
    this.admission = new ClientAdmission(context, socket, () => this.#pump());
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
    return this.#exchange === undefined && (!this.admission.isKnown || this.#isLeaving);
  }

  /** Monotonic milliseconds, of one that was let in and would be closed by `now`, were it not kept. */
  idleSince(now: number): number | undefined {
    if (this.#exchange !== undefined || !this.admission.isKnown || this.#isLeaving) return undefined;
    return this.#deadline.overSince(now);
  }

  destroy(): void {
    this.#gone();
    this.#socket.destroy();
  }

  /** Ends what has timed out; `now` in monotonic milliseconds. */
  sweep(now: number): void {
    const isBusy = this.#exchange !== undefined || !isFlushed(this.#socket);
    const isLast = this.#context.isDraining && !isBusy && this.#pending.length === 0;
    const { idleMs } = this.admission.isBrowser ? browserTimeouts : this.#context.timeouts;
    const timedOut = isLast ? 'connection' : this.#deadline.timedOut(now, isBusy, idleMs);
    if (timedOut === 'head' && !this.#isLeaving) this.#deny('limit', headTimeout(), unknownMethod);
    else if (timedOut !== undefined && !(this.#context.keepsIdle && this.idleSince(now) !== undefined))
      this.destroy();
  }

  write(bytes: Buffer): boolean {
    this.#deadline.moved();
    return writeFlowing(this.#socket, bytes);
  }

  writeBorrowed(bytes: Buffer): boolean {
    this.#deadline.moved();
    return writeBorrowed(this.#socket, bytes, this.#onFlushed);
  }

  setBodyFlow(flows: boolean): void {
    this.#bodyFlows = flows;
    if (flows) this.#pump();
  }

  respond(response: ProxyResponse): void {
    this.#exchange = undefined;
    this.#socket.write(responseBytes(response, this.#method));
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
      // The rest of an upload is taken, so that the client reads our response; a stranger's is not.
      if (this.admission.isKnown) this.#deadline.leaving(isFlushed(this.#socket));
      return;
    }
    this.#deadline.moved();
    this.#pending.add(bytes);
    this.#pump();
    this.#pending.own(bytes);
  }

  #pump(): void {
    if (this.#isPumping) return;
    this.#isPumping = true;
    const pending = this.#pending;
    while (pending.bytes !== undefined && !this.#isLeaving && this.#step(pending.bytes));
    this.#isPumping = false;
    this.#exchange?.sender.flush();
    if (this.#isLeaving) return;
    if (this.#isFull()) this.#socket.pause();
    else if (this.#socket.isPaused()) this.#socket.resume();
  }

  #isFull(): boolean {
    const { length } = this.#pending;
    if (length > maxPipelinedBytes) return true;
    return this.#exchange === undefined ? length > 0 && isBehind(this.#socket) : !this.#bodyFlows;
  }

  #step(bytes: Buffer): boolean {
    const exchange = this.#exchange;
    if (exchange === undefined) return this.#readHead(bytes);
    if (!exchange.sender.takesBody) return false;
    const end = exchange.sender.receive(bytes, this.#pending.at);
    if (end === -1) {
      exchange.abandon();
      this.#exchange = undefined;
      if (exchange.hasResponded) this.broken();
      else this.#deny('malformed', malformedRequest({ fault: 'body', status: 400 }), this.#method);
      return false;
    }
    this.#pending.advance(end);
    return true;
  }

  #readHead(bytes: Buffer): boolean {
    if (isBehind(this.#socket)) return false;
    const read = this.admission.admit(bytes, this.#pending.at);
    if (read === 'incomplete') {
      this.#deadline.headBegan();
      return false;
    }
    this.#deadline.headEnded();
    if (read === 'gone') this.destroy();
    if (read === 'waiting' || read === 'gone') return false;
    switch (read.kind) {
      case 'malformed':
        return this.#deny('malformed', malformedRequest(read.malformed), unknownMethod);
      case 'denied':
        return this.#deny(read.reason, denialResponse(read.reason), read.method);
      case 'moved':
        this.#method = read.line.method;
        this.respond(movedRequest(read.line));
        return false;
      case 'answered':
        this.#pending.advance(this.#pending.at + read.length);
        return this.write(read.bytes);
      case 'admitted':
        this.#method = read.line.method;
        this.#pending.advance(this.#pending.at + read.head.length);
        this.#begin(read);
        return true;
    }
  }

  #begin(request: AdmittedRequest): void {
    const now = Date.now();
    this.#context.statistics.began(request.fields, now);
    this.#deadline.moved();
    this.#bodyFlows = true;
    this.#exchange = new Exchange(this.#context, this, request);
    this.#exchange.start(now);
  }

  #deny(reason: DenialReason, response: ProxyResponse, method: string): false {
    this.#method = method;
    this.#isLeaving = true;
    this.#pending.clear();
    this.#context.denied(reason, this.#socket, () => this.respond(response));
    return false;
  }

  /** Ends this side, and gives the client time to read what was written: a reset would take it away. */
  #leave(): void {
    this.#isLeaving = true;
    this.#pending.clear();
    this.#deadline.leaving(isFlushed(this.#socket));
    if (!isFlushed(this.#socket)) this.#socket.once('finish', () => this.#deadline.leaving(true));
    this.#socket.end();
    this.#socket.resume();
  }

  #gone(): void {
    this.#isLeaving = true;
    this.#pending.clear();
    this.#exchange?.abandon();
    this.#exchange = undefined;
  }
}
