import * as l10n from '@vscode/l10n';
import { login, missingCredential } from './login.ts';
import type { SignInInput, VaultToken } from './sign-in-input.ts';

/** Signs in with a user name and a password, of Vault's own users (`userpass`) or of a directory (`ldap`). */
export async function signInWithPassword(input: SignInInput, signal: AbortSignal): Promise<VaultToken> {
  const { authMethod, authMount: mount = authMethod, username = '' } = input.configuration;
  const password = await input.context.bootstrap.get('vault.password');
  if (password === undefined) {
    throw missingCredential(l10n.t('No Vault password was entered for {0}.', username));
  }
  return login(
    input,
    {
      mount,
      path: `login/${encodeURIComponent(username)}`,
      nobodysPath: 'login/mlflow-secrets-auth',
      who: username,
      body: { password: password.reveal() },
      rejection: {
        message: l10n.t('Vault rejected the user name or password of {0}.', username),
        remedy: l10n.t('Enter the password again. To correct the user name, run "MLflow: Edit Connection".'),
      },
    },
    signal,
  );
}
