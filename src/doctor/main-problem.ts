import type { ConnectionState } from '../connection/state.ts';
import type { Problem } from '../problem.ts';

/** What is wrong with the connection, as the status bar has it; `undefined` where that is no problem with a code. */
export function mainProblem(state: ConnectionState): Problem | undefined {
  switch (state.kind) {
    case 'failed':
    case 'rejected':
    case 'unavailable':
      return state.problem;
    case 'degraded':
      return state.store;
    case 'connected':
      return state.server.notice;
    case 'disconnected':
    case 'restricted':
    case 'needsConfiguration':
    case 'needsApproval':
    case 'connecting':
      return undefined;
  }
}
