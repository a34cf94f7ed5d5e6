import * as l10n from '@vscode/l10n';
import type { Problem } from '../../../problem.ts';
import { Secret } from '../../../secret.ts';
import { fields, textField } from '../../transport/fields.ts';
import type { VaultCall } from '../client.ts';
import { openSetting } from '../../transport/fault.ts';
import { trimmed } from '../kv-path.ts';
import { vaultProblem } from '../problem.ts';
import { isAboutToken } from '../response.ts';
import type { VaultResponse } from '../response.ts';
import { serverProblem } from '../server-problem.ts';
import type { SignInInput } from './sign-in-input.ts';
import { lookUpToken } from './token.ts';

/** How Vault's service and batch tokens begin; a secret id is a UUID unless its role's owner chose otherwise. */
const wrappingToken = /^(?:hvs|hvb|s|b)\.\S{8,}$/;

/** Whether the secret id is a token to be exchanged for the secret id itself. */
export function isWrapped(secretId: Secret): boolean {
  return wrappingToken.test(secretId.reveal());
}

/**
 * Unwraps an AppRole secret id, which works once, and stores it unwrapped. That it was wrapped for secret ids of this
 * mount is checked first, as Vault's documentation of response wrapping asks for.
 */
export async function unwrapSecretId(
  input: SignInInput,
  wrapped: Secret,
  mount: string,
  signal: AbortSignal,
): Promise<Secret> {
  const lookup = await callOnce(input, wrapped, {
    method: 'POST',
    path: 'sys/wrapping/lookup',
    body: { token: wrapped.reveal() },
    signal,
  });
  const creationPath = textField(fields(lookup.body)['data'], 'creation_path') ?? '';
  const elsewhere = /^auth\/(.+)\/role\/[^/]+\/(?:custom-)?secret-id$/.exec(creationPath)?.[1];
  if (elsewhere === undefined) throw notASecretId(creationPath);
  if (elsewhere !== trimmed(mount)) throw ofOtherMount(elsewhere, trimmed(mount));
  const unwrap = await callOnce(input, wrapped, {
    method: 'POST',
    path: 'sys/wrapping/unwrap',
    body: {},
    token: wrapped,
    signal,
  });
  const secretId = textField(fields(unwrap.body)['data'], 'secret_id');
  if (secretId === undefined) throw notASecretId(creationPath);
  const unwrapped = new Secret(secretId);
  await input.context.bootstrap.set('vault.secretId', unwrapped);
  return unwrapped;
}

/** A call that fails for a wrapping token that is no longer valid, and for every other token. */
async function callOnce({ client }: SignInInput, given: Secret, call: VaultCall): Promise<VaultResponse> {
  const response = await client.call(call);
  if (response.status === 200) return response;
  const problem = await serverProblem(response, client, call.signal);
  if (problem) throw problem;
  const known = await lookUpToken(client, given, call.signal);
  // A policy may forbid the question; that is said of a token that is valid.
  const isToken = known.status === 200 || (known.status === 403 && !isAboutToken(known));
  throw isToken ? tokenGiven() : alreadyUnwrapped();
}

function tokenGiven(): Problem {
  return vaultProblem({
    code: 'notASecretId',
    message: l10n.t('What was entered as the AppRole secret ID is a Vault token.'),
    remedy: l10n.t(
      'Enter the secret ID of the role. To sign in with a token, set mlflowSecretsAuth.vault.authMethod to "token".',
    ),
    retry: 'purge',
    action: { kind: 'enterCredential' },
  });
}

function alreadyUnwrapped(): Problem {
  return vaultProblem({
    code: 'alreadyUnwrapped',
    message: l10n.t('The wrapped AppRole secret ID has expired, or somebody else has already unwrapped it.'),
    remedy: l10n.t('If it should still be valid, treat it as stolen: have it revoked, then enter a new one.'),
    retry: 'purge',
    action: { kind: 'enterCredential' },
  });
}

function ofOtherMount(other: string, mount: string): Problem {
  return vaultProblem({
    code: 'notASecretId',
    message: l10n.t(
      'The wrapped secret ID is of the AppRole mount "{0}", and mlflowSecretsAuth.vault.authMount is "{1}".',
      `auth/${other}`,
      mount,
    ),
    remedy: l10n.t(
      'Check mlflowSecretsAuth.vault.authMount. If it is right, tell whoever gave you the secret ID: it may have been swapped in transit.',
    ),
    retry: 'purge',
    action: openSetting('vault.authMount'),
  });
}

function notASecretId(creationPath: string): Problem {
  return vaultProblem({
    code: 'notASecretId',
    message: l10n.t(
      'The wrapped value is not a secret ID of this AppRole mount; it was created at {0}.',
      creationPath || l10n.t('an unknown path'),
    ),
    remedy: l10n.t('It may have been swapped in transit. Tell whoever gave it to you, then enter a new one.'),
    retry: 'purge',
    action: { kind: 'enterCredential' },
  });
}
