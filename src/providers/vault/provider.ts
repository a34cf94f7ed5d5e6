import * as l10n from '@vscode/l10n';
import { isUnencryptedRemote } from '../../network/loopback.ts';
import { filesOf } from '../../network/store-certificates.ts';
import { fromVariable } from '../../settings/variable-reader.ts';
import { originAndPath } from '../address.ts';
import type { TextKey } from '../../settings/manifest.ts';
import { destinationFacts, invalidSetting } from '../facts.ts';
import type { Provider } from '../provider.ts';
import type { VaultConfiguration } from './configuration.ts';
import { ambientIsAllowed } from './ambient.ts';
import { destinationFields } from './destination.ts';
import { methods } from './methods.ts';
import { badPathOf } from './path-settings.ts';
import { tlsOf, reportUnused } from './tls-variables.ts';
import { tokenFile } from './token-file.ts';

const secrets = ['VAULT_TOKEN', 'VAULT_SECRET_ID'];

/** HashiCorp Vault, and OpenBao with the same API. */
export const vault: Provider<VaultConfiguration> = {
  id: 'vault',
  name: () => 'HashiCorp Vault',
  autoSettings: ['vault.address', 'vault.path'],
  signInSettings: (values) => methods[values.get('vault.authMethod')].settings,

  configure(values, environment) {
    const address = originAndPath(values.get('vault.address'), ['https:', 'http:']);
    if (address === undefined) {
      const message = l10n.t('Enter an address such as {0}.', 'https://vault.company.com:8200');
      return invalidSetting('vault.address', message);
    }
    const risk = isUnencryptedRemote(address)
      ? l10n.t(
          'Vault at {0} is reached over plain HTTP, so anyone on the network can read the sign-in and the secret. Use https.',
          new URL(address).host,
        )
      : undefined;
    const namespace = values.optional('vault.namespace');
    const authMethod = values.get('vault.authMethod');
    // What another method would use is left out: it is neither approved nor sent.
    const ofMethod = (key: TextKey): string | undefined =>
      methods[authMethod].uses.includes(key) ? values.optional(key) : undefined;
    const source: VaultConfiguration = {
      provider: 'vault',
      address,
      namespace,
      mount: values.optional('vault.mount'),
      path: values.get('vault.path'),
      version: values.get('vault.version') || undefined,
      authMethod,
      authMount: ofMethod('vault.authMount'),
      roleId: ofMethod('vault.roleId'),
      username: ofMethod('vault.username'),
      oidcRole: ofMethod('vault.oidcRole'),
      ambientIsAllowed: ambientIsAllowed({ address, namespace }, values, environment),
      ...tlsOf(address, environment),
    };
    const badPath = badPathOf(source);
    return badPath ? invalidSetting(badPath.key, badPath.fix) : { kind: 'ok', source, risk };
  },

  destination: (source) => destinationFacts(destinationFields, source),

  bootstrapScope(source) {
    const { address, namespace, authMethod, authMount } = source;
    return [address, namespace, authMethod, authMount, methods[authMethod].identity(source)];
  },

  // Several methods may share one, as userpass and ldap do.
  credentials: [...new Set(Object.values(methods).flatMap(({ credential }) => credential ?? []))],
  mayUseAmbient: (source) => source.ambientIsAllowed,
  neededCredential: ({ authMethod }) => methods[authMethod].credential?.name,
  isSecretEntered: false,
  isAttended: ({ authMethod }) => methods[authMethod].isAttended,
  signInFiles: ({ authMethod, ambientIsAllowed: isAllowed }, { homeFolder }) =>
    authMethod === 'token' && isAllowed ? [tokenFile(homeFolder)] : [],
  certificateFiles: ({ storeCertificates: only, storeClientCertificate }) => [
    ...filesOf(only),
    ...[storeClientCertificate?.certFile, storeClientCertificate?.keyFile].filter(
      (file) => file !== undefined,
    ),
  ],
  knownValues: async (key, places) =>
    key === 'vault.authMethod' ? (await import('./source.ts')).knownToken(places) : [],
  signInVariables: secrets,
  secretVariables: secrets,

  plugin: {
    slug: 'vault',
    prefix: 'VAULT',
    read(reader) {
      // In the plugin a token wins over AppRole. The token and the secret ID are read at use, by the source.
      // As Vault's own command line: an agent's address comes before that of the server.
      const agent = reader.get('VAULT_AGENT_ADDR') !== undefined;
      const hasRole = reader.get('VAULT_ROLE_ID') !== undefined;
      const hasToken = reader.get('VAULT_TOKEN') !== undefined;
      const useAgent = agent && !hasToken && !hasRole;
      const useAppRole = hasRole && !hasToken;
      reportUnused(reader);
      return {
        ...reader.setting('vault.address', agent ? 'VAULT_AGENT_ADDR' : 'VAULT_ADDR'),
        ...reader.setting('vault.namespace', 'VAULT_NAMESPACE'),
        ...reader.setting('vault.path', 'MLFLOW_VAULT_SECRET_PATH'),
        ...reader.setting('vault.roleId', 'VAULT_ROLE_ID'),
        ...(useAgent && fromVariable('vault.authMethod', 'agent', 'VAULT_AGENT_ADDR')),
        ...(useAppRole && fromVariable('vault.authMethod', 'approle', 'VAULT_ROLE_ID')),
      };
    },
  },

  async load(source, context) {
    const { createVaultSource } = await import('./source.ts');
    return createVaultSource(source, context);
  },
};
