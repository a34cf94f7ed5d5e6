import type { Socket } from 'node:net';
import type { FromWorker, DenialReason } from '../messages.ts';
import { describePeer } from './peer-process.ts';

interface Counted {
  /** Since the last message. */
  count: number;
  /** Until the next message may be given. */
  timer: NodeJS.Timeout | undefined;
  /** The search for the process of the first request since the last message. */
  search: 'none' | 'running' | 'done';
  detail: string;
}

/** Reports denied requests to the main thread: of each reason the first at once, then how many there were. */
export class DeniedRequestLog {
  readonly #post: (message: Extract<FromWorker, { type: 'denied' }>) => void;
  readonly #intervalMs: number;
  readonly #byReason = new Map<DenialReason, Counted>();
  #isClosed = false;

  /** `intervalMs`: between two messages of the same reason. */
  constructor(post: (message: Extract<FromWorker, { type: 'denied' }>) => void, intervalMs = 10_000) {
    this.#post = post;
    this.#intervalMs = intervalMs;
  }

  /**
   * Counts a request; `then` is called when the client may get its response. That waits a moment for the process's name
   * where one is looked for, since a short-lived process ends with its response. Each message looks for one again: a
   * kernel that still uses an old token must not hide who else tries.
   */
  add(reason: DenialReason, socket: Socket, then: () => void): void {
    const counted = this.#byReason.get(reason) ?? { count: 0, timer: undefined, search: 'none', detail: '' };
    this.#byReason.set(reason, counted);
    counted.count += 1;
    if (counted.search !== 'none') {
      then();
      return;
    }
    counted.search = 'running';
    void describePeer(socket.remotePort, socket.localPort).then((detail) => {
      then();
      counted.search = 'done';
      counted.detail = detail;
      if (counted.timer === undefined && !this.#isClosed) this.#report(reason, counted);
    });
  }

  close(): void {
    this.#isClosed = true;
    for (const { timer } of this.#byReason.values()) clearTimeout(timer);
    this.#byReason.clear();
  }

  #report(reason: DenialReason, counted: Counted): void {
    this.#post({ type: 'denied', reason, count: counted.count, detail: counted.detail });
    counted.count = 0;
    counted.search = 'none';
    counted.detail = '';
    counted.timer = setTimeout(() => {
      counted.timer = undefined;
      if (counted.count === 0) this.#byReason.delete(reason);
      else if (counted.search === 'done') this.#report(reason, counted);
    }, this.#intervalMs);
  }
}
