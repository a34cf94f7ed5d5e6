import * as l10n from '@vscode/l10n';
import { Problem } from '../problem.ts';
import type { ProblemAction } from '../problem.ts';
import { withProblems } from '../secrets/secret-resolver.ts';
import type { SecretResolver } from '../secrets/secret-resolver.ts';

/** What only a window can do; a sign-in in a terminal is found by the process itself. */
const needsWindow: ReadonlySet<ProblemAction['kind']> = new Set([
  'configure',
  'enterCredential',
  'openSetting',
  'signIn',
]);

/** Says first, of what only a window can mend, that one is to be opened: whoever reads it may not know that it was closed. */
export function withCure(problem: Problem): Problem {
  if (problem.action === undefined || !needsWindow.has(problem.action.kind)) return problem;
  const { code, message, retry, action, retryAfterMs, cause } = problem;
  const remedy = l10n.t('Open VS Code with this folder again. {0}', problem.remedy);
  return new Problem({
    ...{ code, message, remedy, retry, action },
    ...(retryAfterMs !== undefined && { retryAfterMs }),
    ...(cause !== undefined && { cause }),
  });
}

/** The same resolver, whose problems say that. */
export function namingCures(resolver: SecretResolver): SecretResolver {
  return withProblems(resolver, withCure);
}
