import { ExpiryTimer } from '../../expiry.ts';
import type { ExpiryClock } from '../../expiry.ts';
import type { AfterClose } from '../control/control-messages.ts';
import type { ProxyUse } from '../server.ts';

/** Times are wall-clock milliseconds. */
export type LifeState =
  /** Whoever started it attaches at once, or has given up. */
  | { readonly kind: 'starting' }
  | { readonly kind: 'attached' }
  /** For a window that is loaded again. `since`: the last one left. */
  | { readonly kind: 'alone'; readonly since: number }
  /** For programs that use it, as the user has chosen. */
  | { readonly kind: 'keeping'; readonly since: number; readonly until: number }
  /** Another process has the port. */
  | { readonly kind: 'draining' }
  | { readonly kind: 'ending' };

export interface ProcessLifeOptions {
  readonly clock: ExpiryClock;
  /** How long it goes on for a window that is loaded again. */
  readonly aloneMs: number;
  readonly use: () => Pick<ProxyUse, 'connections' | 'lastRequestAt'>;
  /** Whether the extension's files are still there. */
  readonly isInstalled: () => Promise<boolean>;
  readonly changed: (state: LifeState) => void;
  /** `finish`: what is under way may go on for a moment. */
  readonly end: (how: 'now' | 'finish') => void;
}

const firstWindowMs = 15_000;
/** Where nothing is to stay: for a window that is loaded again fast, and for one whose extension host died. */
const endMs = { orderly: 2000, lost: 15_000 };
/** For what is under way when another process takes the port. */
const drainMs = 10 * 60_000;
/** Scripts may start Python now and then. */
const quietMs = 30 * 60_000;
/** An update deletes the old files while programs go on. */
const uninstalledMs = 10 * 60_000;
const lookIntervalMs = 10_000;

/** How long the process goes on: while a window is attached, for a moment after the last one, and for whom it is kept. */
export class ProcessLife {
  readonly #options: ProcessLifeOptions;
  readonly #timer: ExpiryTimer;
  readonly #bound: ExpiryTimer;
  #state: LifeState = { kind: 'starting' };
  #afterClose: AfterClose = { kind: 'shortly' };

  constructor(options: ProcessLifeOptions) {
    this.#options = options;
    this.#timer = new ExpiryTimer(options.clock);
    this.#bound = new ExpiryTimer(options.clock);
  }

  get state(): LifeState {
    return this.#state;
  }

  started(): void {
    this.#endIn(firstWindowMs);
  }

  /** Until another window says so. */
  prepared(afterClose: AfterClose): void {
    this.#afterClose = afterClose;
  }

  alone(isAlone: boolean, { isOrderly }: { readonly isOrderly: boolean }): void {
    const { kind } = this.#state;
    if (kind === 'ending') return;
    if (!isAlone) {
      this.#enter({ kind: 'attached' });
      return;
    }
    if (kind === 'alone' || kind === 'keeping') return;
    const since = this.#options.clock.now();
    this.#enter({ kind: 'alone', since });
    this.#timer.set(since + this.#aloneMs(isOrderly), () => this.#waited(since));
  }

  released(): void {
    this.#enter({ kind: 'draining' });
    this.#endIn(drainMs);
  }

  end(how: 'now' | 'finish'): void {
    if (this.#state.kind === 'ending') return;
    this.#enter({ kind: 'ending' });
    this.#options.end(how);
  }

  #aloneMs(isOrderly: boolean): number {
    const { aloneMs } = this.#options;
    if (this.#afterClose.kind !== 'end') return aloneMs;
    return Math.min(aloneMs, isOrderly ? endMs.orderly : endMs.lost);
  }

  #waited(since: number): void {
    if (this.#afterClose.kind !== 'whileInUse' || !this.#isInUse()) {
      this.end('now');
      return;
    }
    const until = since + this.#afterClose.hours * 3_600_000;
    this.#enter({ kind: 'keeping', since, until });
    this.#bound.set(until, () => this.end('finish'));
    void this.#look(since, since);
  }

  /** `installedAt`: when the extension's files were seen last. */
  async #look(since: number, installedAt: number): Promise<void> {
    const isInstalled = await this.#options.isInstalled();
    const { state } = this;
    if (state.kind !== 'keeping' || state.since !== since) return;
    const now = this.#options.clock.now();
    const seenAt = isInstalled ? now : installedAt;
    if (!this.#isInUse() || now - seenAt >= uninstalledMs) this.end('now');
    else this.#timer.set(now + lookIntervalMs, () => void this.#look(since, seenAt));
  }

  #isInUse(): boolean {
    const { use, clock } = this.#options;
    const { connections, lastRequestAt } = use();
    return connections > 0 || clock.now() - lastRequestAt < quietMs;
  }

  #endIn(ms: number): void {
    this.#timer.set(this.#options.clock.now() + ms, () => this.end('now'));
  }

  #enter(state: LifeState): void {
    this.#timer.clear();
    this.#bound.clear();
    this.#state = state;
    this.#options.changed(state);
  }
}
