import * as l10n from '@vscode/l10n';
import type { SettingKey, TextKey, VaultAuthMethod } from '../../settings/manifest.ts';
import { ambientVariable } from '../facts.ts';
import type { TypedCredential } from '../provider.ts';
import type { VaultConfiguration } from './configuration.ts';
import { tokenFile } from './token-file.ts';

/** What is known of one way to sign in to Vault before its SDK is loaded; `sign-in/` has what it does. */
interface Method {
  /** Wherever people read of it. */
  readonly label: () => string;
  /** That must be set. */
  readonly settings: readonly SettingKey[];
  /** Of the settings that only some methods use, those that this one uses. */
  readonly uses: readonly TextKey[];
  /** As whom, of what this method uses, whatever is set for the others. */
  readonly identity: (source: VaultConfiguration) => string | undefined;
  /** What the user enters. */
  readonly credential: TypedCredential | undefined;
  readonly isAttended: boolean;
  /** Signing in again takes nothing away, as it does from a secret ID that is good for a number of uses. */
  readonly isRepeatable: boolean;
}

const password: Omit<Method, 'label'> = {
  settings: ['vault.username'],
  uses: ['vault.authMount', 'vault.username'],
  identity: ({ username }) => username,
  credential: {
    name: 'vault.password',
    label: () => l10n.t('Vault password'),
    ambient: async () => Promise.resolve([]),
  },
  isAttended: false,
  isRepeatable: true,
};

export const methods: Readonly<Record<VaultAuthMethod, Method>> = {
  token: {
    label: () => l10n.t('Token'),
    settings: [],
    uses: [],
    identity: () => undefined,
    credential: {
      name: 'vault.token',
      label: () => l10n.t('Vault token'),
      ambient: async (surroundings) => [
        ambientVariable('VAULT_TOKEN', surroundings),
        {
          place: l10n.t('file {0}', '~/.vault-token'),
          isSet: await surroundings.isThere(tokenFile(surroundings.homeFolder)),
        },
      ],
    },
    isAttended: false,
    isRepeatable: true,
  },
  approle: {
    label: () => l10n.t('AppRole'),
    settings: ['vault.roleId'],
    uses: ['vault.authMount', 'vault.roleId'],
    identity: ({ roleId }) => roleId,
    credential: {
      name: 'vault.secretId',
      label: () => l10n.t('AppRole secret ID'),
      ambient: async (surroundings) => Promise.resolve([ambientVariable('VAULT_SECRET_ID', surroundings)]),
    },
    isAttended: false,
    isRepeatable: false,
  },
  userpass: { label: () => l10n.t('User name and password'), ...password },
  ldap: { label: () => l10n.t('LDAP'), ...password },
  oidc: {
    label: () => l10n.t('Single sign-on in the browser (OIDC)'),
    settings: [],
    uses: ['vault.authMount', 'vault.oidcRole'],
    identity: ({ oidcRole }) => oidcRole,
    credential: undefined,
    isAttended: true,
    isRepeatable: true,
  },
  agent: {
    label: () => l10n.t('Vault Agent or Proxy that signs in on its own'),
    settings: [],
    uses: [],
    identity: () => undefined,
    credential: undefined,
    isAttended: false,
    isRepeatable: true,
  },
};
