import * as l10n from '@vscode/l10n';
import { section } from '../../settings/manifest.ts';
import type { SettingKey } from '../../settings/manifest.ts';
import { originAndPath } from '../address.ts';
import type { Problem } from '../../problem.ts';
import { malformedSetting } from '../transport/fault.ts';
import { pathValueFix } from '../path-value.ts';
import type { VaultConfiguration } from './configuration.ts';
import { vaultProblem } from './problem.ts';

/** A value that must not become part of a request to Vault. */
export interface BadPath {
  readonly key: SettingKey;
  /** A sentence: what to change. */
  readonly fix: string;
}

/** The first value that would leave the place in Vault's API that it is for. Whatever is in a path or names one counts. */
export function badPathOf(source: VaultConfiguration): BadPath | undefined {
  const isPasswordMethod = source.authMethod === 'userpass' || source.authMethod === 'ldap';
  const values: readonly (readonly [SettingKey, string | undefined])[] = [
    ['vault.path', source.path],
    ['vault.mount', source.mount],
    ['vault.authMount', source.authMount],
    ['vault.namespace', source.namespace],
    ['vault.username', isPasswordMethod ? source.username : undefined],
  ];
  if (originAndPath(source.address, ['https:', 'http:']) !== source.address) {
    return {
      key: 'vault.address',
      fix: l10n.t('Enter an address such as {0}.', 'https://vault.company.com:8200'),
    };
  }
  for (const [key, value] of values) {
    const fix = value === undefined ? undefined : fixOf(key, value, source);
    if (fix !== undefined) return { key, fix };
  }
  const { version } = source;
  return version !== undefined && !(Number.isSafeInteger(version) && version > 0)
    ? { key: 'vault.version', fix: l10n.t('Enter a whole number.') }
    : undefined;
}

function fixOf(key: SettingKey, value: string, { authMethod }: VaultConfiguration): string | undefined {
  switch (key) {
    case 'vault.username':
      // Directories know people as `DOMAIN\\user`; Vault's own users have no such names.
      return pathValueFix(value, {
        segments: 'one',
        ...(authMethod === 'ldap' && { mayHaveDomain: true }),
      });
    case 'vault.namespace':
      return pathValueFix(value, { segments: 'many', asciiOnly: true });
    default:
      return pathValueFix(value, { segments: 'many' });
  }
}

/** Before anything is called with it. */
export function badPathProblem({ key, fix }: BadPath): Problem {
  const message = l10n.t('{0} cannot be used in a request to Vault.', `${section}.${key}`);
  return vaultProblem(malformedSetting(key, message, fix));
}
