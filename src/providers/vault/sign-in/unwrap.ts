import { Secret } from '../../../secret.ts';
import { fields, textField } from '../answer.ts';
import { serverProblem, vaultProblem } from '../problem.ts';
import type { SignInInput } from './sign-in.ts';

/** How Vault's service and batch tokens begin; a secret id is a UUID unless its role's owner chose otherwise. */
const wrappingToken = /^(?:hvs|hvb|s|b)\.\S{8,}$/;

/**
 * The AppRole secret id. A response-wrapped one is unwrapped, once, and kept unwrapped. That it was wrapped for
 * this role's secret ids is checked first, as Vault's documentation of response wrapping asks for.
 */
export async function plainSecretId(
  { client, configuration, context }: SignInInput,
  mount: string,
  signal: AbortSignal,
): Promise<Secret | undefined> {
  const { bootstrap, environment } = context;
  const fromVariable = environment['VAULT_SECRET_ID']?.trim();
  const kept =
    (await bootstrap.get('vaultSecretId')) ?? (fromVariable ? new Secret(fromVariable) : undefined);
  if (kept === undefined || !wrappingToken.test(kept.reveal())) return kept;

  const looked = await client.call({
    method: 'POST',
    path: 'sys/wrapping/lookup',
    body: { token: kept.reveal() },
    signal,
  });
  if (looked.status !== 200) {
    throw (await serverProblem(looked, configuration.address, client, signal)) ?? alreadyUnwrapped();
  }
  const createdAt = textField(fields(looked.body)['data'], 'creation_path') ?? '';
  if (!createdAt.startsWith(`auth/${mount}/role/`) || !/\/(custom-)?secret-id$/.test(createdAt))
    throw forged(createdAt);
  const unwrapped = await client.call({
    method: 'POST',
    path: 'sys/wrapping/unwrap',
    body: {},
    token: kept,
    signal,
  });
  if (unwrapped.status !== 200) {
    throw (await serverProblem(unwrapped, configuration.address, client, signal)) ?? alreadyUnwrapped();
  }
  const secretId = textField(fields(unwrapped.body)['data'], 'secret_id');
  if (secretId === undefined) throw forged(createdAt);
  const plain = new Secret(secretId);
  await bootstrap.set('vaultSecretId', plain);
  return plain;
}

function alreadyUnwrapped(): Error {
  return vaultProblem({
    code: 'alreadyUnwrapped',
    message: 'The wrapped AppRole secret id has expired or somebody else has already unwrapped it.',
    remedy: 'If it should still be valid, treat it as stolen: have it revoked, then enter a new one.',
    retry: 'purge',
    action: { kind: 'enterCredential' },
  });
}

function forged(path: string): Error {
  return vaultProblem({
    code: 'notASecretId',
    message: `The wrapped value is not a secret id of this AppRole mount; it was made at ${path || 'an unknown path'}.`,
    remedy: 'It may have been swapped on the way: tell whoever gave it to you, then enter a new one.',
    retry: 'purge',
    action: { kind: 'enterCredential' },
  });
}
