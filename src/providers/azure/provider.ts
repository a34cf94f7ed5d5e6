import * as l10n from '@vscode/l10n';
import type { SettingsLayer } from '../../settings/setting-values.ts';
import type { VariableReader } from '../../settings/variable-reader.ts';
import type { Environment } from '../../environment.ts';
import { filesOf, storeCertificates } from '../../network/store-certificates.ts';
import { originAndPath, withoutTrailingSlashes } from '../address.ts';
import {
  decisiveVariables,
  destinationFacts,
  homeVariables,
  invalidSetting,
  variableTexts,
} from '../facts.ts';
import type { Provider } from '../provider.ts';
import type { AzureConfiguration } from './configuration.ts';
import { destinationFields } from './destination.ts';
import { signInFiles } from './sign-in-files.ts';

/** Azure Key Vault. */
export const azure: Provider<AzureConfiguration> = {
  id: 'azure',
  name: () => 'Azure Key Vault',
  autoSettings: ['azure.vaultUrl', 'azure.secretName'],
  signInSettings: () => [],

  configure(values, environment) {
    const vaultUrl = originAndPath(values.get('azure.vaultUrl'), ['https:']);
    if (vaultUrl === undefined) {
      const message = l10n.t('Enter an https address such as {0}.', 'https://ml-team.vault.azure.net');
      return invalidSetting('azure.vaultUrl', message);
    }
    const source: AzureConfiguration = {
      provider: 'azure',
      vaultUrl: new URL(vaultUrl).origin,
      secretName: values.get('azure.secretName'),
      secretVersion: values.optional('azure.secretVersion'),
      signIn: values.get('azure.signIn'),
      cloud: values.get('azure.cloud'),
      tenantId: values.optional('azure.tenantId'),
      clientId: values.optional('azure.clientId'),
      authorityHost: authorityIn(environment),
      storeCertificates: storeCertificates(environment, 'REQUESTS_CA_BUNDLE', 'CURL_CA_BUNDLE'),
      // The account of VS Code has none.
      variables: decisiveVariables(values.get('azure.signIn') === 'vscode' ? {} : environment, variables),
    };
    return { kind: 'ok', source, risk: undefined };
  },

  destination: (source) => destinationFacts(destinationFields, source),

  // Nothing is entered; what was fetched with it is one secret, as one identity.
  bootstrapScope({ vaultUrl, secretName, signIn, cloud, tenantId, clientId, authorityHost, ...source }) {
    const set = variableTexts(source.variables);
    return [vaultUrl, secretName, signIn, cloud, tenantId, clientId, authorityHost, ...set];
  },
  credentials: [],
  mayUseAmbient: () => true,
  neededCredential: () => undefined,
  isSecretEntered: false,
  isAttended: ({ signIn }) => signIn === 'vscode',
  signInFiles: ({ signIn }, places) => signInFiles(signIn, places),
  certificateFiles: ({ storeCertificates: only }) => filesOf(only),
  signInVariables: [
    'AZURE_TENANT_ID',
    'AZURE_CLIENT_ID',
    'AZURE_CLIENT_SECRET',
    'AZURE_CLIENT_CERTIFICATE_PATH',
    'AZURE_FEDERATED_TOKEN_FILE',
  ],
  secretVariables: ['AZURE_CLIENT_SECRET', 'AZURE_CLIENT_CERTIFICATE_PASSWORD'],

  knownValues: async (key, places) => {
    if (key !== 'azure.signIn') return [];
    const { knownSignIn } = await import('./known-sign-in.ts');
    return knownSignIn(places);
  },

  plugin: {
    slug: 'azure-key-vault',
    prefix: 'AZURE',
    read: (reader) => ({
      ...vaultUrlSetting(reader),
      ...reader.setting('azure.secretName', 'MLFLOW_AZURE_SECRET_NAME'),
      ...reader.setting('azure.secretVersion', 'MLFLOW_AZURE_SECRET_VERSION'),
    }),
  },

  async load(source, context) {
    const { createAzureSource } = await import('./source.ts');
    return createAzureSource(source, context);
  },
};

/** Beside `AZURE_AUTHORITY_HOST`, and what is a secret. */
const variables = [
  ...['AZURE_TENANT_ID', 'AZURE_CLIENT_ID', 'AZURE_USERNAME', 'AZURE_ADDITIONALLY_ALLOWED_TENANTS'],
  ...['AZURE_CLIENT_CERTIFICATE_PATH', 'AZURE_FEDERATED_TOKEN_FILE', 'AZURE_CONFIG_DIR'],
  ...['AZURE_TOKEN_CREDENTIALS', 'AZURE_REGIONAL_AUTHORITY_NAME', 'AZURE_POD_IDENTITY_AUTHORITY_HOST'],
  ...['TOKEN_PROXY', 'CA_FILE', 'CA_DATA', 'SNI_NAME'].map((name) => `AZURE_KUBERNETES_${name}`),
  ...['IDENTITY_ENDPOINT', 'IDENTITY_SERVER_THUMBPRINT', 'IMDS_ENDPOINT', 'MSI_ENDPOINT'],
  // By which the SDK chooses another host of the sign-in service.
  ...['MSAL_FORCE_REGION', 'REGION_NAME'],
  ...homeVariables,
];

/** Python's SDK takes a host alone, too (azure-identity, `normalize_authority`). */
function authorityIn(environment: Environment): string | undefined {
  const text = environment['AZURE_AUTHORITY_HOST']?.trim();
  if (!text) return undefined;
  return withoutTrailingSlashes(text.includes('://') ? text : `https://${text}`);
}

function vaultUrlSetting(reader: VariableReader): SettingsLayer {
  const variables = ['AZURE_KEY_VAULT_URL', 'MLFLOW_AZURE_KEY_VAULT_URL'] as const;
  const found = reader.setting('azure.vaultUrl', ...variables);
  const variable = variables.find((name) => reader.get(name) !== undefined);
  const url = variable === undefined ? undefined : reader.get(variable);
  if (variable === undefined || url === undefined) return {};
  if (URL.canParse(url) && new URL(url).protocol === 'https:') return found;
  const example = 'https://my-vault.vault.azure.net';
  reader.report(
    variable,
    l10n.t('{0} is ignored: it must be an https address such as {1}.', variable, example),
  );
  return {};
}
