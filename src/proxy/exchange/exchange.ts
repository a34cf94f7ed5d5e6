import type { AdmittedRequest } from '../admission/admit-request.ts';
import type { ProxyResponse } from '../messages.ts';
import { connectionLost, credentialChanged, malformedResponse } from '../responses.ts';
import type { UpstreamConnection, UpstreamUser } from '../upstream/connection.ts';
import type { UpstreamPool } from '../upstream/pool.ts';
import type { ReadHead } from '../upstream/read-response-head.ts';
import type { HeadReceiver } from '../upstream/response-head-reader.ts';
import { afterResponse } from './after-response.ts';
import { accepted } from './credential-outcomes.ts';
import type { ExchangeClient, ExchangeContext } from './exchange-client.ts';
import { obstacle } from './misdirection.ts';
import { Preparation } from './preparation.ts';
import type { Prepared } from './preparation.ts';
import type { RequestPurpose } from './request-purpose.ts';
import { RequestSender } from './request-sender.ts';
import { endOfWhole, ResponseRelay, wholeResponse } from './response-relay.ts';
import { Review } from './review.ts';
import type { ReviewResult } from './review.ts';
import { reviewedRequest, verdictOfHead } from './verdict.ts';

const maxReplays = 2;

/** One request and its response, from the moment it was let in. */
export class Exchange implements UpstreamUser, HeadReceiver {
  readonly #context: ExchangeContext;
  readonly #client: ExchangeClient;
  readonly #request: AdmittedRequest;
  readonly sender: RequestSender;
  #pool: UpstreamPool | undefined;
  #upstream: UpstreamConnection | undefined;
  /** Of the credential that was sent; the value is not held while the response is waited for. */
  #version: number | undefined;
  /** When the credential was at hand, in wall-clock milliseconds. */
  #startedAt = 0;
  #preparation: Preparation | undefined;
  #replays = 0;
  /** Of a response that may say that the credential was rejected; the client has nothing of it. */
  #review: Review | undefined;
  /** The server ended its side of the connection as one does. */
  #endedOrderly = false;
  /** Of a response that did not come whole at once; the client has its head. */
  #relay: ResponseRelay | undefined;
  #isOver = false;
  #purpose: RequestPurpose;

  constructor(context: ExchangeContext, client: ExchangeClient, request: AdmittedRequest) {
    this.#context = context;
    this.#client = client;
    this.#request = request;
    this.#purpose = client.purposes.of(request, context.pool?.address.basePath ?? '');
    this.sender = new RequestSender(request.fields, client);
  }

  get hasResponded(): boolean {
    return this.#relay !== undefined;
  }

  start(now = Date.now(), isNew = false): void {
    const { gate, pool } = this.#context;
    const isProbe = this.#purpose === 'probe';
    const credential = isNew || isProbe ? undefined : gate.current(now);
    const idle = credential === undefined ? undefined : pool?.take(now);
    if (pool !== undefined && idle !== undefined) {
      this.#send({ pool, upstream: idle, credential, startedAt: now });
      return;
    }
    this.#preparation = new Preparation(this.#context, { isProbe, isNew }, (result) => {
      this.#preparation = undefined;
      if ('response' in result) this.#respond(result.response);
      else this.#send(result);
    });
    this.#preparation.start();
  }

  abandon(): void {
    this.#isOver = true;
    this.#preparation?.cancel();
    this.#review?.cancel();
    this.#dropUpstream();
  }

  clientDrained(): void {
    this.#relay?.clientDrained();
  }

  upstreamDrained(): void {
    if (!this.#isOver && this.#preparation === undefined && this.#review === undefined) this.sender.flow();
  }

  upstreamReceived(bytes: Buffer): void {
    const { line, fields } = this.#request;
    if (this.#relay !== undefined) this.#receiveBody(this.#relay, bytes, 0);
    else if (this.#review !== undefined) this.#review.receive(bytes);
    else if (this.sender.hasSent) this.#upstream?.heads.receive(bytes, line.method, fields.host, this);
    else {
      // Such as the 408 of some servers to a connection that was idle too long: no response to this request.
      this.#upstream?.destroy();
      this.upstreamClosed(false);
    }
  }

  upstreamClosed(orderly: boolean): void {
    const upstream = this.#upstream;
    this.#upstream = undefined;
    this.#endedOrderly = orderly;
    this.sender.stop();
    if (this.#isOver || this.#preparation !== undefined) return;
    if (this.#relay !== undefined) this.#endWithConnection(this.#relay);
    else if (this.#review !== undefined) this.#review.upstreamClosed();
    else if (upstream?.isReused === true && !this.sender.hasSent) this.start(undefined, true);
    // Nobody knows what a server did with what was sent, be it a GET: the client decides whether to ask again.
    else this.#respond(upstream?.refusal ?? connectionLost(this.#pool?.address.authority ?? ''));
  }

  interimHead(rewritten: Buffer): void {
    if (this.#request.letInBy === 'token') this.#client.write(rewritten);
  }

  finalHead(read: ReadHead, bytes: Buffer): void {
    const { statistics, outcomes } = this.#context;
    const now = Date.now();
    statistics.responded(now, this.sender.isSmall ? this.#startedAt : undefined);
    const version = this.#version;
    if (version !== undefined && this.#purpose !== 'probe') {
      if (!read.head.isData) {
        this.#startReview(version, read, bytes);
        return;
      }
      if (version !== outcomes.accepted && this.#purpose === 'api') outcomes.note(version, accepted);
    }
    this.#relayFinal(read, bytes, now);
  }

  unusableHead(instead: ProxyResponse = malformedResponse()): void {
    this.#respond(instead);
  }

  #send({ pool, upstream, credential, startedAt }: Prepared): void {
    // While the request waited for a credential or a connection, another server may have been configured.
    const found = obstacle(this.#request, this.#context.pool?.address);
    if (found !== undefined) {
      upstream.destroy();
      this.#respond(found);
      return;
    }
    this.#pool = pool;
    this.#purpose = this.#client.purposes.of(this.#request, pool.address.basePath);
    this.#version = credential?.version;
    if (credential !== undefined) pool.credentialHeader = credential.headerName;
    this.#startedAt = startedAt;
    this.#upstream = upstream;
    upstream.lend(this);
    this.sender.start(upstream, this.#client.rewriter.headFor(this.#request, pool.address, credential));
  }

  #startReview(version: number, read: ReadHead, bytes: Buffer): void {
    const request = reviewedRequest(this.#request, this.#purpose, this.#pool?.address);
    const verdict = verdictOfHead(read.head, request, version === this.#context.outcomes.accepted);
    if (verdict?.kind === 'nothing') {
      this.#relayFinal(read, bytes);
      return;
    }
    const sent = { sender: this.sender, upstream: this.#upstream, request, version };
    const mayRepeat = this.#replays < maxReplays;
    this.#review = new Review({ ...sent, context: this.#context, mayRepeat }, read, Buffer.from(bytes));
    this.#review.start(verdict, (result) => this.#reviewed(result, read));
  }

  #reviewed(result: ReviewResult, read: ReadHead): void {
    const review = this.#review;
    this.#review = undefined;
    if (result === 'relay') {
      this.#upstream?.resume();
      if (this.#upstream !== undefined) this.sender.flow();
      // What came of the body meanwhile may break the rules.
      if (!this.#isOver && review !== undefined) this.#relayFinal(read, review.bytes);
    } else if (result !== 'repeat') {
      this.#respond(result);
    } else if (this.sender.isRepeatable) {
      this.#replays += 1;
      this.#dropUpstream();
      this.start();
    } else {
      this.#respond(credentialChanged());
    }
  }

  #relayFinal(read: ReadHead, bytes: Buffer, now = Date.now()): void {
    this.#context.statistics.ended(this.#request, read.head.status, now);
    const { isDraining } = this.#context;
    const after = afterResponse(this.#request, this.sender, read, isDraining);
    const end = endOfWhole(read, bytes);
    if (end !== -1) {
      this.#client.write(wholeResponse(read, bytes, end, after.head));
      this.#finish(after.keepsUpstream && end === bytes.length, after.closesClient, now);
      return;
    }
    this.#relay = new ResponseRelay(read, this.#client, this.#upstream, after);
    this.#receiveBody(this.#relay, bytes, read.end);
  }

  #receiveBody(relay: ResponseRelay, bytes: Buffer, from: number): void {
    const end = relay.receive(bytes, from);
    if (end === -1) {
      this.#break();
    } else if (relay.isDone) {
      // Whatever comes after the end was never asked for.
      this.#finish(relay.after.keepsUpstream && end === bytes.length, relay.after.closesClient);
    } else if (this.#upstream === undefined) {
      this.#endWithConnection(relay);
    }
  }

  #endWithConnection(relay: ResponseRelay): void {
    if (relay.endsWithConnection && this.#endedOrderly) this.#finish(false, true);
    else this.#break();
  }

  #finish(keepsUpstream: boolean, closesClient: boolean, now = Date.now()): void {
    this.#isOver = true;
    const upstream = this.#upstream;
    this.#upstream = undefined;
    // What the client has yet to take is in memory that the connection reads into.
    const isReusable = keepsUpstream && this.sender.isWhole && this.#relay?.isHeldBack !== true;
    if (upstream !== undefined) this.#pool?.release(upstream, isReusable, now);
    this.#client.finished(!closesClient && this.sender.isWhole);
  }

  #respond(response: ProxyResponse): void {
    this.#fail(response.status);
    this.#client.respond(response);
  }

  #break(): void {
    this.#fail(0);
    this.#client.broken();
  }

  #fail(status: number): void {
    this.#context.statistics.ended(this.#request, status, Date.now());
    this.#isOver = true;
    this.#dropUpstream();
  }

  #dropUpstream(): void {
    this.#upstream?.destroy();
    this.#upstream = undefined;
    this.sender.stop();
  }
}
