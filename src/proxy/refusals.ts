import type { Socket } from 'node:net';
import type { FromWorker, Refusal } from './messages.ts';
import { describePeer } from './peer-process.ts';

/** Milliseconds between two messages of the same reason. */
const interval = 10_000;

interface Counted {
  /** Since the last message. */
  count: number;
  timer: NodeJS.Timeout | undefined;
  /** Of the last attempt that was looked at. */
  detail: string;
}

/** Tells the main thread of refused attempts: of each reason the first at once, then how many there were. */
export class Refusals {
  readonly #post: (message: Extract<FromWorker, { type: 'refused' }>) => void;
  readonly #byReason = new Map<Refusal, Counted>();

  constructor(post: (message: Extract<FromWorker, { type: 'refused' }>) => void) {
    this.#post = post;
  }

  /**
   * Counts an attempt; `then` is called when the client may be answered. That waits a moment for the process's name
   * where one is looked for, since a short-lived one ends with its answer.
   */
  add(refusal: Refusal, socket: Socket, then: () => void): void {
    const known = this.#byReason.get(refusal);
    if (known !== undefined) {
      known.count += 1;
      then();
      return;
    }
    const counted: Counted = { count: 1, timer: undefined, detail: '' };
    this.#byReason.set(refusal, counted);
    void describePeer(socket.remotePort, socket.localPort).then((detail) => {
      then();
      counted.detail = detail;
      this.#tell(refusal, counted);
    });
  }

  close(): void {
    for (const { timer } of this.#byReason.values()) clearTimeout(timer);
    this.#byReason.clear();
  }

  #tell(refusal: Refusal, counted: Counted): void {
    this.#post({ type: 'refused', refusal, count: counted.count, detail: counted.detail });
    counted.count = 0;
    counted.timer = setTimeout(() => {
      if (counted.count === 0) this.#byReason.delete(refusal);
      else this.#tell(refusal, counted);
    }, interval);
  }
}
