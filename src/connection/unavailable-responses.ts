import * as l10n from '@vscode/l10n';
import type { Problem } from '../problem.ts';
import type { ProxyResponse } from '../proxy/messages.ts';
import { ownResponse } from '../proxy/own-response.ts';

/**
 * What Python gets instead of a bare 401. MLflow's client retries a 503 and raises a 4xx with the message, so
 * trouble that may pass is the first and trouble that needs a person is the second.
 */
export function problemResponse(problem: Problem): ProxyResponse {
  const sentences = `${problem.message} ${problem.remedy}`;
  return problem.retry === 'automatic'
    ? ownResponse(503, 'TEMPORARILY_UNAVAILABLE', sentences)
    : needsPerson(sentences);
}

/** For as long as the user has not approved where the credential goes. */
export function approvalResponse(): ProxyResponse {
  return needsPerson(
    l10n.t(
      'The destination of the credential is new or has changed. Run "Connect MLflow" in VS Code to approve it.',
    ),
  );
}

/** For settings that are not complete. */
export function configurationResponse(): ProxyResponse {
  return needsPerson(l10n.t('The connection is not configured. Run "Connect MLflow" in VS Code.'));
}

function needsPerson(sentences: string): ProxyResponse {
  return ownResponse(424, 'INVALID_STATE', sentences);
}
