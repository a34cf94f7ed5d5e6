import * as l10n from '@vscode/l10n';
import { Problem } from '../problem.ts';

/** Under one code: whether the keychain says no or nothing, the same is to be done. */
const code = 'secret.storage';

/** A keychain that waits for its user, or for nobody, says nothing. */
export function silentStorage(): Problem {
  return new Problem({
    code,
    message: l10n.t(
      "VS Code's secret storage does not respond; the keychain of your computer may be locked.",
    ),
    remedy: unlock(),
    retry: 'automatic',
    action: { kind: 'retry' },
  });
}

export function failedStorage(error: unknown): Problem {
  return new Problem({
    code,
    message: l10n.t(
      "VS Code's secret storage failed ({0}).",
      error instanceof Error ? error.message : String(error),
    ),
    remedy: unlock(),
    retry: 'automatic',
    action: { kind: 'retry' },
    cause: error,
  });
}

export function isStorageProblem(error: unknown): error is Problem {
  return error instanceof Problem && error.code === code;
}

function unlock(): string {
  return l10n.t(
    'Unlock the keychain of your computer, or run "MLflow: Sign In Again" to work without it until this window closes. See also "Troubleshooting keychain issues" in the VS Code documentation.',
  );
}
