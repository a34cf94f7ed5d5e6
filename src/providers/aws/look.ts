import { ListSecretsCommand } from '@aws-sdk/client-secrets-manager';
import type { SecretListEntry } from '@aws-sdk/client-secrets-manager';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import type { GetCallerIdentityCommandOutput } from '@aws-sdk/client-sts';
import { abortable } from '../transport/abortable.ts';
import type { ListedSecret, SecretNames } from '../source.ts';
import type { AwsClients } from './client.ts';
import { isSecretName } from './target.ts';

/** Who it is, is only for the words of a message or a list. */
const identityTimeoutMs = 5000;
/** The most that AWS sends at once (ListSecrets, MaxResults). */
const pageSize = 100;
const maxPages = 10;

/** The names of the secrets of one region, and who asked. */
export async function listSecrets(clients: AwsClients, signal: AbortSignal): Promise<SecretNames> {
  const identity = callerIdentity(clients, signal);
  const secrets: ListedSecret[] = [];
  let next: string | undefined;
  for (let page = 0; page < maxPages; page += 1) {
    const command = new ListSecretsCommand({
      MaxResults: pageSize,
      ...(next !== undefined && { NextToken: next }),
    });
    const response = await clients.secretsManager.send(command, { abortSignal: signal });
    secrets.push(...(response.SecretList ?? []).slice(0, pageSize).flatMap(listed));
    next = response.NextToken;
    if (next === undefined) break;
  }
  return { kind: 'listed', secrets, isCutOff: next !== undefined, identity: nameOf(await identity) };
}

/** A setting with another name would be refused. */
function listed({ Name: name, Description: about }: SecretListEntry): readonly ListedSecret[] {
  return name !== undefined && isSecretName(name) ? [{ name, about: about || undefined }] : [];
}

/** AWS answers that to everybody. `undefined` where it does not, or not in time. */
export async function callerIdentity(
  { createSts }: AwsClients,
  signal: AbortSignal,
): Promise<GetCallerIdentityCommandOutput | undefined> {
  try {
    const sts = await createSts();
    try {
      const identity = sts.send(new GetCallerIdentityCommand({}), { abortSignal: signal });
      const timeout = AbortSignal.timeout(identityTimeoutMs);
      return await abortable(identity, AbortSignal.any([signal, timeout]));
    } finally {
      sts.destroy();
    }
  } catch {
    // Whoever asks does without it.
    return undefined;
  }
}

/** `DataScientist/anna, 123456789012` of `arn:aws:sts::123456789012:assumed-role/DataScientist/anna`. */
function nameOf(identity: GetCallerIdentityCommandOutput | undefined): string | undefined {
  const { Arn: arn, Account: account } = identity ?? {};
  const who = arn
    ?.split(':')
    .slice(5)
    .join(':')
    .replace(/^(?:assumed-role|user|role)\//, '');
  const parts = [who, account].filter((part) => part !== undefined && part !== '');
  return parts.length === 0 ? undefined : parts.join(', ');
}
