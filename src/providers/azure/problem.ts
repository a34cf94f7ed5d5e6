import * as l10n from '@vscode/l10n';
import type { Problem } from '../../problem.ts';
import { problemOfFault } from '../transport/fault.ts';
import type { Fault } from '../transport/fault.ts';
import type { AzureCode } from './problem-codes.ts';

export type AzureFault = Fault<AzureCode>;

export function azureProblem(fault: AzureFault): Problem {
  return problemOfFault(`azure.${fault.code}`, fault);
}

/** The vault, for people. */
export function nameOf({ vaultHost }: { readonly vaultHost: string }): string {
  return l10n.t('Azure Key Vault {0}', vaultHost);
}

/** The vault, or whoever responds in its place, wants a token that could be used elsewhere. */
export function foreignChallenge(target: { readonly vaultHost: string }): AzureFault {
  return {
    code: 'foreignChallenge',
    message: l10n.t('{0} requested a token that is not for key vaults; none was sent.', nameOf(target)),
    remedy: l10n.t(
      'Something on the network is responding in place of the key vault. Check the network and the HTTP proxy.',
    ),
    retry: 'afterFix',
  };
}
