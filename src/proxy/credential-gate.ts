import { setTimeout as sleep } from 'node:timers/promises';
import { ExpiryTimer, isWithin } from '../expiry.ts';
import { rejectionTimeout, unusableCredential } from './responses.ts';
import { isFieldValue, isToken } from './http/header-fields.ts';
import { settleAll, wait } from './waiters.ts';
import type { Waiter } from './waiters.ts';
import type { CredentialState, FromWorker, ProxyResponse } from './messages.ts';

export type ReadyCredential = Extract<CredentialState, { kind: 'ready' }>;
/** Of an expired credential only the version is held. */
type GateState = CredentialState | { readonly kind: 'expired'; readonly version: number };
type CredentialNeeded = Extract<FromWorker, { type: 'credentialNeeded' }>;

export interface Rejection {
  /** Of the credential that was sent. */
  readonly version: number;
  /** `suspected`: there may be other reasons. */
  readonly certainty: 'certain' | 'suspected';
  /** The tracking server had accepted this version before. */
  readonly wasAccepted: boolean;
}

/** What came of a credential that the tracking server rejected. */
export type RejectionOutcome =
  | { readonly kind: 'changed' }
  | { readonly kind: 'unchanged' }
  | { readonly kind: 'unknown'; readonly response: ProxyResponse };

export type GateOutcome =
  | { readonly kind: 'ready'; readonly credential: ReadyCredential }
  | { readonly kind: 'unavailable'; readonly response: ProxyResponse }
  /** It did not come while the request waited. */
  | { readonly kind: 'late' };

export interface GateOptions {
  readonly post: (message: CredentialNeeded) => void;
  /** Wall-clock milliseconds. */
  readonly now: () => number;
  /** The credential was dropped because its time is over. */
  readonly expired?: () => void;
  /** How long a request waits for a credential. */
  readonly credentialTimeoutMs: number;
  /** How long a rejected request waits to learn whether there is a newer credential. */
  readonly rejectionTimeoutMs: number;
  /** How long a credential that was rejected and found unchanged is not questioned again. */
  readonly confirmedForMs: number;
  /** The same where it is not certain that the credential is the cause. */
  readonly suspectedForMs: number;
}

export const gateDefaults = {
  credentialTimeoutMs: 30_000,
  rejectionTimeoutMs: 15_000,
  confirmedForMs: 10_000,
  suspectedForMs: 60_000,
};

/**
 * Holds requests until there is a credential, and asks the main thread for what is missing, each thing once.
 *
 * Callbacks rather than promises, here and wherever a request passes: with the credential at hand it goes on in the same
 * call, where a promise would be allocated for each request and let it go on only in a later turn.
 */
export class CredentialGate {
  readonly #options: GateOptions;
  readonly #expiry: ExpiryTimer;
  #state: GateState = { kind: 'pending' };
  readonly #waiting = new Set<Waiter<GateOutcome>>();
  readonly #rejected = new Set<Waiter<RejectionOutcome>>();
  /** Posted since the last credential came. */
  readonly #posted = new Set<CredentialNeeded['reason']>();
  /** Replies outstanding to earlier messages; they may predate the rejection, so they do not settle it. */
  #earlierReplies = 0;
  /** How long a response that says why there is no credential is not questioned. */
  #notAskedAgain: { readonly from: number; readonly forMs: number } | undefined;
  #confirmed: { readonly version: number; readonly at: number } | undefined;

  constructor(options: GateOptions) {
    this.#options = options;
    this.#expiry = new ExpiryTimer({
      now: options.now,
      sleep: async (ms, signal) => sleep(ms, undefined, { signal, ref: false }),
    });
  }

  /** The credential if it can be used now. Asks once for a refresh that is due. */
  current(now = this.#options.now()): ReadyCredential | undefined {
    const state = this.#state;
    if (state.kind !== 'ready') return undefined;
    if (now >= state.expiresAt) {
      this.#expire(state);
      return undefined;
    }
    if (now >= state.refreshAt) this.#ask({ type: 'credentialNeeded', reason: 'refresh' });
    return state;
  }

  /** Calls `settle` exactly once. Returns undefined if it already has, else a function that cancels the wait. */
  wait(settle: (outcome: GateOutcome) => void): (() => void) | undefined {
    const outcome = this.#outcome();
    if (outcome !== undefined) {
      settle(outcome);
      return undefined;
    }
    this.#askForCredential();
    return wait(this.#waiting, this.#options.credentialTimeoutMs, settle, missed);
  }

  /** To be called when the tracking server rejected a credential; calls `settle` and returns as `wait` does. */
  reject(rejection: Rejection, settle: (outcome: RejectionOutcome) => void): (() => void) | undefined {
    const { version, wasAccepted } = rejection;
    const outcome = this.#rejectionOutcome(rejection);
    if (outcome !== undefined) {
      settle(outcome);
      return undefined;
    }
    if (!this.#posted.has('rejected')) {
      this.#earlierReplies = this.#posted.size;
      this.#ask({ type: 'credentialNeeded', reason: 'rejected', version, wasAccepted });
    }
    return wait(this.#rejected, this.#options.rejectionTimeoutMs, settle, unsettled);
  }

  set(given: CredentialState): void {
    const before = this.#state;
    const state = usable(given);
    this.#state = state;
    this.#notAskedAgain = waitOf(state, this.#options.now());
    if (state.kind === 'ready') this.#expiry.set(state.expiresAt, () => this.#expire(state));
    else this.#expiry.clear();
    const wasRejected = this.#posted.has('rejected');
    const isSame = versionOf(before) !== undefined && versionOf(before) === versionOf(state);
    if (isSame && wasRejected && this.#earlierReplies > 0) {
      this.#earlierReplies -= 1;
      this.#settleWaiting();
      return;
    }
    this.#posted.clear();
    if (state.kind === 'pending') {
      this.#settleWaiting();
      return;
    }
    if (state.kind === 'ready' && isSame && wasRejected) {
      this.#confirmed = { version: state.version, at: this.#options.now() };
    }
    settleAll(this.#rejected, rejectionOutcomeOf(state, isSame));
    this.#settleWaiting();
  }

  /** Its value is dropped when its time is over, whether or not a request comes by then. */
  #expire({ version }: ReadyCredential): void {
    if (this.#state.kind !== 'ready' || this.#state.version !== version) return;
    this.#expiry.clear();
    this.#state = { kind: 'expired', version };
    this.#options.expired?.();
  }

  #settleWaiting(): void {
    const outcome = this.#outcome();
    if (outcome !== undefined) settleAll(this.#waiting, outcome);
    else if (this.#waiting.size > 0) this.#askForCredential();
  }

  #outcome(): GateOutcome | undefined {
    const credential = this.current();
    if (credential !== undefined) return { kind: 'ready', credential };
    return this.#state.kind === 'unavailable' && !this.#mayAskAgain() ? this.#state : undefined;
  }

  #mayAskAgain(): boolean {
    const wait = this.#notAskedAgain;
    return wait !== undefined && !isWithin(wait.forMs, wait.from, this.#options.now());
  }

  #rejectionOutcome({ version, certainty }: Rejection): RejectionOutcome | undefined {
    const state = this.#state;
    switch (state.kind) {
      case 'pending':
        return { kind: 'changed' };
      case 'expired':
        return state.version === version ? undefined : { kind: 'changed' };
      case 'unavailable':
        return { kind: 'unknown', response: state.response };
      case 'ready': {
        if (state.version !== version) return { kind: 'changed' };
        return this.#isConfirmed(version, certainty) ? { kind: 'unchanged' } : undefined;
      }
    }
  }

  #isConfirmed(version: number, certainty: Rejection['certainty']): boolean {
    const { now, confirmedForMs, suspectedForMs } = this.#options;
    const forMs = certainty === 'certain' ? confirmedForMs : suspectedForMs;
    return this.#confirmed?.version === version && isWithin(forMs, this.#confirmed.at, now());
  }

  #askForCredential(): void {
    this.#ask({ type: 'credentialNeeded', reason: this.#state.kind === 'expired' ? 'expired' : 'missing' });
  }

  #ask(message: CredentialNeeded): void {
    if (this.#posted.has(message.reason)) return;
    this.#posted.add(message.reason);
    this.#options.post(message);
  }
}

/** Of what is held or was until its time was over. */
function versionOf(state: GateState): number | undefined {
  return state.kind === 'ready' || state.kind === 'expired' ? state.version : undefined;
}

const missed = (): GateOutcome => ({ kind: 'late' });
const unsettled = (): RejectionOutcome => ({ kind: 'unknown', response: rejectionTimeout() });

function rejectionOutcomeOf(
  state: Exclude<CredentialState, { kind: 'pending' }>,
  isSame: boolean,
): RejectionOutcome {
  if (state.kind === 'unavailable') return { kind: 'unknown', response: state.response };
  return { kind: isSame ? 'unchanged' : 'changed' };
}

function waitOf(state: GateState, from: number): { from: number; forMs: number } | undefined {
  if (state.kind !== 'unavailable' || state.askAgainAfterMs === undefined) return undefined;
  return { from, forMs: state.askAgainAfterMs };
}

/** Whatever the main thread checked: a line break must not get into a head. */
function usable(state: CredentialState): CredentialState {
  if (state.kind !== 'ready') return state;
  const isSound = isToken(state.headerName) && isFieldValue(state.headerValue) && state.headerValue !== '';
  return isSound ? state : { kind: 'unavailable', response: unusableCredential() };
}
