import type { ConnectionState } from '../connection/state.ts';

export interface NotedProblem {
  /** Wall-clock milliseconds. */
  readonly at: number;
  readonly code: string;
  readonly message: string;
  readonly remedy: string;
}

/** Remembers the last problem of this window's connection, also when it is over. */
export class LastProblem {
  #noted: NotedProblem | undefined;

  get noted(): NotedProblem | undefined {
    return this.#noted;
  }

  /** To be told of each state; one that goes on keeps its first time. */
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
    case 'failed': {
      const { code, message, remedy } = state.problem;
      return { code, message, remedy };
    }
    case 'degraded': {
      const { store, upstream } = state.trouble;
      if (store === undefined) return { code: 'upstream', message: upstream, remedy: serverRemedy };
      return { code: store.code, message: store.message, remedy: store.remedy };
    }
    case 'disconnected':
    case 'restricted':
    case 'needsConfiguration':
    case 'needsApproval':
    case 'connecting':
    case 'connected':
      return undefined;
  }
}

export const serverRemedy = 'Check the network, and ask whoever runs the tracking server.';
