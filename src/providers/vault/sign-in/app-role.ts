import * as l10n from '@vscode/l10n';
import { Secret } from '../../../secret.ts';
import type { SourceContext } from '../../source.ts';
import { login, missingCredential } from './login.ts';
import type { SignInInput, VaultToken } from './sign-in-input.ts';
import { isWrapped, unwrapSecretId } from './unwrap.ts';

/** Signs in with a role id and a secret id, which may be response-wrapped. */
export async function signInWithAppRole(input: SignInInput, signal: AbortSignal): Promise<VaultToken> {
  const { authMount: mount = 'approle', roleId } = input.configuration;
  const given = await findSecretId(input.context);
  if (given === undefined) {
    throw missingCredential(l10n.t('No AppRole secret ID was entered, and VAULT_SECRET_ID is not set.'));
  }
  const secretId = isWrapped(given) ? await unwrapSecretId(input, given, mount, signal) : given;
  return login(
    input,
    {
      mount,
      path: 'login',
      body: { role_id: roleId, secret_id: secretId.reveal() },
      rejection: {
        message: l10n.t('Vault rejected the AppRole role ID or secret ID.'),
        remedy: l10n.t('Enter the secret ID again; it may have expired or been used up.'),
      },
    },
    signal,
  );
}

async function findSecretId({ bootstrap, environment }: SourceContext): Promise<Secret | undefined> {
  const typed = await bootstrap.get('vault.secretId');
  if (typed) return typed;
  const variable = environment['VAULT_SECRET_ID']?.trim();
  return variable ? new Secret(variable) : undefined;
}
