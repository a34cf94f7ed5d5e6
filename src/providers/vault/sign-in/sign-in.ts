import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { VaultConfiguration } from '../../../configuration/configuration.ts';
import type { Problem } from '../../../problem.ts';
import { Secret } from '../../../secret.ts';
import type { BootstrapName, SourceContext } from '../../source.ts';
import { errorText, fields, numberField, saysBadToken, textField } from '../answer.ts';
import type { VaultAnswer, VaultClient } from '../client.ts';
import { signInWithBrowser } from './oidc.ts';
import { serverProblem, vaultProblem } from '../problem.ts';
import { plainSecretId } from './unwrap.ts';

/** A token and what Vault said of it. Seconds; 0 means that it does not end. */
export interface VaultToken {
  readonly value: Secret;
  readonly leaseSeconds: number;
  readonly isRenewable: boolean;
  /** Whether we signed in for it; a user's own token is never revoked. */
  readonly isObtained: boolean;
  /** For people: where a user's own token came from. */
  readonly origin: string;
}

export interface SignInInput {
  readonly client: VaultClient;
  readonly configuration: VaultConfiguration;
  readonly context: SourceContext;
}

export async function signIn(input: SignInInput, signal: AbortSignal): Promise<VaultToken> {
  const { configuration } = input;
  switch (configuration.authMethod) {
    case 'token':
      return ownToken(input, signal);
    case 'approle':
      return login(input, await appRole(input, signal), signal);
    case 'userpass':
    case 'ldap':
      return login(input, await passwordLogin(input), signal);
    case 'oidc':
      return obtained(await signInWithBrowser(input, signal), 'single sign-on');
  }
}

/** In this order: typed into the editor, `VAULT_TOKEN`, `~/.vault-token`. */
async function ownToken(
  { client, configuration, context }: SignInInput,
  signal: AbortSignal,
): Promise<VaultToken> {
  const found = await findToken(context);
  if (found === undefined) throw missing('vaultToken', 'token');
  const answer = await client.call({
    method: 'GET',
    path: 'auth/token/lookup-self',
    token: found.value,
    signal,
  });
  const problem = await serverProblem(answer, configuration.address, client, signal);
  if (problem) throw problem;
  if (answer.status !== 200 && saysBadToken(answer.body)) throw refusedToken(found.origin);
  // A policy may forbid the question; such a token is used for as long as it works.
  const { data } = fields(answer.body);
  return {
    ...found,
    leaseSeconds: numberField(data, 'ttl') ?? 0,
    isRenewable: fields(data)['renewable'] === true,
    isObtained: false,
  };
}

async function findToken(context: SourceContext): Promise<Pick<VaultToken, 'value' | 'origin'> | undefined> {
  const typed = await context.bootstrap.get('vaultToken');
  if (typed) return { value: typed, origin: 'the token typed into VS Code' };
  const variable = context.environment['VAULT_TOKEN']?.trim();
  if (variable) return { value: new Secret(variable), origin: 'the token in VAULT_TOKEN' };
  try {
    const text = await readFile(join(context.homeFolder, '.vault-token'), 'utf8');
    if (text.trim() !== '') return { value: new Secret(text.trim()), origin: 'the token in ~/.vault-token' };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') {
      context.log(
        `~/.vault-token could not be read (${(error as NodeJS.ErrnoException).code ?? 'unknown'}).`,
      );
    }
  }
  return undefined;
}

interface Login {
  readonly path: string;
  readonly body: Readonly<Record<string, unknown>>;
  readonly credential: BootstrapName;
  /** For people. */
  readonly what: string;
}

async function appRole(input: SignInInput, signal: AbortSignal): Promise<Login> {
  const { configuration } = input;
  const mount = configuration.authMount ?? 'approle';
  const secretId = await plainSecretId(input, mount, signal);
  if (secretId === undefined) throw missing('vaultSecretId', 'AppRole secret id');
  return {
    path: `auth/${mount}/login`,
    body: { role_id: configuration.roleId, secret_id: secretId.reveal() },
    credential: 'vaultSecretId',
    what: 'the AppRole role id or secret id',
  };
}

async function passwordLogin({ configuration, context }: SignInInput): Promise<Login> {
  const { authMethod, authMount, username = '' } = configuration;
  const password = await context.bootstrap.get('vaultPassword');
  if (password === undefined) throw missing('vaultPassword', `password of ${username}`);
  return {
    path: `auth/${authMount ?? authMethod}/login/${encodeURIComponent(username)}`,
    body: { password: password.reveal() },
    credential: 'vaultPassword',
    what: `the user name or password of ${username}`,
  };
}

async function login(
  { client, configuration }: SignInInput,
  { path, body, what }: Login,
  signal: AbortSignal,
): Promise<VaultToken> {
  const answer = await client.call({ method: 'POST', path, body, signal });
  if (answer.status === 200) return obtained(answer, what);
  const problem = await serverProblem(answer, configuration.address, client, signal);
  if (problem) throw problem;
  if (answer.status === 404 || /unsupported path|no handler for route/i.test(errorText(answer.body))) {
    throw vaultProblem({
      code: 'noSuchSignIn',
      message: `Vault has no sign-in at "${mountOf(path)}".`,
      remedy: 'Check mlflowSecretsAuth.vault.authMethod, vault.authMount and the namespace.',
      retry: 'afterFix',
      action: { kind: 'openSetting', setting: 'mlflowSecretsAuth.vault.authMethod' },
    });
  }
  // Vault asked somebody else, who did not answer; that says nothing of the credential.
  if (/error connecting to host|network error/i.test(errorText(answer.body))) {
    throw vaultProblem({
      code: 'directory',
      message: `Vault cannot reach the directory behind its sign-in at "${mountOf(path)}".`,
      remedy: 'It is tried again by itself; if it stays, ask whoever runs Vault.',
      retry: 'automatic',
    });
  }
  throw vaultProblem({
    code: 'signInRefused',
    message: `Vault does not accept ${what}.`,
    remedy: 'Enter it again; a secret id may have been used up or have expired.',
    retry: 'purge',
    action: { kind: 'enterCredential' },
  });
}

function mountOf(loginPath: string): string {
  return loginPath.split('/login')[0] ?? loginPath;
}

/** What a sign-in answers: `auth.client_token` and its lease. */
function obtained({ body }: Pick<VaultAnswer, 'body'>, origin: string): VaultToken {
  const auth = fields(body)['auth'];
  const value = textField(auth, 'client_token');
  if (value === undefined) {
    throw vaultProblem({
      code: 'signInWithoutToken',
      message: 'Vault answered the sign-in without a token.',
      remedy: 'A sign-in with a second factor is not supported; choose another one.',
      retry: 'afterFix',
      action: { kind: 'openSetting', setting: 'mlflowSecretsAuth.vault.authMethod' },
    });
  }
  return {
    value: new Secret(value),
    leaseSeconds: numberField(auth, 'lease_duration') ?? 0,
    isRenewable: fields(auth)['renewable'] === true,
    isObtained: true,
    origin,
  };
}

export function refusedToken(origin: string): Problem {
  return vaultProblem({
    code: 'tokenRefused',
    message: `Vault does not accept ${origin}; it has expired, was revoked, or is of another Vault.`,
    remedy: 'Enter a new token.',
    retry: 'purge',
    action: { kind: 'enterCredential' },
  });
}

function missing(name: BootstrapName, what: string): Problem {
  const elsewhere = name === 'vaultToken' ? ', and neither VAULT_TOKEN nor ~/.vault-token has one' : '';
  return vaultProblem({
    code: 'missingCredential',
    message: `No Vault ${what} was entered${elsewhere}.`,
    remedy: 'Run "Enter MLflow Credential".',
    retry: 'purge',
    action: { kind: 'enterCredential' },
  });
}
