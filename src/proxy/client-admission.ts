import { admitRequest } from './admission/admit-request.ts';
import type { AdmittedRequest, Admission } from './admission/admit-request.ts';
import type { GuardOptions } from './admission/guard.ts';
import type { OwnRequest } from './admission/own-path.ts';
import type { AskingPeer, Peer, PeerOwner } from './admission/peer-owners.ts';
import { pageAt } from './admission/page-visit.ts';
import { misdirection } from './exchange/misdirection.ts';
import { endedPage, leadingPage, openingPage, spentTicketPage } from './browser-pages.ts';
import { proofBytes, redirectBytes, ticketBytes } from './responses.ts';
import type { UpstreamPool } from './upstream/pool.ts';

/** `answered`: without the token, by the proxy itself; the head has `length` bytes. */
export type Judged =
  | Exclude<Admission, OwnRequest | { readonly kind: 'visit' }>
  | { readonly kind: 'answered'; readonly bytes: Buffer; readonly length: number }
  | 'waiting'
  | 'gone';

export interface AdmissionContext {
  readonly guardOptions: GuardOptions;
  readonly pool: UpstreamPool | undefined;
  /** `done` may be called at once. */
  readonly peers: { ask(peer: AskingPeer, done: (owner: PeerOwner) => void): void };
}

/** Decides about the requests of one client. */
export class ClientAdmission {
  readonly #context: AdmissionContext;
  readonly peer: Peer;
  readonly #settled: () => void;
  #last: AdmittedRequest | undefined;
  #isBrowser = false;
  #owner: PeerOwner | 'not-asked' | 'asked' = 'not-asked';

  /** `settled`: what was `waiting` can be asked for again. */
  constructor(context: AdmissionContext, peer: Peer, settled: () => void) {
    this.#context = context;
    this.peer = peer;
    this.#settled = settled;
  }

  /** Shows MLflow's UI: it goes when the window goes, and is no program that the proxy is kept for. */
  get isBrowser(): boolean {
    return this.#isBrowser;
  }

  /** The client has shown a valid token, and is the user. */
  get isKnown(): boolean {
    return this.#last !== undefined && (this.#owner === 'own' || this.#owner === 'unknown');
  }

  /** Reads and judges the head at `from`. `waiting`: until it is known whose the client is. */
  admit(bytes: Buffer, from: number): Judged {
    const { guardOptions, pool } = this.#context;
    const read = admitRequest(bytes, from, this.#last, guardOptions);
    if (read === 'incomplete') return read;
    switch (read.kind) {
      case 'proof':
        return this.#answer(() => proofBytes(read.proof), read);
      case 'ticket':
        return this.#answer(
          () => ticketBytes(guardOptions.browsers.issueTicket(read.upstreamId, read.hosts)),
          read,
        );
      case 'opening':
        return this.#answer(() => this.#open(read), read);
      case 'visit':
        return this.#visit(read);
      case 'malformed':
      case 'denied':
        return read;
      case 'moved':
        return this.#obstacle(read.line.method) ?? read;
      case 'admitted':
    }
    // The cookie of a browser is looked at each time: it may have ended.
    if (read.letInBy !== 'token') this.#isBrowser = true;
    else this.#last = read;
    const { method } = read.line;
    const obstacle = this.#obstacle(method);
    if (obstacle !== undefined) return obstacle;
    const reason = pool === undefined ? undefined : misdirection(read, pool.address);
    return reason === undefined ? read : { kind: 'denied', reason, method };
  }

  #visit({ target, reason, hadSession, length }: Extract<Admission, { kind: 'visit' }>): Judged {
    const { pool } = this.#context;
    const page = pool === undefined ? undefined : pageAt(target, pool.address);
    if (hadSession) {
      // From a page of another origin: whether the session has ended shows when the browser comes from ours.
      const isLink = reason === 'fetch-site' && page !== undefined;
      return this.#answer(() => (isLink ? leadingPage(target) : endedPage()), { length });
    }
    return page === undefined
      ? { kind: 'denied', reason, method: 'GET' }
      : this.#answer(() => redirectBytes(page), { length });
  }

  #open({ ticket, host }: Extract<OwnRequest, { kind: 'opening' }>): Buffer {
    const { guardOptions, pool } = this.#context;
    const opened = guardOptions.browsers.open(ticket, host);
    return opened === undefined ? spentTicketPage() : openingPage(opened, pool?.address.basePath ?? '');
  }

  /** `bytes` is called once, when it is known that the client is the user. */
  #answer(bytes: () => Buffer, { length }: { readonly length: number }): Judged {
    return this.#obstacle('GET') ?? { kind: 'answered', bytes: bytes(), length };
  }

  /** Whose the client is. Only now: who has no token must not make us look, unless it is answered all the same. */
  #obstacle(method: string): Judged | undefined {
    if (this.#owner === 'not-asked') this.#ask();
    if (this.#owner === 'asked') return 'waiting';
    if (this.#owner === 'gone') return 'gone';
    return this.#owner === 'other' ? { kind: 'denied', reason: 'other-user', method } : undefined;
  }

  #ask(): void {
    this.#owner = 'asked';
    let isLater = false;
    const { remotePort, localPort } = this.peer;
    const peer = { remotePort, localPort, hasToken: this.#last !== undefined || this.#isBrowser };
    this.#context.peers.ask(peer, (owner) => {
      this.#owner = owner;
      if (isLater) this.#settled();
    });
    isLater = true;
  }
}
