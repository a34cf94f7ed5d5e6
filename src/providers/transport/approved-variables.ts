import * as l10n from '@vscode/l10n';
import type { Environment } from '../../environment.ts';
import { Problem } from '../../problem.ts';
import { decisiveVariables } from '../facts.ts';
import type { DecisiveVariables } from '../facts.ts';

/**
 * SDKs look at the environment with each sign-in, and other extensions change it while a window is open. A `Problem` where
 * one of these says something else now than when it was approved.
 */
export function checkVariables(approved: DecisiveVariables, environment: Environment): void {
  const now = decisiveVariables(environment, Object.keys(approved));
  const changed = Object.keys(approved).find((name) => now[name] !== approved[name]);
  if (changed === undefined) return;
  throw new Problem({
    code: 'settings.notApproved',
    message: l10n.t('The environment variable {0} has changed since you approved the connection.', changed),
    remedy: l10n.t('Run "MLflow: Connect" to see what it says now.'),
    retry: 'afterFix',
    action: { kind: 'signIn' },
  });
}
