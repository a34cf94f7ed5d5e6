import { ExpiryTimer } from '../../expiry.ts';
import type { ExpiryClock } from '../../expiry.ts';
import type { FromWorker, Upstream } from '../messages.ts';
import { isSameServer } from '../server.ts';
import { timesOf } from './window-states.ts';
import type { ConnectedTo, Lent, Need, Ready, WindowState } from './window-states.ts';

type Outcome = Extract<FromWorker, { type: 'credentialOutcome' }>;

interface CredentialUsed {
  readonly of: string | undefined;
  readonly number: number;
  readonly secret: NonNullable<Lent['secret']>;
  readonly expiresAt: number;
  readonly isRejected: boolean;
}

/** What the proxy uses now, whichever window said it: the tracking server, and a credential where there is one. */
export class InUse implements ConnectedTo {
  #upstream: Upstream | undefined;
  #upstreamText = 'null';
  /** Until the next credential. */
  readonly needs = new Map<Need['reason'], Need>();
  #credential: CredentialUsed | undefined;
  readonly #clock: ExpiryClock;
  readonly #expiry: ExpiryTimer;
  readonly #expired: () => void;

  constructor(clock: ExpiryClock, expired: () => void) {
    this.#clock = clock;
    this.#expiry = new ExpiryTimer(clock);
    this.#expired = expired;
  }

  get upstream(): Upstream | undefined {
    return this.#upstream;
  }

  /** JSON. */
  get upstreamText(): string {
    return this.#upstreamText;
  }

  get of(): string | undefined {
    return this.#credential?.of;
  }

  get number(): number | undefined {
    return this.#credential?.number;
  }

  /** Its times, until they are over. */
  get secret(): Lent['secret'] {
    return this.#isOver ? undefined : this.#credential?.secret;
  }

  /** Python is served with it: no window that has none takes it away by what it said before. */
  get isGood(): boolean {
    const isRejected = this.#credential?.isRejected !== false || this.needs.has('rejected');
    return !isRejected && !this.#isOver;
  }

  /** The tracking server as the window says it; false: that is known. Another one never gets the credential. */
  follow({ upstream, upstreamText }: WindowState): boolean {
    if (upstreamText === undefined || upstreamText === this.#upstreamText) return false;
    if (this.#upstream !== undefined && !isSameServer(this.#upstream, upstream)) this.drop();
    this.#upstream = upstream;
    this.#upstreamText = upstreamText;
    return true;
  }

  /** Whether the window is of another connection with another way to the same server, on which nobody approved what is in use. */
  isKeptFrom(window: WindowState): boolean {
    const { upstream, upstreamText = this.#upstreamText } = window;
    if (this.of === undefined || upstream === undefined || upstreamText === this.#upstreamText) return false;
    return window.of !== this.of && isSameServer(upstream, this.#upstream);
  }

  take(of: string | undefined, number: number, credential: Ready): void {
    const isRejected = number === this.number && this.#credential?.isRejected === true;
    const { expiresAt } = credential;
    this.#credential = { of, number, secret: timesOf(credential), expiresAt, isRejected };
    this.#expiry.set(expiresAt, this.#expired);
    this.needs.clear();
  }

  /**
   * Whether a window that brings the same was asked what the store has now: what it kept says nothing of that. The same is
   * one of its connection from here on.
   */
  askFirst(window: WindowState, number: number): boolean {
    const need = this.needs.get('rejected');
    const isInUse = number === this.number && window.upstreamText === this.#upstreamText;
    if (this.#credential === undefined || !isInUse || !window.isUnawareOf(need, number)) return false;
    this.#credential = { ...this.#credential, of: window.of };
    window.ask(need);
    return true;
  }

  drop(): void {
    this.#credential = undefined;
    this.#expiry.clear();
    this.needs.clear();
  }

  /** What the tracking server made of it. */
  found({ version, outcome }: Outcome): void {
    if (this.#credential?.number !== version) return;
    this.#credential = { ...this.#credential, isRejected: outcome !== 'accepted' };
  }

  /** By another connection that it begins, or by what it says of what it brought itself. */
  isEndedBy(window: WindowState): boolean {
    const { kind } = window.credential;
    if (kind === 'pending' && window.contradicts(this)) return true;
    return (
      (kind === 'pending' || kind === 'unavailable') && !this.staysFor(window) && this.#isBroughtBy(window)
    );
  }

  /** Whether what is in use serves until the window has a credential. */
  staysFor(window: WindowState): boolean {
    const { credential } = window;
    // One of the same: what is at hand may be good, or what it is compared with.
    if (credential.kind === 'pending' && credential.of !== undefined) return credential.of === this.of;
    const isDenied = credential.kind === 'unavailable' && credential.isDenied === true;
    return this.isGood && !isDenied && window.isConnectedAs(this) && !this.#isBroughtBy(window);
  }

  #isBroughtBy({ brought }: WindowState): boolean {
    return brought !== undefined && brought === this.number;
  }

  get #isOver(): boolean {
    const { expiresAt = -Infinity } = this.#credential ?? {};
    return this.#clock.now() >= expiresAt;
  }
}
