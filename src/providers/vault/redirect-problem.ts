import * as l10n from '@vscode/l10n';
import type { Problem } from '../../problem.ts';
import { openSetting } from '../transport/fault.ts';
import { nameOf, vaultProblem } from './problem.ts';
import type { VaultResponse } from './response.ts';

/** No redirect is followed: the token would go with it. */
export function redirected({ location }: VaultResponse, address: string): Problem {
  const target = location === undefined ? null : URL.parse(location, `${address}/`);
  // Vault's own, and a load balancer's, keep the path of the call; where people sign in is another page.
  const [path = '', call] = target?.pathname.split('/v1/', 2) ?? [];
  const isBack = `${target?.origin}${path}` === address;
  if (target !== null && (call === undefined || isBack)) return signInPage(target.origin, address);
  const own = new URL(address);
  // Nobody is told to give up TLS.
  const isAsGood = target?.protocol === 'https:' || target?.protocol === own.protocol;
  return vaultProblem({
    code: 'redirected',
    message: l10n.t(
      '{0} redirects to {1}; the token is never sent to another host.',
      nameOf(address),
      target?.origin ?? l10n.t('another address'),
    ),
    remedy:
      isAsGood && target.hostname === own.hostname
        ? l10n.t('Set mlflowSecretsAuth.vault.address to {0}.', target.origin + path)
        : l10n.t(
            'Set mlflowSecretsAuth.vault.address to the address of the active server or of the load balancer.',
          ),
    retry: 'afterFix',
    action: openSetting('vault.address'),
  });
}

function signInPage(origin: string, address: string): Problem {
  return vaultProblem({
    code: 'notVault',
    message: l10n.t(
      'Something before {0} redirects to a page for people, at {1}, which only a browser can use.',
      nameOf(address),
      origin,
    ),
    remedy: l10n.t(
      'Set mlflowSecretsAuth.vault.address to an address that leads to Vault without a sign-in page, or ask your Vault administrator.',
    ),
    retry: 'afterFix',
    action: openSetting('vault.address'),
  });
}
