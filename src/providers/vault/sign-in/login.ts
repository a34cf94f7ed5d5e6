import * as l10n from '@vscode/l10n';
import type { Problem } from '../../../problem.ts';
import { Secret } from '../../../secret.ts';
import { openSetting } from '../../transport/fault.ts';
import { fields, numberField, textField } from '../../transport/fields.ts';
import { authPath } from '../kv-path.ts';
import { askAdministrator, vaultProblem } from '../problem.ts';
import { errorText, isUnmounted, isVaults } from '../response.ts';
import type { VaultResponse } from '../response.ts';
import { serverProblem } from '../server-problem.ts';
import type { SignInInput, VaultToken } from './sign-in-input.ts';

/** One request that exchanges a credential for a token, as most sign-in methods of Vault have it. */
export interface Login {
  /** Where the sign-in method is mounted, below `auth/`. */
  readonly mount: string;
  /** Below the mount. */
  readonly path: string;
  /** The same for nobody, whom Vault denies nothing but what is not there. */
  readonly nobodysPath: string;
  /** For people: who signs in. */
  readonly who: string;
  readonly body: Readonly<Record<string, unknown>>;
  /** What to say when Vault rejects the credential. */
  readonly rejection: { readonly message: string; readonly remedy: string };
}

/** Exchanges the credential for a token. Why Vault does not is a `Problem`. */
export async function login(
  { client }: SignInInput,
  { mount, path, nobodysPath, who, body, rejection }: Login,
  signal: AbortSignal,
): Promise<VaultToken> {
  const response = await client.call({ method: 'POST', path: authPath(mount, path), body, signal });
  if (response.status === 200) return tokenOf(response, mount);
  const problem = await serverProblem(response, client, signal);
  if (problem) throw problem;
  if (response.status === 404 || isUnmounted(response)) throw noSuchMethod(mount);
  if (/\bCIDR\b/.test(errorText(response))) throw deniedHere(who);
  if (response.status === 403) {
    // A wrong password has another status. This one is of a locked account, or of a method that is not mounted.
    const probe = { method: 'POST', path: authPath(mount, nobodysPath), body: {}, signal } as const;
    const nobodys = await client.call(probe);
    if (nobodys.status === 403) throw noSuchMethod(mount);
    // That nobody has no password is a 500 in Vault's form.
    const isTrouble = !isVaults(nobodys) || nobodys.status === 429 || nobodys.status === 503;
    throw (isTrouble ? await serverProblem(nobodys, client, signal) : undefined) ?? denied(who);
  }
  // Vault asked a directory, which did not respond; that says nothing about the credential.
  if (/error connecting to host|network error/i.test(errorText(response))) throw directoryUnreachable(mount);
  throw vaultProblem({
    code: 'signInRefused',
    ...rejection,
    retry: 'purge',
    action: { kind: 'enterCredential' },
  });
}

/** The token in the response to a sign-in at that mount. */
export function tokenOf({ body }: VaultResponse, mount: string): VaultToken {
  const auth = fields(body)['auth'];
  const value = textField(auth, 'client_token');
  if (value === undefined) throw noToken();
  return {
    value: new Secret(value),
    leaseSeconds: numberField(auth, 'lease_duration') ?? 0,
    isRenewable: fields(auth)['renewable'] === true,
    from: 'signIn',
    origin: l10n.t('the token from "{0}"', `auth/${mount}`),
  };
}

/** Nothing to sign in with; `message` says what is missing, and where it was looked for. */
export function missingCredential(message: string): Problem {
  return vaultProblem({
    code: 'missingCredential',
    message,
    remedy: l10n.t('Run "MLflow: Sign In Again" and enter it.'),
    retry: 'purge',
    action: { kind: 'enterCredential' },
  });
}

/** The same where `variable` is left alone, because a workspace says where it would go. */
export function notForThisAddress(message: string, variable: string): Problem {
  return vaultProblem({
    code: 'missingCredential',
    message,
    remedy: l10n.t(
      'Run "MLflow: Sign In Again" and enter one. To use {0} here, set VAULT_ADDR or mlflowSecretsAuth.vault.address in your user settings to this address.',
      variable,
    ),
    retry: 'purge',
    action: { kind: 'enterCredential' },
  });
}

export function noSuchMethod(mount: string): Problem {
  return vaultProblem({
    code: 'noSuchSignIn',
    message: l10n.t('Vault has no sign-in method at "{0}".', `auth/${mount}`),
    remedy: l10n.t(
      'Check mlflowSecretsAuth.vault.authMethod, mlflowSecretsAuth.vault.authMount and mlflowSecretsAuth.vault.namespace.',
    ),
    retry: 'afterFix',
    action: openSetting('vault.authMethod'),
  });
}

function denied(who: string): Problem {
  return vaultProblem({
    code: 'signInDenied',
    message: l10n.t(
      'Vault does not let {0} sign in now: there were too many wrong attempts, or this network is not allowed.',
      who,
    ),
    remedy: l10n.t(
      'Wait for the lock to end, mostly after 15 minutes, or ask your Vault administrator. The extension tries again automatically.',
    ),
    retry: 'automatic',
  });
}

function deniedHere(who: string): Problem {
  return vaultProblem({
    code: 'signInDenied',
    message: l10n.t('Vault does not let {0} sign in from this network.', who),
    remedy: l10n.t('Connect to the network or VPN that is allowed, or ask your Vault administrator.'),
    retry: 'automatic',
  });
}

function directoryUnreachable(mount: string): Problem {
  return vaultProblem({
    code: 'directory',
    message: l10n.t('Vault cannot reach the directory behind its sign-in method at "{0}".', `auth/${mount}`),
    remedy: askAdministrator(),
    retry: 'automatic',
  });
}

function noToken(): Problem {
  return vaultProblem({
    code: 'signInWithoutToken',
    message: l10n.t('Vault accepted the sign-in but returned no token.'),
    remedy: l10n.t(
      'Signing in with a second factor is not supported. Choose another value for mlflowSecretsAuth.vault.authMethod.',
    ),
    retry: 'afterFix',
    action: openSetting('vault.authMethod'),
  });
}
