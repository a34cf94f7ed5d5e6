import * as l10n from '@vscode/l10n';
import { Problem } from '../../problem.ts';

/** What *Forget* could not do. */
export function notForgotten(cause: Problem): Problem {
  return new Problem({
    code: 'secret.notForgotten',
    message: l10n.t('Not everything of this credential could be deleted. {0}', cause.message),
    remedy: l10n.t('Unlock the keychain of your computer, then run "MLflow: Forget Credential" again.'),
    retry: 'afterFix',
    cause,
  });
}
