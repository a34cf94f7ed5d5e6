export interface ClientTimeouts {
  /** For a head, from its first byte on. */
  readonly headMs: number;
  /** Between two requests, and before the first. */
  readonly idleMs: number;
  /** During an exchange in which no byte moves. */
  readonly stallMs: number;
  /** For a client to take a last response and to close, after the last byte that it sent. */
  readonly lingerMs: number;
}

/**
 * How long a client is still waited for. That bytes moved is only noted, and counted by `timedOut`: a request needs no
 * clock.
 */
export class ClientDeadline {
  readonly #timeouts: ClientTimeouts;
  /** Monotonic milliseconds. */
  #at: number;
  #kind: 'open' | 'head' | 'leaving' = 'open';
  /** Bytes moved since the deadline was set. */
  #moved = false;

  constructor(timeouts: ClientTimeouts) {
    this.#timeouts = timeouts;
    this.#at = performance.now() + timeouts.idleMs;
  }

  /** Since when it is over; monotonic milliseconds. */
  overSince(now: number): number | undefined {
    return this.#moved || now < this.#at ? undefined : this.#at;
  }

  moved(): void {
    this.#moved = true;
  }

  /** A head has begun and has not ended; more of its bytes give it no more time. */
  headBegan(): void {
    if (this.#kind === 'head') return;
    this.#kind = 'head';
    this.#set(performance.now() + this.#timeouts.headMs);
  }

  headEnded(): void {
    this.#kind = 'open';
  }

  /** `isFlushed`: everything that was written is with the kernel; else the client has the time of an exchange to take it. */
  leaving(isFlushed: boolean): void {
    this.#kind = 'leaving';
    this.#set(performance.now() + (isFlushed ? this.#timeouts.lingerMs : this.#timeouts.stallMs));
  }

  /**
   * What has timed out by `now` (monotonic milliseconds), if anything. `isBusy`: the client waits for a response, or has
   * yet to take one.
   */
  timedOut(now: number, isBusy: boolean, idleMs = this.#timeouts.idleMs): 'head' | 'connection' | undefined {
    if (this.#moved && this.#kind === 'open') {
      this.#set(now + (isBusy ? this.#timeouts.stallMs : idleMs));
    }
    if (now < this.#at) return undefined;
    return this.#kind === 'head' ? 'head' : 'connection';
  }

  #set(at: number): void {
    this.#at = at;
    this.#moved = false;
  }
}
