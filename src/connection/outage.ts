import { ExpiryTimer, isWithin } from '../expiry.ts';
import { isFoundByAsking, isWorthWaitingFor } from '../mending.ts';
import type { Problem } from '../problem.ts';
import { mendsOf } from '../problem-catalogue.ts';
import type { Clock } from '../providers/source.ts';
import type { CredentialState } from '../proxy/messages.ts';
import { problemResponse } from './unavailable-responses.ts';

/** Before a request asks again, where the resolver does not say how long to wait. */
const minAskAgainMs = 1000;

export interface OutageOptions {
  readonly clock: Clock;
  /** How long a run waits for a person to mend what went wrong; 0: not at all. */
  readonly graceMs: number;
  readonly post: (credential: CredentialState) => void;
}

/**
 * What requests get while there is no credential, from the first failure to the next success: for a time, what makes a
 * run wait for somebody who may be on the way back; then what ends it with a sentence.
 */
export class Outage {
  readonly #options: OutageOptions;
  readonly #graceEnd: ExpiryTimer;
  /** When it began; later, where the clock was set back meanwhile, so that a run waits as long as it was told to. */
  #from: number | undefined;
  #graceMs = 0;

  constructor(options: OutageOptions) {
    this.#options = options;
    this.#graceEnd = new ExpiryTimer(options.clock);
  }

  /** `mayBeRunning`: whether a program may be at work that had a credential before. */
  failed(problem: Problem, { mayBeRunning }: { readonly mayBeRunning: boolean }): void {
    if (this.#from === undefined) this.#graceMs = mayBeRunning ? this.#options.graceMs : 0;
    const now = this.#options.clock.now();
    this.#from = Math.min(this.#from ?? now, now);
    this.#post(problem);
    if (!this.#isGrace(problem)) return;
    this.#graceEnd.set(this.#from + this.#graceMs, () => {
      this.#graceMs = 0;
      this.#post(problem);
    });
  }

  /** There is a credential, or the connection has ended. */
  over(): void {
    this.#from = undefined;
    this.#graceEnd.clear();
  }

  #post(problem: Problem): void {
    const response = problemResponse(problem, { isWorthWaiting: this.#isGrace(problem) });
    const asksAgain = problem.retry !== 'automatic' && isFoundByAsking(mendsOf(problem.code));
    const askAgainAfterMs = Math.max(problem.retryAfterMs ?? 0, minAskAgainMs);
    const isDenied = problem.retry === 'purge';
    this.#options.post({
      ...{ kind: 'unavailable', response },
      ...(isDenied && { isDenied }),
      ...(asksAgain && { askAgainAfterMs }),
    });
  }

  #isGrace(problem: Problem): boolean {
    return (
      isWorthWaitingFor(mendsOf(problem.code)) &&
      this.#from !== undefined &&
      isWithin(this.#graceMs, this.#from, this.#options.clock.now())
    );
  }
}
