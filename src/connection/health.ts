import { ExpiryTimer, isWithin } from '../expiry.ts';
import type { ExpiryClock } from '../expiry.ts';
import type { Rejected, ServerFinding } from './state.ts';

/** Whether somebody is looking at the window. */
export interface Attention {
  isThere(): boolean;
  /** Calls `listener` whenever that may have changed; returns what ends it. */
  onChange(listener: () => void): () => void;
}

export interface HealthOptions {
  readonly clock: ExpiryClock;
  /** From 0 to 1, so that many windows do not ask at the same moment. */
  readonly random: () => number;
  /** How long a server that responded is not asked; 0: it is not asked at all while all is well. */
  readonly intervalMs: () => number;
  readonly attention: Attention;
  /** Asks the server. `undefined`: nothing can be said now. Never rejects. */
  readonly check: (signal: AbortSignal) => Promise<ServerFinding | undefined>;
  readonly found: (finding: ServerFinding) => void;
}

/** Between two questions to a server that does not respond, so that its return is seen within 15 s. */
const downIntervalMs = 8000;
/** Where somebody has to change something first. */
const mendIntervalMs = 60_000;
/** A password that was rejected is rarely tried again: directories lock an account after a few wrong ones. */
const passwordIntervalMs = 300_000;
/** Where the credential may be right, the server is as good as away. */
const rejectedIntervalMs: Readonly<Record<Rejected, number>> = {
  password: passwordIntervalMs,
  token: mendIntervalMs,
  anything: downIntervalMs,
};
/** Of an interval, more or less. */
const jitter = 0.1;

/**
 * Asks the tracking server while somebody is there, and only where no request of Python told how it is. One timer, and
 * none while nobody looks and nothing is requested: a look when somebody comes back makes up for it, also after the machine
 * slept.
 */
export class HealthWatch {
  readonly #options: HealthOptions;
  readonly #timer: ExpiryTimer;
  readonly #closed = new AbortController();
  readonly #stopListening: () => void;
  #last: ServerFinding | undefined;
  #heardAt = 0;
  #suspectedAt = -Infinity;
  /** Since a password was rejected, somebody came back, and it was tried once more for them. */
  #hasTriedAgain = false;
  #isWatching = false;
  #looking: Promise<void> | undefined;
  /** How often it was asked to look. */
  #wanted = 0;

  constructor(options: HealthOptions) {
    this.#options = options;
    this.#timer = new ExpiryTimer(options.clock);
    this.#stopListening = options.attention.onChange(() => this.#attentionChanged());
  }

  /** What was found last. */
  get kind(): ServerFinding['kind'] | undefined {
    return this.#last?.kind;
  }

  get isPasswordRejected(): boolean {
    return isPassword(this.#last);
  }

  /** Until no question is under way. */
  async settled(): Promise<void> {
    await this.#looking;
  }

  /** Asks now, whoever is there. What was asked before this call does not count. */
  async look(): Promise<void> {
    this.#wanted += 1;
    this.#looking ??= this.#ask().finally(() => {
      this.#looking = undefined;
    });
    await this.#looking;
  }

  /** What a request of Python shows of the server. */
  heard(finding: ServerFinding): void {
    if (this.#closed.signal.aborted) return;
    this.#note(finding);
    this.#options.found(finding);
  }

  /** The server responded to a request of Python, and well; wall-clock milliseconds. */
  respondedAt(at: number): void {
    if (this.#last?.kind === 'accepted') this.#heardAt = Math.max(this.#heardAt, at);
    // Whatever responds may be MLflow by now.
    else if (this.#last?.kind === 'unavailable' && at > this.#heardAt) this.#lookBeforeTime();
  }

  /** Requests of Python fail: that is worth a question before its time. */
  doubt(): void {
    if (this.#last?.kind === 'accepted') this.#lookBeforeTime();
  }

  /** Requests of Python are refused, perhaps for another reason than the credential: asked at once, and not again and again. */
  suspect(): void {
    if (this.#last?.kind !== 'accepted') return;
    const now = this.#options.clock.now();
    if (isWithin(downIntervalMs, this.#suspectedAt, now)) {
      this.#lookBeforeTime();
      return;
    }
    this.#suspectedAt = now;
    void this.look();
  }

  /** The interval may be another one now. */
  reschedule(): void {
    if (this.#heardAt !== 0 && this.#looking === undefined) this.#schedule();
  }

  close(): void {
    this.#closed.abort();
    this.#stopListening();
    this.#timer.clear();
  }

  async #ask(): Promise<void> {
    const { check, found } = this.#options;
    const { signal } = this.#closed;
    this.#timer.clear();
    let finding: ServerFinding | undefined;
    let wanted: number;
    do {
      wanted = this.#wanted;
      finding = await check(signal);
    } while (wanted !== this.#wanted && !signal.aborted);
    if (signal.aborted) return;
    this.#note(finding);
    if (finding !== undefined) found(finding);
  }

  #note(finding: ServerFinding | undefined): void {
    if (!isPassword(finding)) this.#hasTriedAgain = false;
    this.#last = finding;
    this.#heardAt = this.#options.clock.now();
    this.#schedule();
  }

  #attentionChanged(): void {
    if (!this.#options.attention.isThere()) {
      this.#timer.clear();
      this.#isWatching = false;
      return;
    }
    if (this.#isWatching || this.#looking !== undefined || this.#heardAt === 0) return;
    const leastMs = this.#hasTriedAgain ? passwordIntervalMs : downIntervalMs;
    if (!this.#heardWithin(leastMs)) {
      this.#lookForSomebody();
      return;
    }
    this.#schedule();
    // Somebody may have mended it meanwhile, and looks whether it works.
    const isTrouble = this.#last?.kind === 'unavailable' || this.#last?.kind === 'rejected';
    if (isTrouble && !this.#hasTriedAgain) this.#lookBeforeTime();
  }

  /** A question under way is not asked anew: a server that is slow to answer would be asked for ever. */
  #lookForSomebody(): void {
    if (this.#looking !== undefined) return;
    this.#hasTriedAgain = isPassword(this.#last);
    void this.look();
  }

  #schedule(): void {
    const intervalMs = this.#intervalMs();
    this.#isWatching = intervalMs > 0 && this.#options.attention.isThere();
    if (!this.#isWatching) {
      this.#timer.clear();
      return;
    }
    const { random } = this.#options;
    const waitMs = intervalMs * (1 + jitter * (2 * random() - 1));
    this.#timer.set(this.#countedFrom() + waitMs, () => this.#due());
  }

  /** Also where nobody looks: requests of Python are somebody's, and a window may be seen from afar. */
  #lookBeforeTime(): void {
    this.#timer.set(this.#countedFrom() + downIntervalMs, () => this.#lookForSomebody());
  }

  #due(): void {
    this.#isWatching = false;
    if (!this.#options.attention.isThere()) return;
    if (this.#heardWithin(this.#intervalMs() * (1 - jitter))) this.#schedule();
    else void this.look();
  }

  #heardWithin(ms: number): boolean {
    return isWithin(ms, this.#heardAt, this.#options.clock.now());
  }

  /** A clock that was set back makes no wait longer. */
  #countedFrom(): number {
    return Math.min(this.#heardAt, this.#options.clock.now());
  }

  #intervalMs(): number {
    switch (this.#last?.kind) {
      case 'accepted':
        return this.#options.intervalMs();
      case 'rejected':
        return rejectedIntervalMs[this.#last.of];
      case 'unavailable':
        return this.#last.problem.retry === 'automatic' ? downIntervalMs : mendIntervalMs;
      case undefined:
        return downIntervalMs;
    }
  }
}

function isPassword(finding: ServerFinding | undefined): boolean {
  return finding?.kind === 'rejected' && finding.of === 'password';
}
