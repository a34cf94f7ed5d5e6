import type { SecretClient, SecretProperties } from '@azure/keyvault-secrets';
import * as l10n from '@vscode/l10n';
import type { ListedSecret, SecretNames } from '../source.ts';
import { isSecretName } from './target.ts';

/** As many as Key Vault sends at once (Get Secrets, maxresults). */
const pageSize = 25;
const maxPages = 20;

/** The names of the secrets of one key vault. */
export async function listSecrets(client: SecretClient, signal: AbortSignal): Promise<SecretNames> {
  const secrets: ListedSecret[] = [];
  const pages = client.listPropertiesOfSecrets({ abortSignal: signal }).byPage({ maxPageSize: pageSize });
  for (let page = 0; page < maxPages; page += 1) {
    const next = await pages.next();
    if (next.done === true) return listing(secrets, false);
    secrets.push(...next.value.slice(0, pageSize).flatMap(listed));
  }
  return listing(secrets, true);
}

function listing(secrets: readonly ListedSecret[], isCutOff: boolean): SecretNames {
  return { kind: 'listed', secrets, isCutOff, identity: undefined };
}

/** Those of certificates are no credentials. A setting with another name would be refused. */
function listed({
  name,
  enabled,
  contentType,
  certificateKeyId,
  managed,
}: SecretProperties): readonly ListedSecret[] {
  if (!isSecretName(name) || managed === true || certificateKeyId !== undefined) return [];
  return [{ name, about: enabled === false ? l10n.t('disabled') : contentType || undefined }];
}
