import * as l10n from '@vscode/l10n';
import type { ConnectionState } from '../connection/state.ts';
import type { Problem } from '../problem.ts';

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
    const found = problemOf(state);
    if (found === undefined) return;
    const { code, message } = found;
    if (this.#noted?.code === code && this.#noted.message === message) return;
    this.#noted = { at: now, ...found };
  }
}

function problemOf(state: ConnectionState): Omit<NotedProblem, 'at'> | undefined {
  switch (state.kind) {
    case 'failed':
    case 'rejected':
    case 'unavailable':
      return noted(state.problem);
    case 'degraded':
      return noted(state.store);
    case 'disconnected':
    case 'restricted':
    case 'needsConfiguration':
    case 'needsApproval':
    case 'connecting':
    case 'connected':
      return undefined;
  }
}

function noted({ code, message, remedy }: Problem): Omit<NotedProblem, 'at'> {
  return { code, message, remedy };
}

export function serverRemedy(): string {
  return l10n.t('Check your network connection, or ask your MLflow administrator.');
}
