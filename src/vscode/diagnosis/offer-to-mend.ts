import type { Evidence } from '../../doctor/evidence.ts';
import { mainProblem } from '../../doctor/main-problem.ts';
import { summary } from '../../doctor/checks.ts';
import { showMessage } from '../sinks/messages.ts';
import { actions } from '../status/actions.ts';
import { commandButton, showProblem } from '../status/problem-message.ts';

/** After a diagnosis: what is wrong, with the button that mends it. Nothing where nothing is wrong. */
export async function offerToMend(evidence: Evidence): Promise<void> {
  const problem = mainProblem(evidence.state);
  const step = nextStep(evidence);
  if (problem !== undefined) await showProblem(problem, actions.log());
  else if (step !== undefined)
    await showMessage('warning', [summary(evidence)], [commandButton(actions[step]())]);
}

/** Of a window that is not connected, although nothing went wrong. */
function nextStep({ state, missingCredential }: Evidence): 'connect' | 'review' | 'credential' | undefined {
  switch (state.kind) {
    case 'needsConfiguration':
      return 'connect';
    case 'needsApproval':
      return 'review';
    case 'disconnected':
      return missingCredential === undefined ? 'connect' : 'credential';
    case 'restricted':
    case 'connecting':
    case 'connected':
    case 'degraded':
    case 'rejected':
    case 'unavailable':
    case 'failed':
      return undefined;
  }
}
