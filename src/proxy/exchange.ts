import { connectionLost, malformedResponse, noUpstream, sendAgain } from './answers.ts';
import type { CredentialGate, ReadyCredential, RejectionOutcome } from './credential-gate.ts';
import { bodyReader, untilClose } from './framing.ts';
import type { BodyReader } from './framing.ts';
import { KeptBody } from './kept-body.ts';
import type { ProxyAnswer } from './messages.ts';
import type { Framing } from './request-head.ts';
import { isCredentialRefusal, readResponseHead } from './response-reading.ts';
import type { ReadHead } from './response-reading.ts';
import type { Statistics } from './statistics.ts';
import type { UpstreamConnection, UpstreamUser } from './upstream-connection.ts';
import type { UpstreamPool } from './upstream-pool.ts';

/** What every exchange works with. */
export interface ExchangeContext {
  readonly gate: CredentialGate;
  readonly statistics: Statistics;
  /** The tracking server of now. */
  readonly pool: UpstreamPool | undefined;
}

/** The client's side of an exchange. */
export interface ExchangeClient {
  /** False when the client is slow to take it; `clientDrained` follows. */
  write(bytes: Buffer): boolean;
  /** False as long as the bytes are in use; `clientDrained` follows. */
  writeBorrowed(bytes: Buffer): boolean;
  /** The head to send to this server, with this credential. */
  headFor(pool: UpstreamPool, credential: ReadyCredential | undefined): Buffer;
  /** The body may be handed over now, or must not be. */
  setBodyFlow(flows: boolean): void;
  /** An answer of our own; ends the exchange and then the connection. */
  answer(answer: ProxyAnswer): void;
  /** The response has been written whole. */
  finished(keepAlive: boolean): void;
  /** The response cannot be completed. */
  broken(): void;
}

export interface ExchangeRequest {
  readonly method: string;
  readonly framing: Framing;
  readonly expectsContinue: boolean;
  /** Asked for with little patience and without need for a credential. */
  readonly isProbe: boolean;
  readonly close: boolean;
  /** `http://127.0.0.1:1234`, as the client said it. */
  readonly localOrigin: string;
}

/** A server that goes on with 1xx answers is not believed for ever. */
const mostInterim = 32;
const mostReplays = 2;
const mostHeadBytes = 65_536;
/** Up to here it is cheaper to copy a piece behind its head than to write twice. */
const smallPiece = 16_384;
/**
 * A body up to here is sent together with its head, though clients send it a moment later: a server that answers the
 * head alone would cost the client its connection.
 */
const smallBody = 65_536;

/** One request and its response, from the moment it was let in. */
export class Exchange implements UpstreamUser {
  readonly #context: ExchangeContext;
  readonly #client: ExchangeClient;
  readonly #request: ExchangeRequest;
  readonly #requestBody: BodyReader;
  readonly #kept = new KeptBody();
  #pool: UpstreamPool | undefined;
  #upstream: UpstreamConnection | undefined;
  #credential: ReadyCredential | undefined;
  /** Ends what is being waited for: a credential, a connection, the verdict on a credential. */
  #stopWaiting: (() => void) | undefined;
  /** The head, and of a small body what came so far: written with what follows. */
  #held: Buffer[] | undefined;
  readonly #holdsBody: boolean;
  /** The server may have seen something of the request on this connection. */
  #hasSent = false;
  #canSend = false;
  #interim = 0;
  #replays = 0;
  /** The beginning of a response head whose end has not come. */
  #partialHead: Buffer | undefined;
  #responseBody: BodyReader | undefined;
  #isClosing = false;
  #keepsUpstream = false;
  /** The client is slow to take the response. */
  #isHeldBack = false;
  #isOver = false;

  constructor(context: ExchangeContext, client: ExchangeClient, request: ExchangeRequest) {
    this.#context = context;
    this.#client = client;
    this.#request = request;
    this.#requestBody = bodyReader(request.framing, 'refuse');
    const { framing, expectsContinue } = request;
    this.#holdsBody = framing.kind === 'length' && framing.length <= smallBody && !expectsContinue;
  }

  /** Bytes of the request's body can be taken now. */
  get takesBody(): boolean {
    return this.#canSend && !this.#requestBody.isDone && !this.#isOver;
  }

  start(): void {
    const { gate } = this.#context;
    const credential = gate.current();
    if (credential !== undefined || this.#request.isProbe) {
      this.#connect(credential);
      return;
    }
    const cancel = gate.wait((outcome) => {
      this.#stopWaiting = undefined;
      if (outcome.kind === 'ready') this.#connect(outcome.credential);
      else this.#answer(outcome.answer);
    });
    if (cancel !== undefined) this.#stopWaiting = cancel;
  }

  /** Takes bytes of the body from `from` on; returns where they end in this piece, or -1 when they are malformed. */
  receiveBody(bytes: Buffer, from: number): number {
    return this.#requestBody.read(bytes, from, this.#sendPart);
  }

  /** To be called when no more of the body is at hand. */
  flush(): void {
    if (this.#held === undefined || (this.#holdsBody && !this.#requestBody.isDone)) return;
    const held = this.#held;
    this.#held = undefined;
    this.#hasSent = true;
    this.#upstream?.write(held.length === 1 && held[0] !== undefined ? held[0] : Buffer.concat(held));
  }

  /** The client is gone, or broke the rules. */
  abandon(): void {
    this.#isOver = true;
    this.#stopWaiting?.();
    this.#stopWaiting = undefined;
    this.#dropUpstream();
  }

  clientDrained(): void {
    if (!this.#isHeldBack) return;
    this.#isHeldBack = false;
    if (this.#stopWaiting === undefined) this.#upstream?.resume();
  }

  upstreamDrained(): void {
    if (this.#isOver || this.#canSend || this.#requestBody.isDone) return;
    this.#canSend = true;
    this.#client.setBodyFlow(true);
  }

  upstreamReceived(bytes: Buffer): void {
    if (this.#responseBody === undefined) this.#receiveHead(bytes);
    else this.#relayBody(bytes, 0);
  }

  upstreamClosed(orderly: boolean): void {
    const upstream = this.#upstream;
    this.#upstream = undefined;
    // The verdict on the credential decides; what is missing of the response shows then.
    if (this.#isOver || this.#stopWaiting !== undefined) return;
    if (this.#responseBody !== undefined) {
      if (this.#responseBody === untilClose && orderly) this.#finish(false);
      else this.#break();
    } else if (this.#mayRetry(upstream)) {
      this.#dial();
    } else {
      this.#answer(connectionLost(this.#pool?.address.authority ?? ''));
    }
  }

  #connect(credential: ReadyCredential | undefined): void {
    const { pool } = this.#context;
    if (pool === undefined) {
      this.#answer(noUpstream);
      return;
    }
    this.#pool = pool;
    this.#credential = credential;
    const kept = pool.take(isSafe(this.#request.method));
    if (kept === undefined) this.#dial();
    else this.#attach(pool, kept);
  }

  /** A new connection, with the credential that was chosen. */
  #dial(): void {
    const pool = this.#pool;
    this.#holdBody();
    this.#stopWaiting = pool?.connect((result) => {
      this.#stopWaiting = undefined;
      if ('sentence' in result) this.#answer(result.answer);
      else this.#attach(pool, result);
    });
  }

  #attach(pool: UpstreamPool, upstream: UpstreamConnection): void {
    this.#upstream = upstream;
    this.#partialHead = undefined;
    this.#interim = 0;
    upstream.lend(this);
    this.#held = [this.#client.headFor(pool, this.#credential), ...this.#kept.parts];
    this.#hasSent = false;
    if (this.#requestBody.isDone) {
      this.flush();
    } else {
      this.#canSend = true;
      this.#client.setBodyFlow(true);
    }
  }

  readonly #sendPart = (part: Buffer): void => {
    this.#kept.add(part);
    const upstream = this.#upstream;
    if (upstream === undefined) return;
    if (this.#held !== undefined && (this.#holdsBody || part.length <= smallPiece)) {
      this.#held.push(part);
      return;
    }
    this.flush();
    if (!upstream.write(part) && !this.#requestBody.isDone) this.#holdBody();
  };

  #holdBody(): void {
    if (this.#requestBody.isDone) return;
    this.#canSend = false;
    this.#client.setBodyFlow(false);
  }

  #receiveHead(bytes: Buffer): void {
    const upstream = this.#upstream;
    if (upstream === undefined) return;
    const all = this.#partialHead === undefined ? bytes : Buffer.concat([this.#partialHead, bytes]);
    const { method, localOrigin } = this.#request;
    const origin = this.#pool?.address.origin ?? '';
    const read = readResponseHead(all, upstream, { method, localOrigin, upstreamOrigin: origin });
    if (read === 'incomplete') {
      this.#partialHead = all === bytes ? Buffer.from(bytes) : all;
      if (all.length > mostHeadBytes) this.#refuseResponse();
      return;
    }
    this.#partialHead = undefined;
    if (read === 'malformed') this.#refuseResponse();
    else if (read.head.status < 200) this.#relayInterim(read, all);
    else this.#judge(read, all);
  }

  #relayInterim(read: ReadHead, all: Buffer): void {
    this.#interim += 1;
    // We never ask for another protocol.
    if (read.head.status === 101 || this.#interim > mostInterim) {
      this.#refuseResponse();
      return;
    }
    this.#client.write(read.kept);
    if (read.end < all.length) this.#receiveHead(all.subarray(read.end));
  }

  /** A refusal of the credential may mean that there is a newer one. */
  #judge(read: ReadHead, bytes: Buffer): void {
    let all = bytes;
    const credential = this.#credential;
    if (credential === undefined || !isCredentialRefusal(read.head.status)) {
      this.#relay(read, all);
      return;
    }
    this.#context.statistics.counts.rejected += 1;
    if (this.#request.isProbe || this.#replays === mostReplays) {
      this.#relay(read, all);
      return;
    }
    this.#holdBody();
    this.#upstream?.pause();
    all = Buffer.from(bytes);
    const cancel = this.#context.gate.reject(credential.version, (outcome) => {
      this.#stopWaiting = undefined;
      this.#settleRejection(outcome, read, all);
    });
    if (cancel !== undefined) this.#stopWaiting = cancel;
  }

  #settleRejection(outcome: RejectionOutcome, read: ReadHead, all: Buffer): void {
    switch (outcome.kind) {
      case 'unchanged':
        this.#upstream?.resume();
        if (!this.#requestBody.isDone) this.upstreamDrained();
        this.#relay(read, all);
        return;
      case 'unknown':
        this.#answer(outcome.answer);
        return;
      case 'changed':
        if (this.#kept.isWhole) {
          this.#replays += 1;
          this.#dropUpstream();
          this.start();
        } else {
          this.#answer(sendAgain);
        }
    }
  }

  #relay(read: ReadHead, all: Buffer): void {
    const { head } = read;
    this.#keepsUpstream = head.keepAlive;
    // What is left of the request is not waited for.
    this.#isClosing = this.#request.close || !this.#requestBody.isDone || head.framing.kind === 'close';
    if (head.status >= 500) this.#context.statistics.counts.failures += 1;
    this.#responseBody = head.framing.kind === 'close' ? untilClose : bodyReader(head.framing, 'drop');
    this.#held = undefined;
    this.#responseHead = this.#isClosing ? read.closing : read.kept;
    this.#relayBody(all, read.end);
  }

  /** Written with the first piece of the body. */
  #responseHead: Buffer | undefined;

  #relayBody(bytes: Buffer, from: number): void {
    const body = this.#responseBody;
    if (body === undefined) return;
    const end = body.read(bytes, from, this.#relayPart);
    this.#flushResponseHead();
    if (end === -1) {
      this.#break();
    } else if (body.isDone) {
      // Whatever comes after the end was never asked for.
      if (end < bytes.length) this.#keepsUpstream = false;
      this.#finish(this.#keepsUpstream);
    } else if (this.#upstream === undefined) {
      this.#break();
    }
  }

  readonly #relayPart = (part: Buffer): void => {
    const head = this.#responseHead;
    let flows: boolean;
    if (part.length > smallPiece) {
      this.#flushResponseHead();
      flows = this.#client.writeBorrowed(part);
    } else {
      this.#responseHead = undefined;
      flows = this.#client.write(head === undefined ? Buffer.from(part) : Buffer.concat([head, part]));
    }
    if (flows) return;
    this.#isHeldBack = true;
    this.#upstream?.pause();
  };

  #flushResponseHead(): void {
    const head = this.#responseHead;
    if (head === undefined) return;
    this.#responseHead = undefined;
    this.#client.write(head);
  }

  #finish(keepsUpstream: boolean): void {
    this.#isOver = true;
    const upstream = this.#upstream;
    this.#upstream = undefined;
    if (upstream !== undefined) {
      // The client may still be taking the last piece out of the connection's own buffer, which the next
      // request would read into.
      if (keepsUpstream && this.#requestBody.isDone && !this.#isHeldBack) {
        this.#pool?.release(upstream);
      } else {
        upstream.destroy();
      }
    }
    this.#client.finished(!this.#isClosing && this.#requestBody.isDone);
  }

  #refuseResponse(): void {
    this.#answer(malformedResponse);
  }

  #answer(answer: ProxyAnswer): void {
    if (answer.status >= 500) this.#context.statistics.counts.failures += 1;
    this.#isOver = true;
    this.#dropUpstream();
    this.#client.answer(answer);
  }

  #break(): void {
    this.#context.statistics.counts.failures += 1;
    this.#isOver = true;
    this.#dropUpstream();
    this.#client.broken();
  }

  #dropUpstream(): void {
    this.#upstream?.destroy();
    this.#upstream = undefined;
  }

  /** What a server did with a request that it did not answer, nobody can know, unless it is safe or was not sent. */
  #mayRetry(upstream: UpstreamConnection | undefined): boolean {
    if (upstream?.isReused !== true || this.#partialHead !== undefined || this.#interim > 0) return false;
    return !this.#hasSent || (isSafe(this.#request.method) && this.#kept.isWhole);
  }
}

function isSafe(method: string): boolean {
  return method === 'GET' || method === 'HEAD' || method === 'OPTIONS';
}
