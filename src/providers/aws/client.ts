import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { STSClient } from '@aws-sdk/client-sts';
import { fromIni, fromNodeProviderChain, fromTemporaryCredentials } from '@aws-sdk/credential-providers';
import * as l10n from '@vscode/l10n';
import { withinDeadline } from '../../deadline.ts';
import type { Environment } from '../../environment.ts';
import { trustedCertificates } from '../../network/certificates.ts';
import { Problem } from '../../problem.ts';
import type { SourceContext } from '../source.ts';
import { textField } from '../transport/fields.ts';
import { beforeSigning, checkApproved } from './approved-host.ts';
import type { AwsConfiguration } from './configuration.ts';
import { awsProblem } from './problem.ts';
import { checkAwsFiles } from './read-files.ts';

/** Including the first; what comes after is the resolver's back-off. */
const maxAttempts = 2;
const connectionTimeoutMs = 5_000;
const requestTimeoutMs = 15_000;
/** Within the time of one fetch, so that it is not AWS that seems not to respond. */
const signInTimeoutMs = 18_000;

type SdkConfiguration = NonNullable<ConstructorParameters<typeof SecretsManagerClient>[0]>;
type Transport = Pick<SdkConfiguration, 'maxAttempts' | 'requestHandler'>;

/**
 * A client that keeps its credentials until five minutes before they expire; then the SDK fetches new ones. The SDK
 * reads `process.env` and `~/.aws`: in an extension host that is the user's own environment.
 */
export function createAwsClient(
  configuration: AwsConfiguration,
  context: SourceContext,
  region: string | undefined,
): SecretsManagerClient {
  const transport = transportOf(context);
  const client = new SecretsManagerClient({
    ...transport,
    ...(region !== undefined && { region }),
    ...(configuration.profile !== undefined && { profile: configuration.profile }),
    ...(configuration.endpoint !== undefined && { endpoint: configuration.endpoint }),
    credentials: credentialsOf(configuration, context, transport, region),
  });
  const approved = configuration.endpoint ?? configuration.environmentEndpoint;
  client.middlewareStack.add(
    (next) => async (call) => {
      checkApproved(call.request, approved);
      return next(call);
    },
    beforeSigning,
  );
  return client;
}

/** A client for STS with the credentials of that client. */
export async function createStsClient(
  client: SecretsManagerClient,
  configuration: AwsConfiguration,
  context: SourceContext,
): Promise<STSClient> {
  const endpoint = stsEndpointOf(configuration.endpoint, context.environment);
  const sts = new STSClient({
    ...transportOf(context),
    region: await client.config.region(),
    credentials: client.config.credentials,
    ...(endpoint !== undefined && { endpoint }),
  });
  const approved = endpoint ?? configuration.environmentStsEndpoint;
  sts.middlewareStack.add(
    (next) => async (call) => {
      checkApproved(call.request, approved);
      return next(call);
    },
    beforeSigning,
  );
  return sts;
}

/**
 * Makes the SDK read `~/.aws` again: it keeps what it has read as long as the process runs, also for its search for a
 * region, and only its credential providers take `ignoreCache`. This one looks for a profile that cannot exist.
 */
export async function rereadAwsFiles({ profile }: AwsConfiguration, context: SourceContext): Promise<void> {
  try {
    await bounded(fromIni({ profile: ']', ignoreCache: true }), profile, context)();
  } catch (error) {
    if (error instanceof Problem) throw error;
    // As intended: there is no such profile.
  }
}

function transportOf(context: SourceContext): Transport {
  const ca = trustedCertificates(context.extraCertificates);
  return {
    maxAttempts,
    requestHandler: {
      connectionTimeout: connectionTimeoutMs,
      requestTimeout: requestTimeoutMs,
      throwOnRequestTimeout: true,
      ...(ca && { httpsAgent: { ca } }),
    },
  };
}

function credentialsOf(
  configuration: AwsConfiguration,
  context: SourceContext,
  transport: Transport,
  region: string | undefined,
): NonNullable<SdkConfiguration['credentials']> {
  const { profile, roleArn, externalId, roleSessionName, roleDurationSeconds } = configuration;
  // Files are read each time, so that a sign-in or an edit in a terminal takes effect at once. A named profile that
  // does not exist must fail; in the default chain the machine's own identity would silently replace it.
  const ownCredentials = bounded(
    profile === undefined
      ? fromNodeProviderChain({ ignoreCache: true, clientConfig: transport })
      : fromIni({ profile, ignoreCache: true, clientConfig: transport }),
    profile,
    context,
  );
  if (roleArn === undefined) return ownCredentials;
  const stsEndpoint = stsEndpointOf(configuration.endpoint, context.environment);
  return fromTemporaryCredentials({
    masterCredentials: ownCredentials,
    clientPlugins: [approvedStsOnly(stsEndpoint ?? configuration.environmentStsEndpoint)],
    params: {
      RoleArn: roleArn,
      RoleSessionName: roleSessionName ?? 'mlflow-secrets-auth',
      ...(externalId !== undefined && { ExternalId: externalId }),
      ...(roleDurationSeconds !== undefined && { DurationSeconds: roleDurationSeconds }),
    },
    clientConfig: {
      ...transport,
      ...(region !== undefined && { region }),
      ...(profile !== undefined && { profile }),
      ...(stsEndpoint !== undefined && { endpoint: stsEndpoint }),
    },
  });
}

type OwnCredentials = ReturnType<typeof fromIni>;

/** A process that the user's files name may never end; the SDK would wait for it. */
function bounded(
  credentials: OwnCredentials,
  profile: string | undefined,
  context: SourceContext,
): OwnCredentials {
  return async (...args) => {
    await checkAwsFiles(profile, context);
    return withinDeadline(credentials(...args), {
      ms: signInTimeoutMs,
      late: () =>
        awsProblem({
          code: 'signInLate',
          message: l10n.t('The sign-in to AWS did not end within {0} s.', signInTimeoutMs / 1000),
          remedy: l10n.t('Run "aws sts get-caller-identity" in a terminal to see what it waits for.'),
          retry: 'automatic',
        }),
      sleep: async (ms, signal) => context.clock.sleep(ms, signal),
    });
  };
}

type StsPlugin = NonNullable<Parameters<typeof fromTemporaryCredentials>[0]['clientPlugins']>[number];

function approvedStsOnly(approved: string | undefined): StsPlugin {
  return {
    applyToStack: (stack) => {
      stack.add(
        (next) => async (call) => {
          checkApproved(call.request, approved);
          return next(call);
        },
        beforeSigning,
      );
    },
  };
}

/** An endpoint that bears Secrets Manager's name (AWS's own and VPC endpoints do) cannot serve STS too. */
function stsEndpointOf(endpoint: string | undefined, environment: Environment): string | undefined {
  if (endpoint === undefined || textField(environment, 'AWS_ENDPOINT_URL_STS') !== undefined)
    return undefined;
  const labels = URL.canParse(endpoint) ? new URL(endpoint).hostname.split('.') : [];
  return labels.some((label) => label.startsWith('secretsmanager')) ? undefined : endpoint;
}
