import * as l10n from '@vscode/l10n';
import type { Problem } from '../../../problem.ts';
import { readMarkedFile, UnreadFile } from '../../../read-small-file.ts';
import { Secret } from '../../../secret.ts';
import type { SourceContext } from '../../source.ts';
import { fields, numberField } from '../../transport/fields.ts';
import type { VaultClient } from '../client.ts';
import { trimmed } from '../kv-path.ts';
import { vaultProblem } from '../problem.ts';
import { tokenFile } from '../token-file.ts';
import { isAboutToken } from '../response.ts';
import type { VaultResponse } from '../response.ts';
import { requestNotAccepted } from '../kv-problem.ts';
import { serverProblem } from '../server-problem.ts';
import { notVault } from '../server-words.ts';
import { missingCredential, notForThisAddress } from './login.ts';
import type { OwnTokenPlace, SignInInput, VaultToken } from './sign-in-input.ts';

const lookUpPath = 'auth/token/lookup-self';
/** Vault's own have about 100. */
const maxTokenBytes = 64_000;

/**
 * Takes a token that the user has: the one entered in the editor or, where the address is the one that they are for,
 * `VAULT_TOKEN` or `~/.vault-token`, in this order.
 */
export async function useOwnToken(input: SignInInput, signal: AbortSignal): Promise<VaultToken> {
  const { client } = input;
  const found = await findToken(input);
  if (found === undefined) throw missingToken(input);
  if (!isToken(found.value.reveal())) throw noToken(found.from);
  const response = await lookUpToken(client, found.value, signal);
  const problem = await serverProblem(response, client, signal);
  if (problem) throw problem;
  if (isAboutToken(response)) throw rejectedToken(found.from);
  checkLookUp(response, client.address);
  // A policy may forbid the question; such a token is used for as long as it works.
  const { data } = fields(response.body);
  return {
    ...found,
    origin: nameOf(found.from),
    leaseSeconds: numberField(data, 'ttl') ?? 0,
    isRenewable: fields(data)['renewable'] === true,
  };
}

/** What Vault says about a token, asked with that token. */
export async function lookUpToken(
  client: VaultClient,
  token: Secret,
  signal: AbortSignal,
): Promise<VaultResponse> {
  return client.call({ method: 'GET', path: lookUpPath, token, signal });
}

/** Where the token is from; empty: the root namespace, which Vault leaves out. `null`: a policy forbids the question. */
export function namespaceIn({ status, body }: VaultResponse): string | null {
  const path = fields(fields(body)['data'])['namespace_path'];
  if (status !== 200) return null;
  return typeof path === 'string' ? trimmed(path) : '';
}

/** That the question is not there at all is no word about the token. */
function checkLookUp({ status }: VaultResponse, address: string): void {
  if (status === 404) throw notVault(address, status);
  if (status !== 200 && status !== 403) throw requestNotAccepted(lookUpPath, status);
}

async function findToken({
  configuration,
  context,
}: SignInInput): Promise<{ readonly value: Secret; readonly from: OwnTokenPlace } | undefined> {
  const typed = await context.bootstrap.get('vault.token');
  if (typed) return { value: typed, from: 'entered' };
  if (!configuration.ambientIsAllowed) return undefined;
  const variable = context.environment['VAULT_TOKEN']?.trim();
  if (variable) return { value: new Secret(variable), from: 'variable' };
  const file = await readTokenFile(context);
  return file === undefined ? undefined : { value: file, from: 'file' };
}

function missingToken({ configuration }: SignInInput): Problem {
  return configuration.ambientIsAllowed
    ? missingCredential(
        l10n.t('No Vault token was entered, and neither VAULT_TOKEN nor ~/.vault-token holds one.'),
      )
    : notForThisAddress(l10n.t('No Vault token was entered for {0}.', configuration.address), 'VAULT_TOKEN');
}

async function readTokenFile({ homeFolder, log }: SourceContext): Promise<Secret | undefined> {
  try {
    const text = (await readMarkedFile(tokenFile(homeFolder), maxTokenBytes)).trim();
    return text === '' ? undefined : new Secret(text);
  } catch (error) {
    if (!(error instanceof UnreadFile)) throw error;
    if (error.code === 'ENOENT') return undefined;
    log(l10n.t('Vault: ~/.vault-token could not be read ({0}).', error.message));
    throw unreadTokenFile(error.message);
  }
}

function unreadTokenFile(reason: string): Problem {
  return vaultProblem({
    code: 'tokenFile',
    message: l10n.t(
      'No Vault token was entered, VAULT_TOKEN is not set, and ~/.vault-token could not be read ({0}).',
      reason,
    ),
    remedy: l10n.t('Correct the file, or run "MLflow: Sign In Again".'),
    retry: 'automatic',
    action: { kind: 'enterCredential' },
  });
}

/** As it can be sent at all, and without the quotes of whatever wrote it: Vault's own command line takes them for a part of it. */
function isToken(text: string): boolean {
  return /^[\x20-\x7e]+$/.test(text) && !/^(["']).*\1$/.test(text);
}

function noToken(place: OwnTokenPlace): Problem {
  return vaultProblem({
    code: 'tokenFile',
    message: l10n.t(
      'Nothing was sent to Vault: {0} is in quotes, or contains a line break or another character that no token has.',
      nameOf(place),
    ),
    remedy: anotherToken(place),
    retry: place === 'file' ? 'automatic' : 'afterFix',
    action: { kind: 'enterCredential' },
  });
}

/** For people. */
function nameOf(place: OwnTokenPlace): string {
  switch (place) {
    case 'entered':
      return l10n.t('the token entered in VS Code');
    case 'variable':
      return l10n.t('the token in VAULT_TOKEN');
    case 'file':
      return l10n.t('the token in ~/.vault-token');
  }
}

/** For a user's own token. */
export function rejectedToken(place: OwnTokenPlace): Problem {
  return vaultProblem({
    code: 'tokenRefused',
    message: l10n.t(
      'Vault rejected {0}: it is wrong, has expired, was revoked or used up, belongs to another Vault or namespace, or may not be used from this network.',
      nameOf(place),
    ),
    remedy: anotherToken(place),
    retry: 'purge',
    action: { kind: 'enterCredential' },
  });
}

/** By the way that this one came; any other has to be entered. */
function anotherToken(place: OwnTokenPlace): string {
  switch (place) {
    case 'entered':
      return l10n.t('Enter a new token: run "MLflow: Sign In Again" in VS Code.');
    case 'variable':
      return l10n.t('Enter a new token, or set VAULT_TOKEN to one and restart VS Code.');
    case 'file':
      return l10n.t('Run "vault login" in a terminal, or enter a new token.');
  }
}
