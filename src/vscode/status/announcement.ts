import * as l10n from '@vscode/l10n';
import { showMessage } from '../sinks/messages.ts';
import { actions } from './actions.ts';
import type { AnnouncedState } from './announcer.ts';
import { commandButton, showProblem, unlessOver } from './problem-message.ts';
import type { StateNow } from './problem-message.ts';

/** A notification of what needs a person; resolves when it is gone. */
export async function showAnnouncement(state: AnnouncedState, now: StateNow): Promise<void> {
  if (state.kind === 'needsApproval') await askToReview(state.approved !== undefined, now);
  else await showProblem(state.problem, { state, now });
}

async function askToReview(hasChanged: boolean, now: StateNow): Promise<void> {
  const message = hasChanged
    ? l10n.t(
        'MLflow is not connected: the settings now name a different source or server for the credential.',
      )
    : l10n.t('MLflow is not connected: you have not approved the destination of the credential.');
  const review = unlessOver(commandButton(actions.review()), now, ({ kind }) => kind !== 'needsApproval');
  await showMessage('warning', [message], [review]);
}
