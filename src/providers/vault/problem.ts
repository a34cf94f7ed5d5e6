import * as l10n from '@vscode/l10n';
import type { Problem } from '../../problem.ts';
import { providerProblem } from '../transport/fault.ts';
import type { Fault } from '../transport/fault.ts';

export function vaultProblem(fault: Fault): Problem {
  return providerProblem('vault', fault);
}

/** The server, for people. */
export function nameOf(address: string): string {
  return l10n.t('Vault at {0}', address);
}

/** The remedy for what only the people who run Vault can mend. */
export function askAdministrator(): string {
  return l10n.t('It is retried automatically. If it persists, ask your Vault administrator.');
}
