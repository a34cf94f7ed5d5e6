import * as l10n from '@vscode/l10n';
import { Problem } from '../problem.ts';

export function lateProblem(deadlineMs: number): Problem {
  return new Problem({
    code: 'secret.late',
    message: l10n.t('The secret store did not respond within {0} s.', deadlineMs / 1000),
    remedy: l10n.t(
      'The extension tries again automatically. Check the network; if it persists, ask the administrator of the secret store.',
    ),
    retry: 'automatic',
    action: { kind: 'retry' },
  });
}

export function closedProblem(): Problem {
  return new Problem({
    code: 'secret.closed',
    message: l10n.t('The connection was closed.'),
    remedy: l10n.t('Run "MLflow: Connect" again.'),
    retry: 'afterFix',
  });
}
