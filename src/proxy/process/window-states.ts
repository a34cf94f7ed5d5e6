import { createHmac, randomBytes } from 'node:crypto';
import type { FromProcess } from '../control/control-messages.ts';
import type { CredentialState, FromWorker, Upstream } from '../messages.ts';

export type Ready = Extract<CredentialState, { kind: 'ready' }>;
export type Lent = Extract<FromWorker, { type: 'lent' }>;
export type Need = Extract<FromWorker, { type: 'credentialNeeded' }>;

/** What a window said of the credential; a value is not kept, only the number that it has here. */
export type SaidCredential =
  | { readonly kind: 'unsaid' }
  | { readonly kind: 'ready'; readonly number: number | undefined; readonly version: number }
  | Exclude<CredentialState, Ready>;

/** A tracking server, and what the credential for it is one of. */
export interface ConnectedTo {
  readonly upstream: Upstream | undefined;
  readonly of: string | undefined;
}

/** One attached window, and what it said last. */
export class WindowState {
  /** JSON; `undefined`: nothing yet. */
  upstreamText: string | undefined;
  upstream: Upstream | undefined;
  /** What its credential is one of. */
  of: string | undefined;
  credential: SaidCredential = { kind: 'unsaid' };
  /** The number of the last credential of its own that came into use. */
  brought: number | undefined;
  /** The number of the credential that it was last told to be rejected. */
  rejected: number | undefined;
  /** What it was last told to be in use in place of a credential of its own. */
  lent: Lent['secret'];
  readonly send: (message: FromProcess) => void;

  constructor(send: (message: FromProcess) => void) {
    this.send = send;
  }

  said(upstream: Upstream | undefined): void {
    this.upstream = upstream;
    this.upstreamText = JSON.stringify(upstream ?? null);
  }

  /** The most for the window that can bring credentials; 0 for one that is not connected to a tracking server. */
  get rank(): number {
    if (this.upstream === undefined) return 0;
    return this.credential.kind === 'ready' ? 2 : 1;
  }

  /** It has neither brought a credential nor said why not. */
  get isSilent(): boolean {
    return this.credential.kind === 'unsaid' || this.credential.kind === 'pending';
  }

  /** Whether it is connected, or about to be, as that one is. */
  isConnectedAs(other: ConnectedTo): boolean {
    const of = this.credential.kind === 'unavailable' ? this.credential.of : this.of;
    return of !== undefined && of === other.of && this.upstream?.id === other.upstream?.id;
  }

  /** What it brings can be used in place of that one's. What is for nowhere would go to whichever server is next. */
  servesFor(leader: WindowState): boolean {
    if (this.upstream === undefined) return false;
    return this === leader || (this.upstreamText === leader.upstreamText && leader.isConnectedAs(this));
  }

  /** What Python gets can be true for one of both alone. */
  contradicts(other: ConnectedTo): boolean {
    const hasSpoken = this.credential.kind !== 'unsaid' && this.upstreamText !== undefined;
    return hasSpoken && !this.isConnectedAs(other);
  }

  /** What it kept from before says nothing of what the store has now: it has not been asked since this was rejected. */
  isUnawareOf(need: Need | undefined, number: number): need is Need {
    return need?.reason === 'rejected' && need.version === number && this.rejected !== number;
  }

  /** The window's own version of a credential. */
  versionOf(number: number): number | undefined {
    return this.credential.kind === 'ready' && this.credential.number === number
      ? this.credential.version
      : undefined;
  }

  /** A need in the window's own terms: what it does not know as rejected is missing to it. */
  ask(need: Need): void {
    if (need.reason !== 'rejected') {
      this.send(need);
      return;
    }
    const version = this.versionOf(need.version);
    if (version === undefined) {
      this.send({ type: 'credentialNeeded', reason: 'missing' });
      return;
    }
    this.rejected = need.version;
    this.send({ ...need, version });
  }
}

/**
 * The window that the proxy follows: of the highest rank, the last one. A later one that is connected otherwise, or not any
 * more, counts before any: an earlier one may belong to nobody by now, as the editor can leave an extension host behind,
 * and must not serve what the later one has replaced.
 */
export function leaderOf(windows: Iterable<WindowState>): WindowState | undefined {
  let leader: WindowState | undefined;
  for (const window of windows) {
    if (leader === undefined || window.rank >= leader.rank || window.contradicts(leader)) leader = window;
  }
  return leader;
}

export function timesOf({ fetchedAt = Date.now(), refreshAt }: Ready): NonNullable<Lent['secret']> {
  return { fetchedAt, refreshAt };
}

/** Tells each window that could not get a credential whether one of the same connection is in use. */
export function tellLent(
  windows: Iterable<WindowState>,
  inUse: ConnectedTo & { readonly secret: Lent['secret'] },
): void {
  for (const window of windows) {
    const isLent = window.credential.kind === 'unavailable' && window.isConnectedAs(inUse);
    const secret = isLent ? inUse.secret : undefined;
    if (window.lent === secret) continue;
    window.lent = secret;
    window.send({ type: 'lent', secret });
  }
}

/** Numbers credentials anew, since each window counts for itself: the same value keeps its number. */
export class CredentialNumbers {
  readonly #key = randomBytes(32);
  #last = { number: 0, digest: '' };

  /** `undefined` for another value than the last. */
  known(credential: Ready): number | undefined {
    return this.#digest(credential) === this.#last.digest ? this.#last.number : undefined;
  }

  numberOf(credential: Ready): number {
    const known = this.known(credential);
    if (known !== undefined) return known;
    this.#last = { number: this.#last.number + 1, digest: this.#digest(credential) };
    return this.#last.number;
  }

  #digest({ headerName, headerValue }: Ready): string {
    return createHmac('sha256', this.#key)
      .update(JSON.stringify([headerName, headerValue]))
      .digest('base64');
  }
}
