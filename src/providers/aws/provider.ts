import * as l10n from '@vscode/l10n';
import { fromVariable } from '../../settings/variable-reader.ts';
import type { VariableReader } from '../../settings/variable-reader.ts';
import type { SettingsLayer } from '../../settings/setting-values.ts';
import { decisiveVariables, destinationFacts, homeVariables, variableTexts } from '../facts.ts';
import type { Provider } from '../provider.ts';
import { isUnencryptedRemote } from '../../network/loopback.ts';
import { filesOf, storeCertificates } from '../../network/store-certificates.ts';
import type { AwsConfiguration } from './configuration.ts';
import { destinationFields } from './destination.ts';
import { endpointsOf } from './endpoints.ts';
import { signInFiles } from './sign-in-files.ts';

/** AWS Secrets Manager. */
export const aws: Provider<AwsConfiguration> = {
  id: 'aws',
  name: () => 'AWS Secrets Manager',
  autoSettings: ['aws.secretId'],
  signInSettings: () => [],

  configure(values, environment) {
    const secretId = values.get('aws.secretId');
    // arn:partition:secretsmanager:REGION:account:secret:name says where the secret is, whatever a setting says.
    const arnRegion = secretId.startsWith('arn:') ? secretId.split(':')[3] || undefined : undefined;
    const roleArn = values.optional('aws.roleArn');
    const profile = values.optional('aws.profile');
    const region = arnRegion ?? values.optional('aws.region');
    // They count where nothing else says it, so also once they are set.
    const absent = [
      ...(region === undefined ? ['AWS_REGION', 'AWS_DEFAULT_REGION'] : []),
      ...(profile === undefined ? ['AWS_PROFILE'] : []),
    ];
    const source: AwsConfiguration = {
      provider: 'aws',
      secretId,
      region,
      profile,
      profileIsFromVariable: profile !== undefined && values.origin('aws.profile').kind === 'environment',
      versionStage: values.optional('aws.versionStage'),
      versionId: values.optional('aws.versionId'),
      roleArn,
      externalId: roleArn === undefined ? undefined : values.optional('aws.externalId'),
      roleSessionName: roleArn === undefined ? undefined : values.optional('aws.roleSessionName'),
      roleDurationSeconds: roleArn === undefined ? undefined : values.get('aws.roleDurationSeconds'),
      endpoint: values.optional('aws.endpoint'),
      ...endpointsOf(environment),
      storeCertificates: storeCertificates(environment, 'AWS_CA_BUNDLE', 'REQUESTS_CA_BUNDLE'),
      variables: decisiveVariables(environment, [...variables, ...absent]),
    };
    return { kind: 'ok', source, risk: riskOf(source) };
  },

  destination: (source) => destinationFacts(destinationFields, source),

  // Nothing is entered; what was fetched with it is one secret, as one identity.
  bootstrapScope(source) {
    const { endpoint, environmentEndpoint, region, secretId, profile, roleArn, externalId } = source;
    const keysFirst = source.profileIsFromVariable ? 'keysFirst' : undefined;
    const set = variableTexts(source.variables);
    return [endpoint, environmentEndpoint, region, secretId, profile, keysFirst, roleArn, externalId, ...set];
  },
  credentials: [],
  mayUseAmbient: () => true,
  neededCredential: () => undefined,
  isSecretEntered: false,
  isAttended: () => false,
  signInFiles: (_source, places) => signInFiles(places),
  certificateFiles: ({ storeCertificates: only }) => filesOf(only),
  signInVariables: [
    'AWS_ACCESS_KEY_ID',
    'AWS_SECRET_ACCESS_KEY',
    'AWS_SESSION_TOKEN',
    'AWS_WEB_IDENTITY_TOKEN_FILE',
    'AWS_CONTAINER_CREDENTIALS_RELATIVE_URI',
    'AWS_SHARED_CREDENTIALS_FILE',
  ],
  secretVariables: ['AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN', 'AWS_CONTAINER_AUTHORIZATION_TOKEN'],

  knownValues: async (key, places) => {
    if (key !== 'aws.profile') return [];
    const { knownProfiles } = await import('./source.ts');
    return knownProfiles(places);
  },

  plugin: {
    slug: 'aws-secrets-manager',
    prefix: 'AWS',
    read: (reader) => ({
      ...reader.setting('aws.secretId', 'MLFLOW_AWS_SECRET_ID', 'MLFLOW_AWS_SECRET_NAME'),
      ...reader.setting('aws.region', 'AWS_REGION', 'AWS_DEFAULT_REGION'),
      // In this order, as Python's SDK.
      ...reader.setting('aws.profile', 'AWS_DEFAULT_PROFILE', 'AWS_PROFILE'),
      ...version(reader),
      ...role(reader),
    }),
  },

  async load(source, context) {
    const { createAwsSource } = await import('./source.ts');
    return createAwsSource(source, context);
  },
};

/** Beside those that are values of settings. Keys are none: the approval says that those of the environment count. */
const variables = [
  ...['AWS_CONFIG_FILE', 'AWS_SHARED_CREDENTIALS_FILE', 'AWS_LOGIN_CACHE_DIRECTORY'],
  ...['AWS_WEB_IDENTITY_TOKEN_FILE', 'AWS_ROLE_ARN', 'AWS_ROLE_SESSION_NAME'],
  ...['AWS_CONTAINER_CREDENTIALS_FULL_URI', 'AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE'],
  'AWS_EC2_METADATA_SERVICE_ENDPOINT',
  ...homeVariables,
];

/** A setting must be https; what a variable names is called as it is. */
function riskOf(source: AwsConfiguration): string | undefined {
  const named = [
    ...[source.environmentEndpoint, source.environmentStsEndpoint, source.environmentSsoEndpoint],
    ...[source.environmentSsoOidcEndpoint, source.environmentSigninEndpoint],
  ];
  const open = named.find((one) => one !== undefined && URL.canParse(one) && isUnencryptedRemote(one));
  return open === undefined
    ? undefined
    : l10n.t(
        'AWS at {0} is reached over plain HTTP, so anyone on the network can read the sign-in and the secret. Use https.',
        new URL(open).host,
      );
}

/** Version IDs are 32 to 64 letters, digits and hyphens; stages are words such as AWSPREVIOUS. */
function version(reader: VariableReader): SettingsLayer {
  const variable = 'MLFLOW_AWS_SECRET_VERSION';
  const found = reader.get(variable);
  if (found === undefined) return {};
  const isId = /^[0-9a-zA-Z-]{32,64}$/.test(found);
  return fromVariable(isId ? 'aws.versionId' : 'aws.versionStage', found, variable);
}

/** As Python's SDK, which assumes the role of the variable with a web identity token only. */
function role(reader: VariableReader): SettingsLayer {
  if (reader.get('AWS_WEB_IDENTITY_TOKEN_FILE') !== undefined) return {};
  const variable = 'AWS_ROLE_ARN';
  if (reader.get(variable) !== undefined) {
    const fix = l10n.t(
      '{0} is ignored without a web identity token, as in Python. To assume a role, set mlflowSecretsAuth.aws.roleArn.',
      variable,
    );
    reader.report(variable, fix);
  }
  return reader.setting('aws.roleSessionName', 'AWS_ROLE_SESSION_NAME');
}
