import type { Clock } from '../../src/providers/source.ts';
import { Changes } from './changes.ts';

/** A clock that only moves when told to. */
export class ManualClock implements Clock {
  #now: number;
  #sleepers: { readonly at: number; readonly wake: () => void }[] = [];
  readonly #changes = new Changes();

  constructor(now = 1_000_000_000_000) {
    this.#now = now;
  }

  now(): number {
    return this.#now;
  }

  /** How many timers run. */
  get sleeping(): number {
    return this.#sleepers.length;
  }

  async sleep(ms: number, signal: AbortSignal): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      const sleeper = { at: this.#now + ms, wake: resolve };
      this.#sleepers.push(sleeper);
      signal.addEventListener('abort', () => {
        this.#sleepers = this.#sleepers.filter((one) => one.wake !== sleeper.wake);
        reject(new Error('aborted'));
      });
      this.#changes.notify();
    });
  }

  async advance(ms: number): Promise<void> {
    this.#now += ms;
    for (const { at, wake } of this.#sleepers) if (at <= this.#now) wake();
    this.#sleepers = this.#sleepers.filter(({ at }) => at > this.#now);
    await settle();
  }

  /** Moves on to the end of the first sleep; where nobody sleeps, waits for one who does. */
  async wakeFirst(): Promise<void> {
    const { at } = await this.#changes.until(() => this.#sleepers[0], 'a sleep');
    await this.advance(at - this.#now);
  }

  /** Sleeps end no later for it, as those of a real timer. */
  setBack(ms: number): void {
    this.#now -= ms;
    this.#sleepers = this.#sleepers.map(({ at, wake }) => ({ at: at - ms, wake }));
  }
}

/** Lets everything that waits for nothing outside go on. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 120; turn += 1) await Promise.resolve();
}
