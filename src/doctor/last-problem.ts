import type { ConnectionState } from '../connection/state.ts';
import { mainProblem } from './main-problem.ts';

export interface NotedProblem {
  /** Wall-clock milliseconds. */
  readonly at: number;
  readonly code: string;
  readonly message: string;
  readonly remedy: string;
}

/** Remembers the last problem of this window's connection, also once it is resolved. */
export class LastProblem {
  #noted: NotedProblem | undefined;

  get noted(): NotedProblem | undefined {
    return this.#noted;
  }

  /** To be called with each state; a problem that persists keeps the time when it began. */
  stateChanged(state: ConnectionState, now: number): void {
    const found = mainProblem(state);
    if (found === undefined) return;
    const { code, message, remedy } = found;
    if (this.#noted?.code === code && this.#noted.message === message) return;
    this.#noted = { at: now, code, message, remedy };
  }
}
