import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { Evidence } from '../../doctor/evidence.ts';
import { mainProblem } from '../../doctor/main-problem.ts';
import { summary } from '../../doctor/summary.ts';
import { clearScreen, showMessage } from '../sinks/messages.ts';
import type { Button } from '../sinks/messages.ts';
import { actions } from '../status/actions.ts';
import { commandButton, showProblem, unlessOver } from '../status/problem-message.ts';
import type { StateNow } from '../status/problem-message.ts';

/**
 * After a diagnosis: what is wrong, with the button that mends it; and the report, for whoever helps. In the place of what
 * was said before, which has no button for the report.
 */
export async function offerToMend(evidence: Evidence, report: string, now: StateNow): Promise<void> {
  await clearScreen();
  const { state } = evidence;
  const problem = mainProblem(state);
  const step = nextStep(evidence);
  const copy: Button = {
    label: l10n.t('Copy Report'),
    run: async () => {
      await vscode.env.clipboard.writeText(report);
      void showMessage('information', [l10n.t('Copied.')]);
    },
  };
  const log = commandButton(actions.log());
  if (problem !== undefined) await showProblem(problem, { state, now, more: [copy, log] });
  else if (step !== undefined) {
    const button = unlessOver(commandButton(actions[step]()), now, ({ kind }) => kind !== state.kind);
    await showMessage('warning', [summary(evidence)], [button, copy]);
  } else await showMessage('information', [summary(evidence)], [copy]);
}

/** Of a window that is not connected, although nothing went wrong. */
function nextStep({ state }: Evidence): 'connect' | 'review' | undefined {
  switch (state.kind) {
    case 'needsConfiguration':
    case 'disconnected':
      return 'connect';
    case 'needsApproval':
      return 'review';
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
