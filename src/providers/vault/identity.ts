import type { VaultConfiguration } from '../../configuration/configuration.ts';

/** As whom one signs in: what the sign-in's own method uses, whatever is set for the others. */
export function vaultIdentity(
  source: Pick<VaultConfiguration, 'authMethod' | 'roleId' | 'username' | 'oidcRole'>,
): string | undefined {
  switch (source.authMethod) {
    case 'approle':
      return source.roleId;
    case 'userpass':
    case 'ldap':
      return source.username;
    case 'oidc':
      return source.oidcRole;
    case 'token':
      return undefined;
  }
}
