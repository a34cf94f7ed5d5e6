import * as l10n from '@vscode/l10n';
import { Secret } from '../../../secret.ts';
import { openSetting } from '../../transport/fault.ts';
import { nameOf, vaultProblem } from '../problem.ts';
import { isAboutToken } from '../response.ts';
import { serverProblem } from '../server-problem.ts';
import type { SignInInput, VaultToken } from './sign-in-input.ts';
import { lookUpToken } from './token.ts';

/**
 * A Vault Agent or Proxy at the address signs in on its own (auto-auth) and adds its token to requests that have none.
 * So none is sent, and none is ever held here: the agent renews its own.
 */
export async function leaveItToTheAgent({ client }: SignInInput, signal: AbortSignal): Promise<VaultToken> {
  const none = new Secret('');
  const response = await lookUpToken(client, none, signal);
  const problem = await serverProblem(response, client, signal);
  if (problem) throw problem;
  // A policy may forbid the question. Vault itself, without an agent before it, denies a request without a token.
  if (response.status === 400 || isAboutToken(response)) {
    throw vaultProblem({
      code: 'agentWithoutToken',
      message: l10n.t('{0} added no token of its own to the request.', nameOf(client.address)),
      remedy: l10n.t(
        'Check that a Vault Agent or Proxy listens there, with auto-auth and use_auto_auth_token, or enter another value for mlflowSecretsAuth.vault.authMethod.',
      ),
      retry: 'afterFix',
      action: openSetting('vault.authMethod'),
    });
  }
  return {
    value: none,
    leaseSeconds: 0,
    isRenewable: false,
    from: 'agent',
    origin: l10n.t('the token of the Vault Agent'),
  };
}
