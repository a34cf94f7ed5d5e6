import assert from 'node:assert/strict';
import { globSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import type { ConnectionConfiguration } from '../../../src/configuration/configuration.ts';
import { destinationOf, sameDestination } from '../../../src/configuration/destination.ts';
import { readConfiguration } from '../../../src/configuration/read-configuration.ts';
import type { ConfigurationInput } from '../../../src/configuration/read-configuration.ts';
import type { Environment } from '../../../src/environment.ts';
import { Problem } from '../../../src/problem.ts';
import { decisiveVariables } from '../../../src/providers/facts.ts';
import { checkVariables } from '../../../src/providers/transport/approved-variables.ts';

const settingsOf = {
  stored: {},
  vault: { 'vault.address': 'https://vault.example', 'vault.path': 'secret/a' },
  aws: { 'aws.secretId': 'a' },
  azure: { 'azure.vaultUrl': 'https://a.vault.azure.net', 'azure.secretName': 'a' },
} as const;
type Source = keyof typeof settingsOf;

/** Each of them, with the sources of which it says where a credential is read or goes, as whom, or over what trust. */
const facts: Readonly<Record<string, readonly Source[]>> = {
  MLFLOW_AUTH_HEADER_NAME: ['stored'],
  MLFLOW_TRACKING_CLIENT_CERT_PATH: ['stored'],
  MLFLOW_TRACKING_INSECURE_TLS: ['stored'],
  MLFLOW_TRACKING_SERVER_CERT_PATH: ['stored'],
  NODE_EXTRA_CA_CERTS: ['stored', 'vault', 'aws', 'azure'],
  REQUESTS_CA_BUNDLE: ['stored', 'vault', 'aws', 'azure'],
  CURL_CA_BUNDLE: ['stored', 'vault', 'azure'],
  SSL_CERT_FILE: ['stored'],
  SSL_CERT_DIR: ['stored'],
  VAULT_CACERT: ['vault'],
  VAULT_CAPATH: ['vault'],
  VAULT_CLIENT_CERT: ['vault'],
  VAULT_NAMESPACE: ['vault'],
  VAULT_TLS_SERVER_NAME: ['vault'],
  AWS_CA_BUNDLE: ['aws'],
  AWS_CONFIG_FILE: ['aws'],
  AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: ['aws'],
  AWS_CONTAINER_CREDENTIALS_FULL_URI: ['aws'],
  AWS_DEFAULT_PROFILE: ['aws'],
  AWS_DEFAULT_REGION: ['aws'],
  AWS_EC2_METADATA_SERVICE_ENDPOINT: ['aws'],
  AWS_ENDPOINT_URL: ['aws'],
  AWS_ENDPOINT_URL_SECRETS_MANAGER: ['aws'],
  AWS_ENDPOINT_URL_SSO: ['aws'],
  AWS_ENDPOINT_URL_STS: ['aws'],
  AWS_LOGIN_CACHE_DIRECTORY: ['aws'],
  AWS_PROFILE: ['aws'],
  AWS_REGION: ['aws'],
  AWS_ROLE_ARN: ['aws'],
  AWS_ROLE_SESSION_NAME: ['aws'],
  AWS_SHARED_CREDENTIALS_FILE: ['aws'],
  AWS_WEB_IDENTITY_TOKEN_FILE: ['aws'],
  AZURE_ADDITIONALLY_ALLOWED_TENANTS: ['azure'],
  AZURE_AUTHORITY_HOST: ['azure'],
  AZURE_CLIENT_CERTIFICATE_PATH: ['azure'],
  AZURE_CLIENT_ID: ['azure'],
  AZURE_CONFIG_DIR: ['azure'],
  AZURE_FEDERATED_TOKEN_FILE: ['azure'],
  AZURE_KUBERNETES_CA_DATA: ['azure'],
  AZURE_KUBERNETES_CA_FILE: ['azure'],
  AZURE_KUBERNETES_SNI_NAME: ['azure'],
  AZURE_KUBERNETES_TOKEN_PROXY: ['azure'],
  AZURE_POD_IDENTITY_AUTHORITY_HOST: ['azure'],
  AZURE_REGIONAL_AUTHORITY_NAME: ['azure'],
  AZURE_TENANT_ID: ['azure'],
  AZURE_TOKEN_CREDENTIALS: ['azure'],
  AZURE_USERNAME: ['azure'],
  IDENTITY_ENDPOINT: ['azure'],
  IDENTITY_SERVER_THUMBPRINT: ['azure'],
  IMDS_ENDPOINT: ['azure'],
  MSAL_FORCE_REGION: ['azure'],
  MSI_ENDPOINT: ['azure'],
  REGION_NAME: ['azure'],
  HOME: ['aws', 'azure'],
  USERPROFILE: ['aws', 'azure'],
};

/** The others that are read, by why nobody has to approve a value. */
const others: Readonly<Record<string, readonly string[]>> = {
  'it is of the secret that the approval names, or of the sign-in to it, and shown nowhere': [
    ...['VAULT_TOKEN', 'VAULT_SECRET_ID', 'MLFLOW_TRACKING_TOKEN', 'MLFLOW_TRACKING_PASSWORD'],
    ...['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN', 'AWS_SECURITY_TOKEN'],
    ...['AWS_CREDENTIAL_EXPIRATION', 'AWS_CREDENTIAL_SCOPE', 'AWS_ACCOUNT_ID'],
    ...['AWS_CONTAINER_AUTHORIZATION_TOKEN', 'AZURE_CLIENT_SECRET', 'AZURE_CLIENT_CERTIFICATE_PASSWORD'],
    ...['AZURE_PASSWORD', 'IDENTITY_HEADER', 'MSI_SECRET'],
  ],
  'it names a place at an address that is fixed, for a container that is made anew': [
    'AWS_CONTAINER_CREDENTIALS_RELATIVE_URI',
  ],
  'it chooses among the addresses of AWS, or of a machine, which are fixed': [
    ...['AWS_USE_FIPS_ENDPOINT', 'AWS_USE_DUALSTACK_ENDPOINT', 'AWS_STS_REGIONAL_ENDPOINTS'],
    ...[
      'AWS_EC2_METADATA_DISABLED',
      'AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE',
      'AWS_EC2_METADATA_V1_DISABLED',
    ],
    ...['AWS_ACCOUNT_ID_ENDPOINT_MODE', 'AWS_DEFAULTS_MODE', 'AWS_EXECUTION_ENV', 'AWS_LAMBDA_FUNCTION_NAME'],
  ],
  'it switches off what others name': ['AWS_IGNORE_CONFIGURED_ENDPOINT_URLS'],
  'it is a setting, which is approved as that': [
    ...['VAULT_ADDR', 'VAULT_AGENT_ADDR', 'VAULT_ROLE_ID', 'VAULT_CLIENT_KEY'],
    ...['MLFLOW_VAULT_SECRET_PATH', 'MLFLOW_AWS_SECRET_ID', 'MLFLOW_AWS_SECRET_NAME'],
    ...['MLFLOW_AWS_SECRET_VERSION', 'AZURE_KEY_VAULT_URL', 'MLFLOW_AZURE_KEY_VAULT_URL'],
    ...['MLFLOW_AZURE_SECRET_NAME', 'MLFLOW_AZURE_SECRET_VERSION', 'MLFLOW_SECRETS_AUTH_ENABLE'],
  ],
  'it narrows, or decides times, forms and words': [
    ...['MLFLOW_SECRETS_ALLOWED_HOSTS', 'MLFLOW_VAULT_TTL_SEC', 'MLFLOW_SECRETS_LOG_LEVEL'],
    ...['MLFLOW_SECRETS_AUTH_PROXY_LINGER_SECONDS', 'AWS_MAX_ATTEMPTS', 'AWS_RETRY_MODE'],
    ...[
      'AWS_SDK_UA_APP_ID',
      'AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED',
      'AWS_AUTH_SCHEME_PREFERENCE',
    ],
    ...[
      'AWS_SIGV4A_SIGNING_REGION_SET',
      'AWS_DISABLE_CLOCK_SKEW_CORRECTION',
      'AZURE_CLIENT_SEND_CERTIFICATE_CHAIN',
    ],
    'AZURE_IDENTITY_DISABLE_MULTITENANTAUTH',
  ],
  'it is read only to say so, has no effect, or is overruled': [
    ...['VAULT_SKIP_VERIFY', 'VAULT_PROXY_ADDR', 'VAULT_HTTP_PROXY', 'VAULT_CLIENT_TIMEOUT'],
    ...['VAULT_MAX_RETRIES', 'VAULT_PREFIX', 'NODE_TLS_REJECT_UNAUTHORIZED', 'AZD_CONFIG_DIR'],
    ...['SYSTEM_OIDCREQUESTURI', 'AZURE_IDENTITY_POWERSHELL_RESOURCE', 'AZURE_IDENTITY_POWERSHELL_TENANT_ID'],
  ],
  'it is what we give Python, or what Python has in place of it': [
    ...['MLFLOW_TRACKING_URI', 'MLFLOW_TRACKING_USERNAME', 'MLFLOW_TRACKING_AUTH'],
    ...['MLFLOW_TRACKING_AWS_SIGV4', 'MLFLOW_VSCODE_ADDRESS', 'MLFLOW_VSCODE_BEFORE', 'MLFLOW_VSCODE_HOST'],
    ...['MLFLOW_VSCODE_SESSION', 'MLFLOW_VSCODE_UPSTREAM'],
  ],
};

const read = [
  'src/**/*.ts',
  'node_modules/@aws-sdk/{core,credential-provider-*,credential-providers,token-providers}/dist-es/**/*.js',
  'node_modules/@smithy/{core,credential-provider-imds,node-http-handler}/dist-es/**/*.js',
  'node_modules/@azure/{identity,core-*,keyvault-*}/dist/esm/**/*.js',
  'node_modules/@azure/msal-node/dist/**/*.mjs',
  'node_modules/node-vault/src/**/*.js',
];
const families =
  'AWS|AZURE|AZD|IDENTITY|IMDS|MSI|MSAL|REGION|VAULT|NODE|SSL|OPENSSL|REQUESTS|CURL|MLFLOW|SYSTEM';
const quotedName = new RegExp(
  `(?:["'\`]|process\\.env\\.)((?:${families})_[A-Z0-9_]*[A-Z0-9])(?=["'\`\\W])`,
  'g',
);

async function configurationIn(source: Source, environment: Environment): Promise<ConnectionConfiguration> {
  const values = { trackingUri: 'https://mlflow.example', provider: source, ...settingsOf[source] };
  const entries = Object.entries(values).map(([key, value]) => [key, { value, origin: { kind: 'user' } }]);
  const result = await readConfiguration({
    settings: Object.fromEntries(entries) as ConfigurationInput['settings'],
    environment,
    hasBootstrap: async () => Promise.resolve(true),
  });
  assert.ok(result.kind === 'ready', JSON.stringify(result));
  return result.configuration;
}

describe('An environment variable', () => {
  it('is a fact of the approval where it is read and decides something, or says why not', async () => {
    const known = new Set([...Object.keys(facts), ...Object.values(others).flat()]);
    const unknown = new Set<string>();
    for (const file of read.flatMap((pattern) => globSync(pattern))) {
      for (const [, name = ''] of (await readFile(file, 'utf8')).matchAll(quotedName)) {
        if (!known.has(name)) unknown.add(name);
      }
    }
    assert.deepEqual([...unknown], []);
  });

  for (const [name, sources] of Object.entries(facts)) {
    it(`asks again when it changes: ${name}`, async () => {
      for (const source of sources) {
        const [none, one, other] = await Promise.all(
          [{}, { [name]: valueOf(name, 'a') }, { [name]: valueOf(name, 'b') }].map(async (environment) =>
            destinationOf(await configurationIn(source, environment)),
          ),
        );
        assert.ok(none && one && other);
        assert.ok(!sameDestination(none, one), source);
        // This one is on or off.
        if (name !== 'MLFLOW_TRACKING_INSECURE_TLS') assert.ok(!sameDestination(one, other), source);
      }
    });
  }

  it('says nothing by the account’s own home folder, which everybody has', () => {
    const { homedir } = userInfo();
    const own = decisiveVariables({ HOME: homedir }, ['HOME', 'USERPROFILE']);
    assert.deepEqual(own, { HOME: '', USERPROFILE: '' });
  });

  it('has nothing signed in when it says something else than was approved, whatever it said', () => {
    const approved = { AWS_ROLE_ARN: 'one', AWS_CONFIG_FILE: '' };
    checkVariables(approved, { AWS_ROLE_ARN: 'one', OTHER: 'x' });
    for (const environment of [
      ...[{}, { AWS_ROLE_ARN: 'two' }, { AWS_ROLE_ARN: 'one', AWS_CONFIG_FILE: '/x' }],
      ...[{ AWS_ROLE_ARN: 'one ' }, { AWS_ROLE_ARN: 'One' }, { AWS_ROLE_ARN: 'one', AWS_CONFIG_FILE: ' ' }],
    ])
      assert.throws(
        () => checkVariables(approved, environment),
        (error) => error instanceof Problem && error.code === 'settings.notApproved',
      );
  });
});

function valueOf(name: string, which: 'a' | 'b'): string {
  if (name === 'MLFLOW_TRACKING_INSECURE_TLS') return 'true';
  if (name === 'MLFLOW_AUTH_HEADER_NAME') return `X-${which}`;
  if (name.includes('ENDPOINT') || name.endsWith('_HOST')) return `https://${which}.example`;
  return name.endsWith('REGION') ? `eu-west-${which === 'a' ? 1 : 2}` : `/${which}`;
}
