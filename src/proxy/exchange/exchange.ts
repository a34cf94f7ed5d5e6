import type { AdmittedRequest } from '../admission/admit-request.ts';
import type { ReadyCredential } from '../credential-gate.ts';
import type { ProxyResponse } from '../messages.ts';
import { connectionLost, credentialChanged, malformedResponse, noUpstream } from '../responses.ts';
import type { UpstreamConnection, UpstreamUser } from '../upstream/connection.ts';
import type { UpstreamPool } from '../upstream/pool.ts';
import type { ReadHead } from '../upstream/read-response-head.ts';
import type { HeadReceiver } from '../upstream/response-head-reader.ts';
import { afterResponse } from './after-response.ts';
import type { ExchangeClient, ExchangeContext } from './exchange-client.ts';
import { obstacle } from './misdirection.ts';
import type { RequestPurpose } from './request-purpose.ts';
import { RequestSender } from './request-sender.ts';
import { endOfWhole, ResponseRelay, wholeResponse } from './response-relay.ts';
import { isEvident, review } from './review.ts';

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
  /** Ends the wait for a credential, a connection, or what comes of a rejection. */
  #stopWaiting: (() => void) | undefined;
  #replays = 0;
  /** Of a response that did not come whole at once; the client has its head. */
  #relay: ResponseRelay | undefined;
  #isOver = false;
  readonly #purpose: RequestPurpose;

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

  start(isNew = false): void {
    const { gate } = this.#context;
    const now = Date.now();
    const credential = gate.current(now);
    if (credential !== undefined || this.#purpose === 'probe') {
      this.#connect(credential, now, isNew);
      return;
    }
    const cancel = gate.wait((outcome) => {
      this.#stopWaiting = undefined;
      if (outcome.kind === 'ready') this.#connect(outcome.credential, Date.now(), isNew);
      else this.#respond(outcome.response);
    });
    if (cancel !== undefined) this.#stopWaiting = cancel;
  }

  abandon(): void {
    this.#isOver = true;
    this.#stopWaiting?.();
    this.#stopWaiting = undefined;
    this.#dropUpstream();
  }

  clientDrained(): void {
    this.#relay?.clientDrained();
  }

  upstreamDrained(): void {
    if (!this.#isOver && this.#stopWaiting === undefined) this.sender.flow();
  }

  upstreamReceived(bytes: Buffer): void {
    const { line, fields } = this.#request;
    if (this.#relay !== undefined) this.#receiveBody(this.#relay, bytes, 0);
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
    this.sender.stop();
    // What comes of a rejection decides; what is missing of the response shows then.
    if (this.#isOver || this.#stopWaiting !== undefined) return;
    if (this.#relay !== undefined) {
      if (this.#relay.endsWithConnection && orderly) this.#finish(false, true);
      else this.#break();
    } else if (upstream?.isReused === true && !this.sender.hasSent) {
      this.start(true);
    } else {
      // Nobody knows what a server did with what was sent, be it a GET: the client decides whether to ask again.
      this.#respond(connectionLost(this.#pool?.address.authority ?? ''));
    }
  }

  interimHead(rewritten: Buffer): void {
    this.#client.write(rewritten);
  }

  finalHead(read: ReadHead, bytes: Buffer): void {
    const { statistics, outcomes } = this.#context;
    statistics.responded(Date.now(), this.sender.isSmall ? this.#startedAt : undefined);
    const version = this.#version;
    if (version === undefined || this.#purpose === 'probe') {
      this.#relayFinal(read, bytes);
    } else if (isEvident(read.head)) {
      if (version !== outcomes.accepted && this.#purpose === 'api')
        outcomes.note(version, { outcome: 'accepted' });
      this.#relayFinal(read, bytes);
    } else {
      this.#review(version, read, Buffer.from(bytes));
    }
  }

  unusableHead(instead: ProxyResponse = malformedResponse()): void {
    this.#respond(instead);
  }

  #connect(credential: ReadyCredential | undefined, now: number, isNew: boolean): void {
    const { pool } = this.#context;
    if (pool === undefined) {
      this.#respond(noUpstream());
      return;
    }
    this.#pool = pool;
    this.#version = credential?.version;
    this.#startedAt = now;
    // A probe that fails is not asked again: it must not meet a server that is closing an idle connection.
    const idle = isNew || this.#purpose === 'probe' ? undefined : pool.take(now);
    if (idle === undefined) this.#dial(pool, credential);
    else this.#attach(pool, idle, credential);
  }

  #dial(pool: UpstreamPool, credential: ReadyCredential | undefined): void {
    this.#stopWaiting = pool.connect((result) => {
      this.#stopWaiting = undefined;
      if ('response' in result) this.#respond(result.response);
      else this.#attach(pool, result, credential);
    });
  }

  #attach(pool: UpstreamPool, upstream: UpstreamConnection, credential: ReadyCredential | undefined): void {
    // While the request waited for a credential or a connection, another server may have been configured.
    const found = obstacle(this.#request, this.#context.pool?.address);
    if (found !== undefined) {
      upstream.destroy();
      this.#respond(found);
      return;
    }
    this.#upstream = upstream;
    upstream.lend(this);
    const { rewriter } = this.#client;
    this.sender.start(upstream, rewriter.headFor(this.#request, pool.address, credential));
  }

  #review(version: number, read: ReadHead, bytes: Buffer): void {
    this.sender.hold();
    this.#upstream?.pause();
    const request = { version, purpose: this.#purpose, mayRepeat: this.#replays < maxReplays };
    const stop = review(this.#context, request, read.head, (result) => {
      this.#stopWaiting = undefined;
      if (result === 'relay') {
        this.#upstream?.resume();
        if (this.#upstream !== undefined) this.sender.flow();
        // What came of the body meanwhile may break the rules.
        if (!this.#isOver) this.#relayFinal(read, bytes);
      } else if (result !== 'repeat') {
        this.#respond(result);
      } else if (this.sender.isRepeatable) {
        this.#replays += 1;
        this.#dropUpstream();
        this.start();
      } else {
        this.#respond(credentialChanged());
      }
    });
    if (stop !== undefined) this.#stopWaiting = stop;
  }

  #relayFinal(read: ReadHead, bytes: Buffer): void {
    if (read.head.status >= 500) this.#context.statistics.counts.failures += 1;
    const { keepsUpstream, closesClient } = afterResponse(this.#request, this.sender, read.head);
    const end = endOfWhole(read, bytes);
    if (end !== -1) {
      this.#client.write(wholeResponse(read, bytes, end, closesClient));
      this.#finish(keepsUpstream && end === bytes.length, closesClient);
      return;
    }
    this.#relay = new ResponseRelay(read, this.#client, this.#upstream, { closesClient, keepsUpstream });
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
      this.#break();
    }
  }

  #finish(keepsUpstream: boolean, closesClient: boolean): void {
    this.#isOver = true;
    const upstream = this.#upstream;
    this.#upstream = undefined;
    // What the client has yet to take is in memory that the connection reads into.
    const isReusable = keepsUpstream && this.sender.isWhole && this.#relay?.isHeldBack !== true;
    if (upstream !== undefined) this.#pool?.release(upstream, isReusable);
    this.#client.finished(!closesClient && this.sender.isWhole);
  }

  #respond(response: ProxyResponse): void {
    this.#fail(response.status >= 500);
    this.#client.respond(response);
  }

  #break(): void {
    this.#fail(true);
    this.#client.broken();
  }

  #fail(isFailure: boolean): void {
    if (isFailure) this.#context.statistics.counts.failures += 1;
    this.#isOver = true;
    this.#dropUpstream();
  }

  #dropUpstream(): void {
    this.#upstream?.destroy();
    this.#upstream = undefined;
    this.sender.stop();
  }
}
