/** Milliseconds. */
export interface ClientTimeouts {
  /** For a head, from its first byte on. */
  readonly headMs: number;
  /** Between two requests, and before the first. */
  readonly idleMs: number;
  /** During an exchange in which no byte moves. */
  readonly stallMs: number;
  /** For a client to take an answer and to end, after the last byte that it sent. */
  readonly lingerMs: number;
}

/**
 * How long a client is still waited for. What moves in an exchange is only noted, and counted when `over` is asked: a
 * request needs no clock.
 */
export class ClientDeadline {
  readonly #timeouts: ClientTimeouts;
  /** Milliseconds of the monotonic clock. */
  #at: number;
  #kind: 'open' | 'head' | 'leaving' = 'open';
  /** Bytes moved since the deadline was set. */
  #moved = false;

  constructor(patience: ClientTimeouts) {
    this.#timeouts = patience;
    this.#at = performance.now() + patience.idleMs;
  }

  moved(): void {
    this.#moved = true;
  }

  /** A head has begun and is not there yet; more of its bytes give it no more time. */
  headBegan(): void {
    if (this.#kind === 'head') return;
    this.#kind = 'head';
    this.#set(performance.now() + this.#timeouts.headMs);
  }

  headEnded(): void {
    this.#kind = 'open';
  }

  /** `isFlushed`: everything that was written is with the kernel; else the client has the time of an exchange for it. */
  leaving(isFlushed: boolean): void {
    this.#kind = 'leaving';
    this.#set(performance.now() + (isFlushed ? this.#timeouts.lingerMs : this.#timeouts.stallMs));
  }

  /** What took too long at `now`, of the monotonic clock. `isBusy`: an answer is awaited, or yet to be taken. */
  over(now: number, isBusy: boolean): 'head' | 'connection' | undefined {
    if (this.#moved && this.#kind === 'open') {
      this.#set(now + (isBusy ? this.#timeouts.stallMs : this.#timeouts.idleMs));
    }
    if (now < this.#at) return undefined;
    return this.#kind === 'head' ? 'head' : 'connection';
  }

  #set(at: number): void {
    this.#at = at;
    this.#moved = false;
  }
}
