import { credentialLate, rejectionLate, unusableCredential } from './responses.ts';
import { isFieldValue, isToken } from './http/header-fields.ts';
import type { CredentialState, FromWorker, ProxyResponse } from './messages.ts';

export type ReadyCredential = Extract<CredentialState, { kind: 'ready' }>;
type CredentialNeeded = Extract<FromWorker, { type: 'credentialNeeded' }>;

/** What became of a credential that the tracking server refused. */
export type RejectionOutcome =
  | { readonly kind: 'changed' }
  | { readonly kind: 'unchanged' }
  | { readonly kind: 'unknown'; readonly response: ProxyResponse };

export type GateOutcome =
  | { readonly kind: 'ready'; readonly credential: ReadyCredential }
  | { readonly kind: 'unavailable'; readonly response: ProxyResponse };

export interface GateOptions {
  readonly post: (wanted: CredentialNeeded) => void;
  /** Wall-clock milliseconds. */
  readonly now: () => number;
  /** How long a request waits for a credential, in milliseconds. */
  readonly credentialTimeoutMs: number;
  /** How long a refused request waits to hear whether there is a new credential, in milliseconds. */
  readonly rejectionTimeoutMs: number;
  /** How long a credential that was refused and found unchanged is not asked for again, in milliseconds. */
  readonly confirmedFor: number;
}

export const gateDefaults = { credentialTimeoutMs: 30_000, rejectionTimeoutMs: 15_000, confirmedFor: 10_000 };

interface Waiter<T> {
  readonly settle: (outcome: T) => void;
  readonly timer: NodeJS.Timeout;
}

/** Keeps requests until there is a credential, and asks the main thread for what is missing, each thing once. */
export class CredentialGate {
  readonly #options: GateOptions;
  #state: CredentialState = { kind: 'pending' };
  readonly #waiting = new Set<Waiter<GateOutcome>>();
  readonly #rejected = new Set<Waiter<RejectionOutcome>>();
  readonly #said = new Set<CredentialNeeded['reason']>();
  /** Answers still to come to what was asked before the rejection; they may be older than it. */
  #earlierAnswers = 0;
  #confirmed: { readonly version: number; readonly until: number } | undefined;

  constructor(options: GateOptions) {
    this.#options = options;
  }

  /** The credential if it can be used now. Says once that it is due for a refresh. */
  current(now = this.#options.now()): ReadyCredential | undefined {
    const state = this.#state;
    if (state.kind !== 'ready') return undefined;
    if (now >= state.expiresAt) return undefined;
    if (now >= state.refreshAt) this.#say({ type: 'credentialNeeded', reason: 'refresh' });
    return state;
  }

  /** Settles once: at once, or later and then gives a function to stop waiting with. */
  wait(settle: (outcome: GateOutcome) => void): (() => void) | undefined {
    const outcome = this.#outcome();
    if (outcome !== undefined) {
      settle(outcome);
      return undefined;
    }
    this.#sayMissing();
    return wait(
      this.#waiting,
      this.#options.credentialTimeoutMs,
      { kind: 'unavailable', response: credentialLate },
      settle,
    );
  }

  /** The tracking server refused `version`. Settles once: at once, or later and then gives a function to stop waiting with. */
  reject(version: number, settle: (outcome: RejectionOutcome) => void): (() => void) | undefined {
    const outcome = this.#rejectionOutcome(version);
    if (outcome !== undefined) {
      settle(outcome);
      return undefined;
    }
    if (!this.#said.has('rejected')) {
      this.#earlierAnswers = this.#said.size;
      this.#say({ type: 'credentialNeeded', reason: 'rejected', version });
    }
    const late = { kind: 'unknown', response: rejectionLate } as const;
    return wait(this.#rejected, this.#options.rejectionTimeoutMs, late, settle);
  }

  set(given: CredentialState): void {
    const before = this.#state;
    const state = usable(given);
    this.#state = state;
    const wasRejected = this.#said.has('rejected');
    const isSame = before.kind === 'ready' && state.kind === 'ready' && before.version === state.version;
    if (isSame && wasRejected && this.#earlierAnswers > 0) {
      this.#earlierAnswers -= 1;
      this.#settleWaiting();
      return;
    }
    this.#said.clear();
    if (state.kind === 'pending') {
      this.#settleWaiting();
      return;
    }
    if (isSame && wasRejected) {
      this.#confirmed = { version: state.version, until: this.#options.now() + this.#options.confirmedFor };
    }
    settleAll(this.#rejected, rejectionOutcomeOf(state, isSame));
    this.#settleWaiting();
  }

  #settleWaiting(): void {
    const outcome = this.#outcome();
    if (outcome !== undefined) settleAll(this.#waiting, outcome);
    else if (this.#waiting.size > 0) this.#sayMissing();
  }

  #outcome(): GateOutcome | undefined {
    const credential = this.current();
    if (credential !== undefined) return { kind: 'ready', credential };
    return this.#state.kind === 'unavailable' ? this.#state : undefined;
  }

  #rejectionOutcome(version: number): RejectionOutcome | undefined {
    const state = this.#state;
    switch (state.kind) {
      case 'pending':
        return { kind: 'changed' };
      case 'unavailable':
        return { kind: 'unknown', response: state.response };
      case 'ready': {
        if (state.version !== version) return { kind: 'changed' };
        const confirmed = this.#confirmed;
        const isConfirmed = confirmed?.version === version && this.#options.now() < confirmed.until;
        return isConfirmed ? { kind: 'unchanged' } : undefined;
      }
    }
  }

  #sayMissing(): void {
    this.#say({ type: 'credentialNeeded', reason: this.#state.kind === 'ready' ? 'expired' : 'missing' });
  }

  #say(wanted: CredentialNeeded): void {
    if (this.#said.has(wanted.reason)) return;
    this.#said.add(wanted.reason);
    this.#options.post(wanted);
  }
}

function rejectionOutcomeOf(
  state: Exclude<CredentialState, { kind: 'pending' }>,
  isSame: boolean,
): RejectionOutcome {
  if (state.kind === 'unavailable') return { kind: 'unknown', response: state.response };
  return { kind: isSame ? 'unchanged' : 'changed' };
}

/** Whatever was checked before: a line break must not get into a head. */
function usable(state: CredentialState): CredentialState {
  if (state.kind !== 'ready') return state;
  const isSound = isToken(state.headerName) && isFieldValue(state.headerValue) && state.headerValue !== '';
  return isSound ? state : { kind: 'unavailable', response: unusableCredential };
}

function wait<T>(
  waiters: Set<Waiter<T>>,
  patience: number,
  late: T,
  settle: (outcome: T) => void,
): () => void {
  const leave = (): void => {
    clearTimeout(waiter.timer);
    waiters.delete(waiter);
  };
  const timer = setTimeout(() => {
    leave();
    settle(late);
  }, patience);
  const waiter = { settle, timer };
  waiters.add(waiter);
  return leave;
}

function settleAll<T>(waiters: Set<Waiter<T>>, outcome: T): void {
  const all = [...waiters];
  waiters.clear();
  for (const { timer } of all) clearTimeout(timer);
  for (const { settle } of all) settle(outcome);
}
