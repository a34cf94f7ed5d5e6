import * as l10n from '@vscode/l10n';
import type { Problem } from '../../problem.ts';
import { openSetting } from '../transport/fault.ts';
import { nameOf, vaultProblem } from './problem.ts';

export function tlsNeeded(address: string): Problem {
  return vaultProblem({
    code: 'tlsProtocol',
    message: l10n.t('{0} expects https, and was asked over http.', nameOf(address)),
    remedy: l10n.t(
      'Set mlflowSecretsAuth.vault.address (or VAULT_ADDR) to {0}.',
      address.replace('http:', 'https:'),
    ),
    retry: 'afterFix',
    action: openSetting('vault.address'),
  });
}

export function certificateNeeded(address: string): Problem {
  return vaultProblem({
    code: 'clientCertificateNeeded',
    message: l10n.t('{0} asks for a client certificate that it accepts.', nameOf(address)),
    remedy: l10n.t(
      'Set VAULT_CLIENT_CERT and VAULT_CLIENT_KEY to the files of your certificate and its key, and restart VS Code.',
    ),
    retry: 'afterFix',
  });
}

export function notVault(address: string, status: number): Problem {
  return vaultProblem({
    code: 'notVault',
    message: l10n.t('{0} responded, but it is not a Vault server (status {1}).', address, status),
    remedy:
      new URL(address).pathname === '/'
        ? l10n.t('Check mlflowSecretsAuth.vault.address, and the HTTP proxy if there is one.')
        : l10n.t(
            'Check the path at the end of mlflowSecretsAuth.vault.address; mostly, there is none: {0}.',
            new URL(address).origin,
          ),
    retry: 'afterFix',
    action: openSetting('vault.address'),
  });
}
