import type { Attention } from '../../connection/health.ts';
import type { ConnectionState } from '../../connection/state.ts';
import { isUsersAct } from '../../mending.ts';
import { mendsOf } from '../../problem-catalogue.ts';
import { hasLasting, hiddenAfterMs, onGone } from '../sinks/on-screen.ts';

/** States of which a person is told: nobody but a person can end them. */
export type AnnouncedState = Extract<
  ConnectionState,
  { kind: 'failed' | 'needsApproval' | 'rejected' | 'unavailable' }
>;

export interface AnnouncerOptions {
  readonly attention: Attention;
  /** Shows it; resolves when it is no longer on the screen. */
  readonly show: (state: AnnouncedState) => Promise<void>;
  /** Takes from the screen what stands there; the editor keeps it in its list. */
  readonly hide: () => Promise<void>;
}

/**
 * Tells the user once of what needs a person, and only somebody who is there: whoever comes back is told what is wrong
 * then. The editor cannot take a message back, so while one is on the screen it is not shown again; and while an error
 * stands there, which only a person takes away, no other joins it, whatever showed it: what is wrong by the time that it
 * is answered, or counts as hidden, is told then, and the status bar says it meanwhile.
 */
export class Announcer {
  readonly #options: AnnouncerOptions;
  /** What the trouble was called of which the user was told; until it is over. */
  #told: string | undefined;
  #due: AnnouncedState | undefined;
  readonly #onScreen = new Set<string>();
  /** How many of them stay until somebody answers, also those that are about to be there. */
  #lasting = 0;
  readonly #stopListening: readonly (() => void)[];
  #quiet = 0;

  constructor(options: AnnouncerOptions) {
    this.#options = options;
    const announceDue = (): void => this.#announceDue();
    this.#stopListening = [options.attention.onChange(announceDue), onGone(announceDue)];
  }

  /** Shows nothing while `work` runs: it reports its own outcome. */
  async quietWhile<T>(work: () => Promise<T>): Promise<T> {
    this.#quiet += 1;
    try {
      return await work();
    } finally {
      this.#quiet -= 1;
    }
  }

  /** Something else tells what is wrong now. */
  toldOtherwise(): void {
    if (this.#due === undefined) return;
    this.#told = nameOf(this.#due);
    this.#due = undefined;
  }

  stateChanged(state: ConnectionState): void {
    this.#due = undefined;
    switch (state.kind) {
      case 'failed':
      case 'needsApproval':
      case 'rejected':
      case 'unavailable':
        if (needsPerson(state)) this.#tell(state);
        break;
      case 'connecting':
        break;
      case 'disconnected':
      case 'restricted':
      case 'needsConfiguration':
      case 'connected':
      case 'degraded':
        this.#takeBack();
        this.#told = undefined;
    }
  }

  dispose(): void {
    for (const stop of this.#stopListening) stop();
  }

  #tell(state: AnnouncedState): void {
    const name = nameOf(state);
    if (name === this.#told) return;
    if (this.#quiet > 0) this.#told = name;
    else if (this.#mayShow()) this.#show(name, state);
    else this.#due = state;
  }

  /** A command clears the screen before its own words. */
  #takeBack(): void {
    if (this.#told === undefined || this.#quiet > 0) return;
    if (this.#onScreen.size > 0 || hasLasting()) void this.#options.hide();
  }

  #mayShow(): boolean {
    const isFree = this.#lasting === 0 && !hasLasting();
    return this.#quiet === 0 && isFree && this.#options.attention.isThere();
  }

  #show(name: string, state: AnnouncedState): void {
    this.#told = name;
    if (this.#onScreen.has(name)) return;
    this.#onScreen.add(name);
    const lasting = isLasting(state) ? 1 : 0;
    this.#lasting += lasting;
    const hidden = new Promise((resolve) => setTimeout(resolve, hiddenAfterMs).unref());
    void Promise.race([this.#options.show(state), hidden]).finally(() => {
      this.#onScreen.delete(name);
      this.#lasting -= lasting;
      this.#announceDue();
    });
  }

  #announceDue(): void {
    const due = this.#due;
    if (due === undefined || !this.#mayShow()) return;
    this.#due = undefined;
    this.#show(nameOf(due), due);
  }
}

/** A server that does not respond may do so again by itself, unless it waits for something that the user has to do. */
function needsPerson(state: AnnouncedState): boolean {
  if (state.kind !== 'unavailable') return true;
  const { code, retry } = state.problem;
  return retry !== 'automatic' || isUsersAct(mendsOf(code));
}

/** An error; what may pass without a person is a warning, which the editor takes off the screen after a while. */
function isLasting(state: AnnouncedState): boolean {
  return state.kind !== 'needsApproval' && state.problem.retry !== 'automatic';
}

function nameOf(state: AnnouncedState): string {
  return state.kind === 'needsApproval' ? state.kind : state.problem.code;
}
