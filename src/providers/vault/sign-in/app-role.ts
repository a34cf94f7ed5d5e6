import * as l10n from '@vscode/l10n';
import { Secret } from '../../../secret.ts';
import type { Problem } from '../../../problem.ts';
import { login, missingCredential, notForThisAddress } from './login.ts';
import type { SignInInput, VaultToken } from './sign-in-input.ts';
import { isWrapped, unwrapSecretId } from './unwrap.ts';

/** Signs in with a role id and a secret id, which may be response-wrapped. */
export async function signInWithAppRole(input: SignInInput, signal: AbortSignal): Promise<VaultToken> {
  const { authMount: mount = 'approle', roleId } = input.configuration;
  const given = await findSecretId(input);
  if (given === undefined) throw missingSecretId(input);
  const secretId = isWrapped(given) ? await unwrapSecretId(input, given, mount, signal) : given;
  return login(
    input,
    {
      mount,
      path: 'login',
      nobodysPath: 'login',
      who: l10n.t('this AppRole'),
      body: { role_id: roleId, secret_id: secretId.reveal() },
      rejection: {
        message: l10n.t('Vault rejected the AppRole role ID or secret ID.'),
        remedy: l10n.t(
          'Check mlflowSecretsAuth.vault.roleId. If it is right, enter a new secret ID: this one may have expired or been used up.',
        ),
      },
    },
    signal,
  );
}

function missingSecretId({ configuration }: SignInInput): Problem {
  return configuration.ambientIsAllowed
    ? missingCredential(l10n.t('No AppRole secret ID was entered, and VAULT_SECRET_ID is not set.'))
    : notForThisAddress(
        l10n.t('No AppRole secret ID was entered for {0}.', configuration.address),
        'VAULT_SECRET_ID',
      );
}

async function findSecretId({ configuration, context }: SignInInput): Promise<Secret | undefined> {
  const typed = await context.bootstrap.get('vault.secretId');
  if (typed) return typed;
  if (!configuration.ambientIsAllowed) return undefined;
  const variable = context.environment['VAULT_SECRET_ID']?.trim();
  return variable ? new Secret(variable) : undefined;
}
