import * as l10n from '@vscode/l10n';
import type { Problem } from '../../problem.ts';
import { problemOfFault } from '../transport/fault.ts';
import type { Fault } from '../transport/fault.ts';
import type { VaultCode } from './problem-codes.ts';

export type VaultFault = Fault<VaultCode>;

export function vaultProblem(fault: VaultFault): Problem {
  return problemOfFault(`vault.${fault.code}`, fault);
}

/** The server, for people. */
export function nameOf(address: string): string {
  return l10n.t('Vault at {0}', address);
}

/** The remedy for what only the people who run Vault can mend. */
export function askAdministrator(): string {
  return l10n.t('The extension tries again automatically. If it persists, ask your Vault administrator.');
}
