/** What an expiry is measured with. Wall-clock milliseconds; the sleep must not keep the process alive. */
export interface ExpiryClock {
  now(): number;
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

/**
 * Whether less than so many milliseconds have passed since a time of the wall clock. Once the clock was set back nobody
 * knows, and it is as if they had: no wait becomes longer by it.
 */
export function isWithin(ms: number, since: number, now: number): boolean {
  return now >= since && now - since < ms;
}

/** A machine may sleep and a clock may be set: the wall clock is looked at again at least this often. */
const maxStepMs = 30_000;

/** Does something once when a time is reached, one at a time. */
export class ExpiryTimer {
  readonly #clock: ExpiryClock;
  #pending: AbortController | undefined;

  constructor(clock: ExpiryClock) {
    this.#clock = clock;
  }

  /** In place of what was set before. A clock that is set back does not make it later. */
  set(at: number, reached: () => void): void {
    this.clear();
    const pending = new AbortController();
    this.#pending = pending;
    void this.#wait(at, pending.signal).then((isReached) => {
      if (isReached) reached();
    });
  }

  clear(): void {
    this.#pending?.abort(new Error('cleared'));
    this.#pending = undefined;
  }

  /** False when it was cleared. */
  async #wait(at: number, signal: AbortSignal): Promise<boolean> {
    let left = at - this.#clock.now();
    try {
      while (left > 0) {
        const step = Math.min(left, maxStepMs);
        await this.#clock.sleep(step, signal);
        left = Math.min(left - step, at - this.#clock.now());
      }
    } catch (error) {
      if (!signal.aborted) throw error;
    }
    return !signal.aborted;
  }
}
