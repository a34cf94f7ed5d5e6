import { admitRequest } from './admission/admit-request.ts';
import type { AdmittedRequest, Admission } from './admission/admit-request.ts';
import type { GuardOptions } from './admission/guard.ts';
import type { AskingPeer, Peer, PeerOwner } from './admission/peer-owners.ts';
import { pageAt } from './admission/page-visit.ts';
import { misdirection } from './exchange/misdirection.ts';
import { proofBytes, redirectBytes } from './responses.ts';
import type { UpstreamPool } from './upstream/pool.ts';

/** `answered`: without the token, by the proxy itself; the head has `length` bytes. */
export type Judged =
  | Exclude<Admission, { readonly kind: 'proof' | 'visit' }>
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
  #owner: PeerOwner | 'not-asked' | 'asked' = 'not-asked';

  /** `settled`: what was `waiting` can be asked for again. */
  constructor(context: AdmissionContext, peer: Peer, settled: () => void) {
    this.#context = context;
    this.peer = peer;
    this.#settled = settled;
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
    if (read.kind === 'proof') return this.#answer(proofBytes(read.proof), read.length);
    if (read.kind === 'visit') {
      const page = pool === undefined ? undefined : pageAt(read.target, pool.address);
      return page === undefined
        ? { kind: 'denied', reason: read.reason, method: 'GET' }
        : this.#answer(redirectBytes(page), read.length);
    }
    if (read.kind !== 'admitted') return read;
    this.#last = read;
    const { method } = read.line;
    const obstacle = this.#obstacle(method);
    if (obstacle !== undefined) return obstacle;
    const reason = pool === undefined ? undefined : misdirection(read, pool.address);
    return reason === undefined ? read : { kind: 'denied', reason, method };
  }

  #answer(bytes: Buffer, length: number): Judged {
    return this.#obstacle('GET') ?? { kind: 'answered', bytes, length };
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
    const peer = { remotePort, localPort, hasToken: this.#last !== undefined };
    this.#context.peers.ask(peer, (owner) => {
      this.#owner = owner;
      if (isLater) this.#settled();
    });
    isLater = true;
  }
}
