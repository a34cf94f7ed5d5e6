import { randomBytes } from 'node:crypto';
import * as l10n from '@vscode/l10n';
import type { Problem } from '../../../problem.ts';
import { abortable } from '../../transport/abortable.ts';
import { openSetting } from '../../transport/fault.ts';
import type { FetchOptions } from '../../source.ts';
import { fields, textField } from '../../transport/fields.ts';
import { authPath } from '../kv-path.ts';
import { nameOf, vaultProblem } from '../problem.ts';
import { errorText } from '../response.ts';
import type { VaultResponse } from '../response.ts';
import { serverProblem } from '../server-problem.ts';
import { noSuchMethod, tokenOf } from './login.ts';
import { listenForCallback } from './oidc-callback.ts';
import type { SignInInput, VaultToken } from './sign-in-input.ts';

/** More than browsers take. */
const maxAuthUrlLength = 16_384;

/**
 * Signs in by OIDC: Vault makes the identity provider's address, the browser visits it, the provider sends the browser
 * back to this machine with a code, and Vault exchanges the code for a token.
 */
export async function signInWithBrowser(
  input: SignInInput,
  signal: AbortSignal,
  { isAttended }: FetchOptions,
): Promise<VaultToken> {
  if (!isAttended) throw signInNeeded(input.configuration.address);
  const { client, configuration, context } = input;
  const { authMount: mount = 'oidc', oidcRole: role = '' } = configuration;
  const nonce = randomBytes(20).toString('hex');
  await using callback = await listenForCallback();
  const start = await client.call({
    method: 'POST',
    path: authPath(mount, 'oidc/auth_url'),
    body: { role, redirect_uri: callback.redirectUri, client_nonce: nonce },
    signal,
  });
  const authUrl = textField(fields(start.body)['data'], 'auth_url');
  if (authUrl === undefined) {
    const problem = await serverProblem(start, client, signal);
    if (problem) throw problem;
    throw start.status === 403 ? noSuchMethod(mount) : notOffered(mount, callback.redirectUri);
  }
  const state = stateOf(authUrl);
  // Without it anybody's visit to the local address would count as this sign-in's.
  if (state === undefined) throw badAuthUrl();
  if (!(await context.openExternal(authUrl))) throw declined();
  const code = await abortable(callback.code(state), signal);
  if (code === undefined) throw failed();
  const query = new URLSearchParams({ state, code, client_nonce: nonce }).toString();
  const end = await client.call({ method: 'GET', path: authPath(mount, `oidc/callback?${query}`), signal });
  if (end.status === 200) return tokenOf(end, mount);
  throw (await serverProblem(end, client, signal)) ?? refused(end, role);
}

/** Nobody is there whom the browser would not surprise. */
function signInNeeded(address: string): Problem {
  return vaultProblem({
    code: 'signInNeeded',
    message: l10n.t('The sign-in to {0} in the browser has ended.', nameOf(address)),
    remedy: l10n.t('Choose "Sign In Again" in the menu of the status bar: it opens the browser.'),
    retry: 'afterFix',
    action: { kind: 'signIn' },
  });
}

/** What ties the browser's visit to this sign-in; `undefined` where the address is none that a browser may open. */
function stateOf(authUrl: string): string | undefined {
  if (authUrl.length > maxAuthUrlLength || !URL.canParse(authUrl)) return undefined;
  const { protocol, searchParams } = new URL(authUrl);
  if (protocol !== 'https:' && protocol !== 'http:') return undefined;
  return searchParams.get('state') || undefined;
}

function badAuthUrl(): Problem {
  return vaultProblem({
    code: 'oidcAddress',
    message: l10n.t('Vault returned a single sign-on address without a state; it was not opened.'),
    remedy: l10n.t('Check mlflowSecretsAuth.vault.address, or ask your Vault administrator.'),
    retry: 'afterFix',
    action: openSetting('vault.address'),
  });
}

function notOffered(mount: string, redirectUri: string): Problem {
  return vaultProblem({
    code: 'oidcNotOffered',
    message: l10n.t('Vault does not offer single sign-on at "{0}" for this role.', `auth/${mount}`),
    remedy: l10n.t(
      'Check mlflowSecretsAuth.vault.oidcRole and mlflowSecretsAuth.vault.authMount, and that the role allows the redirect URI {0}.',
      redirectUri,
    ),
    retry: 'afterFix',
    action: openSetting('vault.oidcRole'),
  });
}

function declined(): Problem {
  return vaultProblem({
    code: 'oidcDeclined',
    message: l10n.t('The browser was not opened for single sign-on.'),
    remedy: l10n.t('Sign in again and allow VS Code to open the browser.'),
    retry: 'afterFix',
    action: { kind: 'signIn' },
  });
}

/** Vault's own words are of its log; what they are about decides who can mend it. */
function refused(response: VaultResponse, role: string): Problem {
  const text = errorText(response);
  if (/before the (?:nbf|iat)|is expired/.test(text)) {
    return failed(
      l10n.t(
        'Vault did not accept the single sign-on: its clock differs from that of the identity provider.',
      ),
      l10n.t('Ask your Vault administrator to correct the clock, then sign in again.'),
    );
  }
  if (/\bclaims?\b/.test(text)) {
    return failed(
      l10n.t('Vault does not let your account use the role {0}: it lacks what the role asks for.', role),
      l10n.t(
        'Check mlflowSecretsAuth.vault.oidcRole, or ask your Vault administrator for access to the role.',
      ),
    );
  }
  return failed();
}

function failed(
  message = l10n.t('Single sign-on to Vault failed.'),
  remedy = l10n.t(
    'Sign in again. If it persists, ask your Vault administrator whether you may use this role.',
  ),
): Problem {
  return vaultProblem({
    code: 'oidcRefused',
    message,
    remedy,
    retry: 'purge',
    action: { kind: 'signIn' },
  });
}
