import { connectionLost, malformedResponse, noUpstream, sendAgain } from '../responses.ts';
import type { CredentialGate, ReadyCredential, RejectionOutcome } from '../credential-gate.ts';
import type { ProxyResponse } from '../messages.ts';
import { RequestSender } from './request-sender.ts';
import type { BodySource } from './request-sender.ts';
import type { AdmittedRequest } from '../admission/admit-request.ts';
import { isCredentialRejection, readResponseHead } from '../upstream/read-response-head.ts';
import type { ReadHead } from '../upstream/read-response-head.ts';
import { endOfWhole, ResponseRelay, wholeResponse } from './response-relay.ts';
import type { RelayTarget } from './response-relay.ts';
import type { Statistics } from '../statistics.ts';
import type { UpstreamConnection, UpstreamUser } from '../upstream/connection.ts';
import type { UpstreamPool } from '../upstream/pool.ts';

/** What every exchange works with. */
export interface ExchangeContext {
  readonly gate: CredentialGate;
  readonly statistics: Statistics;
  /** The tracking server of now. */
  readonly pool: UpstreamPool | undefined;
}

/** The client's side of an exchange. `clientDrained` follows a write that gave false. */
export interface ExchangeClient extends RelayTarget, BodySource {
  /** The head to send to this server, with this credential. */
  headFor(pool: UpstreamPool, credential: ReadyCredential | undefined): Buffer;
  /** An answer of our own; ends the exchange and then the connection. */
  answer(answer: ProxyResponse): void;
  /** The response has been written whole. */
  finished(keepAlive: boolean): void;
  /** The response cannot be completed. */
  broken(): void;
}

/** A server that goes on with 1xx answers is not believed for ever. */
const maxInterimResponses = 32;
const maxReplays = 2;
const maxHeadBytes = 65_536;

/** One request and its response, from the moment it was let in. */
export class Exchange implements UpstreamUser {
  readonly #context: ExchangeContext;
  readonly #client: ExchangeClient;
  readonly #request: AdmittedRequest;
  readonly #sender: RequestSender;
  #pool: UpstreamPool | undefined;
  #upstream: UpstreamConnection | undefined;
  #credential: ReadyCredential | undefined;
  /** Ends what is being waited for: a credential, a connection, the verdict on a credential. */
  #stopWaiting: (() => void) | undefined;
  #interim = 0;
  #replays = 0;
  /** The beginning of a response head whose end has not come. */
  #partialHead: Buffer | undefined;
  #relay: ResponseRelay | undefined;
  #closesClient = false;
  #keepsUpstream = false;
  /** The client is slow to take the response. */
  #isHeldBack = false;
  #isOver = false;

  constructor(context: ExchangeContext, client: ExchangeClient, request: AdmittedRequest) {
    this.#context = context;
    this.#client = client;
    this.#request = request;
    this.#sender = new RequestSender(request.fields, client);
  }

  /** Bytes of the request's body can be taken now. */
  get takesBody(): boolean {
    return this.#sender.takesBody && !this.#isOver;
  }

  /** The client has a part of the answer. */
  get isAnswered(): boolean {
    return this.#relay !== undefined;
  }

  start(): void {
    const { gate } = this.#context;
    const now = Date.now();
    const credential = gate.current(now);
    if (credential !== undefined || this.#request.isProbe) {
      this.#connect(credential, now);
      return;
    }
    const cancel = gate.wait((outcome) => {
      this.#stopWaiting = undefined;
      if (outcome.kind === 'ready') this.#connect(outcome.credential, Date.now());
      else this.#answer(outcome.response);
    });
    if (cancel !== undefined) this.#stopWaiting = cancel;
  }

  /** Takes bytes of the body from `from` on; returns where they end in this piece, or -1 when they are malformed. */
  receiveBody(bytes: Buffer, from: number): number {
    return this.#sender.receive(bytes, from);
  }

  /** To be called when no more of the body is at hand. */
  flush(): void {
    this.#sender.flush();
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
    this.#upstream?.resume();
  }

  upstreamDrained(): void {
    if (!this.#isOver && this.#stopWaiting === undefined) this.#sender.flow();
  }

  upstreamReceived(bytes: Buffer): void {
    if (this.#relay !== undefined) this.#receiveBody(this.#relay, bytes, 0);
    else if (this.#sender.hasSent) this.#receiveHead(bytes);
    else this.#spokenToUnasked();
  }

  upstreamClosed(orderly: boolean): void {
    const upstream = this.#upstream;
    this.#upstream = undefined;
    this.#sender.stop();
    // The verdict on the credential decides; what is missing of the response shows then.
    if (this.#isOver || this.#stopWaiting !== undefined) return;
    if (this.#relay !== undefined) {
      if (this.#relay.endsWithConnection && orderly) this.#finish(false);
      else this.#break();
    } else if (this.#mayRetry(upstream)) {
      this.#dial();
    } else {
      this.#answer(connectionLost(this.#pool?.address.authority ?? ''));
    }
  }

  #connect(credential: ReadyCredential | undefined, now: number): void {
    const { pool } = this.#context;
    if (pool === undefined) {
      this.#answer(noUpstream);
      return;
    }
    this.#pool = pool;
    this.#credential = credential;
    // A probe that fails is not asked again: it must not meet a server that is closing a kept connection.
    const kept = this.#request.isProbe ? undefined : pool.take(now);
    if (kept === undefined) this.#dial();
    else this.#attach(pool, kept);
  }

  /** A new connection, with the credential that was chosen. */
  #dial(): void {
    const pool = this.#pool;
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
    this.#sender.start(upstream, this.#client.headFor(pool, this.#credential));
  }

  #receiveHead(bytes: Buffer): void {
    const pool = this.#pool;
    if (this.#upstream === undefined || pool === undefined) return;
    const all = this.#partialHead === undefined ? bytes : Buffer.concat([this.#partialHead, bytes]);
    const read = readResponseHead(all, pool, this.#request);
    if (read === 'incomplete') {
      this.#partialHead = all === bytes ? Buffer.from(bytes) : all;
      if (all.length > maxHeadBytes) this.#answer(malformedResponse);
      return;
    }
    this.#partialHead = undefined;
    if (read === 'malformed') this.#answer(malformedResponse);
    else if (read.head.status < 200) this.#relayInterim(read, all);
    else if (this.#isVerdictNeeded(read.head.status)) this.#askForVerdict(read, Buffer.from(all));
    else this.#relayFinal(read, all);
  }

  #relayInterim(read: ReadHead, all: Buffer): void {
    this.#interim += 1;
    // We never ask for another protocol.
    if (read.head.status === 101 || this.#interim > maxInterimResponses) {
      this.#answer(malformedResponse);
      return;
    }
    this.#client.write(read.kept);
    if (read.end < all.length) this.#receiveHead(all.subarray(read.end));
  }

  /** A refusal of the credential may mean that there is a newer one. */
  #isVerdictNeeded(status: number): boolean {
    if (this.#credential === undefined || !isCredentialRejection(status)) return false;
    this.#context.statistics.counts.rejected += 1;
    return !this.#request.isProbe && this.#replays < maxReplays;
  }

  #askForVerdict(read: ReadHead, all: Buffer): void {
    this.#sender.hold();
    this.#upstream?.pause();
    const cancel = this.#context.gate.reject(this.#credential?.version ?? 0, (outcome) => {
      this.#stopWaiting = undefined;
      this.#settleVerdict(outcome, read, all);
    });
    if (cancel !== undefined) this.#stopWaiting = cancel;
  }

  #settleVerdict(outcome: RejectionOutcome, read: ReadHead, all: Buffer): void {
    switch (outcome.kind) {
      case 'unchanged':
        this.#upstream?.resume();
        if (this.#upstream !== undefined) this.#sender.flow();
        // What came of the body meanwhile may break the rules.
        if (!this.#isOver) this.#relayFinal(read, all);
        return;
      case 'unknown':
        this.#answer(outcome.response);
        return;
      case 'changed':
        if (this.#sender.isRepeatable) {
          this.#replays += 1;
          this.#dropUpstream();
          this.start();
        } else {
          this.#answer(sendAgain);
        }
    }
  }

  #relayFinal(read: ReadHead, all: Buffer): void {
    const { head } = read;
    if (head.status >= 500) this.#context.statistics.counts.failures += 1;
    this.#keepsUpstream = head.keepAlive && !hasUnusualBody(this.#request);
    // What is left of the request is not waited for.
    this.#closesClient = this.#request.fields.close || !this.#sender.isWhole || head.framing.kind === 'close';
    const end = endOfWhole(read, all);
    if (end !== -1) {
      this.#client.write(wholeResponse(read, all, end, this.#closesClient));
      this.#finish(this.#keepsUpstream && end === all.length);
      return;
    }
    const onSlow = (): void => {
      this.#isHeldBack = true;
      this.#upstream?.pause();
    };
    this.#relay = new ResponseRelay(this.#client, read, { closing: this.#closesClient, onSlow });
    this.#receiveBody(this.#relay, all, read.end);
  }

  #receiveBody(relay: ResponseRelay, bytes: Buffer, from: number): void {
    const end = relay.receive(bytes, from);
    if (end === -1) {
      this.#break();
    } else if (relay.isDone) {
      // Whatever comes after the end was never asked for.
      this.#finish(this.#keepsUpstream && end === bytes.length);
    } else if (this.#upstream === undefined) {
      this.#break();
    }
  }

  #finish(keepsUpstream: boolean): void {
    this.#isOver = true;
    const upstream = this.#upstream;
    this.#upstream = undefined;
    if (upstream !== undefined) {
      // Bytes that are still being written, either way, are in memory that the connection reads into.
      if (keepsUpstream && this.#sender.isWhole && upstream.isFlushed && !this.#isHeldBack) {
        this.#pool?.release(upstream);
      } else {
        upstream.destroy();
      }
    }
    this.#client.finished(!this.#closesClient && this.#sender.isWhole);
  }

  #answer(answer: ProxyResponse): void {
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
    this.#sender.stop();
  }

  /** Such as 408, which some servers say to a connection that was idle too long: no answer to this request. */
  #spokenToUnasked(): void {
    this.#upstream?.destroy();
    this.upstreamClosed(false);
  }

  /**
   * What a server did with a request that it did not answer, nobody can know, unless nothing was sent. That holds for
   * a GET, too: the client, who knows what it asked for, decides whether to ask again.
   */
  #mayRetry(upstream: UpstreamConnection | undefined): boolean {
    return upstream?.isReused === true && !this.#sender.hasSent;
  }
}

/** Some servers do not read these bodies, and take them for the next request on the connection. */
function hasUnusualBody({ line: { method }, fields }: AdmittedRequest): boolean {
  return fields.framing.kind !== 'none' && method !== 'POST' && method !== 'PUT' && method !== 'PATCH';
}
