import * as l10n from '@vscode/l10n';
import type { ConnectionState } from '../../connection/state.ts';
import { showMessage } from '../sinks/messages.ts';
import { actions } from './actions.ts';
import { commandButton, showProblem } from './problem-message.ts';

/** Notifies the user of a change that needs a person, unless a command of theirs reports it anyway. */
export class Announcer {
  #last: ConnectionState['kind'] = 'disconnected';
  #quiet = 0;

  /** Shows nothing while `work` runs: it reports its own outcome. */
  async quietWhile<T>(work: () => Promise<T>): Promise<T> {
    this.#quiet += 1;
    try {
      return await work();
    } finally {
      this.#quiet -= 1;
    }
  }

  stateChanged(state: ConnectionState): void {
    const isNews = state.kind !== this.#last;
    this.#last = state.kind;
    if (!isNews || this.#quiet > 0) return;
    switch (state.kind) {
      case 'failed':
      case 'rejected':
        void showProblem(state.problem);
        break;
      case 'needsApproval':
        void askToReview(state.approved !== undefined);
        break;
      case 'disconnected':
      case 'restricted':
      case 'needsConfiguration':
      case 'connecting':
      case 'connected':
      case 'degraded':
      case 'unavailable':
    }
  }
}

async function askToReview(hasChanged: boolean): Promise<void> {
  const message = hasChanged
    ? l10n.t(
        'MLflow is not connected: the settings now name a different source or server for the credential.',
      )
    : l10n.t('MLflow is not connected: you have not approved the destination of the credential.');
  await showMessage('warning', [message], [commandButton(actions.review())]);
}
