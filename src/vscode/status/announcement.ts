import * as l10n from '@vscode/l10n';
import { showMessage } from '../sinks/messages.ts';
import { actions } from './actions.ts';
import type { AnnouncedState } from './announcer.ts';
import { commandButton, showProblem } from './problem-message.ts';

/** A notification of what needs a person; resolves when it is gone. */
export async function showAnnouncement(state: AnnouncedState): Promise<void> {
  if (state.kind === 'needsApproval') await askToReview(state.approved !== undefined);
  else await showProblem(state.problem);
}

async function askToReview(hasChanged: boolean): Promise<void> {
  const message = hasChanged
    ? l10n.t(
        'MLflow is not connected: the settings now name a different source or server for the credential.',
      )
    : l10n.t('MLflow is not connected: you have not approved the destination of the credential.');
  await showMessage('warning', [message], [commandButton(actions.review())]);
}
