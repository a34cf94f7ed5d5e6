import type { Environment } from '../../environment.ts';
import type { SettingValues } from '../../settings/setting-values.ts';
import { originAndPath } from '../address.ts';

/**
 * Whether `VAULT_TOKEN`, `~/.vault-token` and `VAULT_SECRET_ID` are for this place: it is the address that `VAULT_ADDR`
 * or the user's own settings name, path included, and the namespace that those name where they name one. What only a
 * workspace names gets nothing but what was entered for it.
 */
export function ambientIsAllowed(
  { address, namespace }: { readonly address: string; readonly namespace: string | undefined },
  values: SettingValues,
  environment: Environment,
): boolean {
  const own = [...values.own('vault.address'), environment['VAULT_ADDR']?.trim() ?? ''];
  if (!own.some((text) => originAndPath(text, ['https:', 'http:']) === address)) return false;
  const namespaces = [...values.own('vault.namespace'), environment['VAULT_NAMESPACE']?.trim() ?? ''];
  const named = namespaces.filter((one) => one !== '');
  return named.length === 0 || named.includes(namespace ?? '');
}
