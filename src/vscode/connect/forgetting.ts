import { atMost } from '../../deadline.ts';

/** A secret store may take its time to take a sign-in back. */
const maxWaitMs = 5000;

/** Keeps what is still being deleted from being taken for entered. */
export class Forgetting {
  #underWay: Promise<unknown> = Promise.resolve();

  async forget(work: () => Promise<void>): Promise<void> {
    const forgetting = work();
    this.#underWay = Promise.allSettled([forgetting]);
    await forgetting;
  }

  /** Waits for what is under way, however it ends, but not for long. */
  async followedBy<T>(work: () => Promise<T>): Promise<T> {
    await atMost(this.#underWay, maxWaitMs);
    return work();
  }
}
