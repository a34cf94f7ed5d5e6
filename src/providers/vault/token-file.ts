import { join } from 'node:path';

/** Where Vault's own command line keeps the token of its last sign-in. */
export function tokenFile(homeFolder: string): string {
  return join(homeFolder, '.vault-token');
}
