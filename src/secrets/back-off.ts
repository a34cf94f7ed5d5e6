import { isWithin } from '../expiry.ts';

/** Waits between tries: 1 s, doubling to 30 s, each shortened by up to half at random. Milliseconds. */
const firstWaitMs = 1000;
export const maxWaitMs = 30_000;

/** Remembers how often something failed in a row, and until when it is not to be tried again. */
export class BackOff {
  readonly #random: () => number;
  #failures = 0;
  #from = 0;
  #until = 0;

  constructor(random: () => number) {
    this.#random = random;
  }

  get until(): number {
    return this.#until;
  }

  isWaiting(now: number): boolean {
    return isWithin(this.#until - this.#from, this.#from, now);
  }

  /** `atLeast`: what the other side asked for. */
  failed(now: number, atLeast = 0): void {
    const wait = Math.min(firstWaitMs * 2 ** this.#failures, maxWaitMs) * (1 - this.#random() / 2);
    this.#failures += 1;
    this.#from = now;
    this.#until = now + Math.max(wait, atLeast);
  }

  succeeded(): void {
    this.#failures = 0;
    this.#from = 0;
    this.#until = 0;
  }
}
