import type { Problem } from '../problem.ts';
import type { ProxyResponse } from '../proxy/messages.ts';

/**
 * What Python is told instead of a bare 401. MLflow's client retries a 503 by itself and raises a 4xx with the
 * message, so trouble that may pass is the first and trouble that needs a person is the second.
 */
export function problemResponse(problem: Problem): ProxyResponse {
  const message = `MLflow Secrets Auth: ${problem.message} ${problem.remedy}`;
  return problem.retry === 'automatic'
    ? { status: 503, errorCode: 'TEMPORARILY_UNAVAILABLE', message }
    : { status: 424, errorCode: 'INVALID_STATE', message };
}

export const approvalResponse: ProxyResponse = {
  status: 424,
  errorCode: 'INVALID_STATE',
  message:
    'MLflow Secrets Auth: the destination of the credential is new or has changed. Run "Connect MLflow" in VS Code to approve it.',
};

export const configurationResponse: ProxyResponse = {
  status: 424,
  errorCode: 'INVALID_STATE',
  message: 'MLflow Secrets Auth: the connection is not configured. Run "Connect MLflow" in VS Code.',
};
