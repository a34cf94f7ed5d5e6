import type { CredentialOutcome, ProxyResponse } from '../messages.ts';
import type { UpstreamConnection } from '../upstream/connection.ts';
import type { ReadHead } from '../upstream/read-response-head.ts';
import { accepted } from './credential-outcomes.ts';
import type { ExchangeContext } from './exchange-client.ts';
import { HeldBody } from './held-body.ts';
import type { RequestSender } from './request-sender.ts';
import { verdictOfBody } from './verdict.ts';
import type { ReviewedRequest, Verdict } from './verdict.ts';
import { troubleResponse } from './server-trouble.ts';
import { rejectedResponse, wallResponse } from './wall-response.ts';

/** What becomes of a response: the client gets it, or this one instead, or the request is sent again. */
export type ReviewResult = 'relay' | 'repeat' | ProxyResponse;

export interface ReviewedExchange {
  readonly context: Pick<ExchangeContext, 'gate' | 'outcomes' | 'statistics'>;
  readonly sender: RequestSender;
  readonly upstream: UpstreamConnection | undefined;
  readonly request: ReviewedRequest;
  /** Of the credential that was sent. */
  readonly version: number;
  /** The request may be sent again, with another credential. */
  readonly mayRepeat: boolean;
}

/** For as much of a body as is needed; what cannot be told by then is decided without it. */
const bodyTimeoutMs = 2000;

/**
 * Holds a response back while it is found out what it says about the credential, and whether there is another one if that
 * was rejected.
 */
export class Review {
  readonly #exchange: ReviewedExchange;
  readonly #read: ReadHead;
  readonly #held: HeldBody;
  #bodyTimer: NodeJS.Timeout | undefined;
  #done: (result: ReviewResult) => void = () => undefined;
  #cancelWait: (() => void) | undefined;

  /** `bytes` begin with the head, and must stay as they are. */
  constructor(exchange: ReviewedExchange, read: ReadHead, bytes: Buffer) {
    this.#exchange = exchange;
    this.#read = read;
    this.#held = new HeldBody(read, bytes);
  }

  /** All that came of the response. */
  get bytes(): Buffer {
    return this.#held.bytes;
  }

  /** `verdict`: undefined when the body decides. `done` is called once, perhaps at once, unless this is cancelled before. */
  start(verdict: Verdict | undefined, done: (result: ReviewResult) => void): void {
    this.#done = done;
    this.#exchange.sender.hold();
    if (verdict !== undefined) {
      this.#decide(verdict);
    } else if (this.#held.isEnough) {
      this.#decideByBody();
    } else {
      this.#bodyTimer = setTimeout(() => this.#decideByBody(), bodyTimeoutMs);
    }
  }

  receive(bytes: Buffer): void {
    this.#held.add(bytes);
    if (this.#bodyTimer !== undefined && this.#held.isEnough) this.#decideByBody();
  }

  /** The connection is gone: no more of the response will come. */
  upstreamClosed(): void {
    if (this.#bodyTimer !== undefined) this.#decideByBody();
  }

  cancel(): void {
    clearTimeout(this.#bodyTimer);
    this.#cancelWait?.();
  }

  #decideByBody(): void {
    clearTimeout(this.#bodyTimer);
    this.#bodyTimer = undefined;
    this.#decide(verdictOfBody(this.#read.head, this.#exchange.request, this.#held.text()));
  }

  #decide(verdict: Verdict): void {
    const { context, version, upstream, mayRepeat } = this.#exchange;
    switch (verdict.kind) {
      case 'nothing':
        this.#done('relay');
        return;
      case 'accepted':
        this.#note(accepted);
        this.#done('relay');
        return;
      case 'trouble':
        this.#done(troubleResponse(verdict.trouble, this.#exchange.request.origin));
        return;
      case 'rejected':
      case 'wall': {
        context.statistics.counts.rejected += 1;
        if (!mayRepeat) {
          this.#rejected(verdict);
          return;
        }
        upstream?.pause();
        const certainty = verdict.kind === 'rejected' && verdict.status === 403 ? 'suspected' : 'certain';
        const wasAccepted = context.outcomes.wasAccepted(version);
        this.#cancelWait = context.gate.reject({ version, certainty, wasAccepted }, (outcome) => {
          this.#cancelWait = undefined;
          if (outcome.kind === 'changed') this.#done('repeat');
          else if (outcome.kind === 'unknown') this.#done(outcome.response);
          else this.#rejected(verdict);
        });
      }
    }
  }

  /** There is no other credential. */
  #rejected(verdict: Extract<Verdict, { kind: 'rejected' | 'wall' }>): void {
    const { request } = this.#exchange;
    if (verdict.kind === 'wall') {
      const wall = { ...verdict.wall, origin: request.origin };
      this.#note({ outcome: 'wall', detail: wall });
      this.#done(wallResponse(wall, request.rejectedRemedy));
    } else {
      this.#note({ outcome: 'rejected', detail: { status: verdict.status } });
      // A 403 may have another reason, which its own words tell.
      const isAnswered = verdict.status === 401 && request.purpose === 'api';
      this.#done(isAnswered ? rejectedResponse(request.origin, request.rejectedRemedy) : 'relay');
    }
  }

  #note(outcome: CredentialOutcome): void {
    const { context, request, version } = this.#exchange;
    if (request.purpose === 'api') context.outcomes.note(version, outcome, request);
  }
}
