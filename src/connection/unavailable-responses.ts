import * as l10n from '@vscode/l10n';
import { inertLine } from '../inert.ts';
import type { Problem, ProblemCode } from '../problem.ts';
import type { ProxyResponse } from '../proxy/messages.ts';
import { lasting, ownResponse, passing } from '../proxy/own-response.ts';

const maxWordsLength = 2000;

/**
 * What Python gets instead of a bare 401. MLflow's client retries a 503 and raises a 4xx with the message, so
 * trouble that may pass is the first and trouble that needs a person is the second.
 */
export function problemResponse(
  problem: Problem,
  /** Somebody may be about to mend it. */
  { isWorthWaiting }: { readonly isWorthWaiting: boolean },
): ProxyResponse {
  const kind = problem.retry === 'automatic' || isWorthWaiting ? passing : lasting;
  // A traceback prints it as it is, and terminals obey what a store or a setting may have put into it.
  const words = inertLine(`${problem.message} ${problem.remedy}${whereOf(problem)}`, maxWordsLength);
  return ownResponse(kind, problem.code, words);
}

/** Who reads a traceback has no button: only a remedy that names a command says where that is. */
function whereOf({ action, remedy }: Problem): string {
  if (action?.kind !== 'enterCredential' || remedy.includes('MLflow: ')) return '';
  return ` ${l10n.t('In VS Code, run "MLflow: Sign In Again".')}`;
}

/** For as long as the user has not approved the destination of the credential. */
export function approvalResponse(): ProxyResponse {
  return needsPerson(
    'settings.notApproved',
    l10n.t(
      'The destination of the credential is new or has changed. Run "MLflow: Connect" in VS Code to approve it.',
    ),
  );
}

/** For settings that are not complete. */
export function configurationResponse(): ProxyResponse {
  return needsPerson(
    'settings.incomplete',
    l10n.t('The connection is not configured. Run "MLflow: Connect" in VS Code.'),
  );
}

function needsPerson(code: ProblemCode, sentences: string): ProxyResponse {
  return ownResponse(lasting, code, sentences);
}
