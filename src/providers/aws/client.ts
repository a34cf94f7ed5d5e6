import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { STSClient } from '@aws-sdk/client-sts';
import { fromIni, fromTemporaryCredentials } from '@aws-sdk/credential-providers';
import * as l10n from '@vscode/l10n';
import { withinDeadline } from '../../deadline.ts';
import { storeTrust } from '../../network/store-certificates.ts';
import { Problem } from '../../problem.ts';
import type { SourceContext } from '../source.ts';
import { lookUpWithin, nameLookUpMs } from '../transport/name-look-up.ts';
import { checkVariables } from '../transport/approved-variables.ts';
import { approvedOnly, beforeSigning } from './approved-host.ts';
import type { AwsConfiguration } from './configuration.ts';
import { endpointsBeside } from './endpoints.ts';
import { ownCredentials } from './own-credentials.ts';
import type { OwnCredentials } from './own-credentials.ts';
import { awsProblem } from './problem.ts';
import { readAwsProfile } from './profile.ts';
import { checkAwsFiles } from './read-files.ts';
import { SignInWall } from './sign-in-wall.ts';
import { roleAssumers, stsOf } from './sts.ts';
import type { AwsWay, Sts } from './sts.ts';
import { endpointOptions, isIgnoringEndpoints } from './switches.ts';

/** Including the first; what comes after is the resolver's back-off. */
const maxAttempts = 2;
/** After the name server is given up. */
const connectionTimeoutMs = nameLookUpMs + 1000;
const requestTimeoutMs = 15_000;
/** Within the time of one fetch, so that it is not AWS that seems not to respond. */
const signInTimeoutMs = 18_000;

type SdkConfiguration = NonNullable<ConstructorParameters<typeof SecretsManagerClient>[0]>;
type NestedConfiguration = AwsWay['transport'] &
  Pick<SdkConfiguration, 'ignoreConfiguredEndpointUrls' | 'extensions'>;

/** A client for Secrets Manager, and one for STS with the same credentials. */
export interface AwsClients {
  readonly secretsManager: SecretsManagerClient;
  readonly createSts: () => Promise<STSClient>;
  /** `ca_bundle` of the profile, which nobody was asked about. */
  readonly unapprovedBundle: string | undefined;
}

/**
 * A client that keeps its credentials until five minutes before they expire; then the SDK fetches new ones. The SDK
 * reads `process.env` and `~/.aws`: in an extension host that is the user's own environment.
 */
export async function createAwsClients(
  configuration: AwsConfiguration,
  context: SourceContext,
  targetRegion: string | undefined,
): Promise<AwsClients> {
  const { environment } = context;
  const profile = await readAwsProfile(configuration.profile, context);
  const region = targetRegion ?? profile.values.get('region');
  const transport = await transportOf(configuration, context);
  const beside = endpointsBeside(configuration, environment, profile);
  const own = { ...configuration, ...beside };
  const way = { configuration: own, environment, transport, profile, region, httpProxy: context };
  const sts = stsOf(way);
  const approved = configuration.endpoint ?? beside.environmentEndpoint;
  const secretsManager = new SecretsManagerClient({
    ...transport,
    ...endpointOptions(approved, environment, profile),
    ...(region !== undefined && { region }),
    ...(configuration.profile !== undefined && { profile: configuration.profile }),
    credentials: credentialsOf(way, sts, context),
  });
  secretsManager.middlewareStack.add(approvedOnly('secretsManager', approved, context), beforeSigning);
  return {
    secretsManager,
    createSts: async () => {
      const { region: regionNow, credentials } = secretsManager.config;
      const client = new STSClient({ ...sts.clientConfig, region: await regionNow(), credentials });
      for (const plugin of sts.clientPlugins) client.middlewareStack.use(plugin);
      return client;
    },
    unapprovedBundle: profile.values.get('ca_bundle'),
  };
}

/**
 * Makes the SDK read `~/.aws` again: it keeps what it has read as long as the process runs, also for its search for a
 * region, and only its credential providers take `ignoreCache`. This one looks for a profile that cannot exist.
 */
export async function rereadAwsFiles(configuration: AwsConfiguration, context: SourceContext): Promise<void> {
  try {
    await bounded(fromIni({ profile: ']', ignoreCache: true }), configuration, context)();
  } catch (error) {
    if (error instanceof Problem) throw error;
    // As intended: there is no such profile.
  }
}

async function transportOf(
  { storeCertificates: only }: AwsConfiguration,
  context: SourceContext,
): Promise<AwsWay['transport']> {
  const trust = await storeTrust(only, context);
  const lookup = lookUpWithin(nameLookUpMs);
  return {
    maxAttempts,
    requestHandler: {
      connectionTimeout: connectionTimeoutMs,
      requestTimeout: requestTimeoutMs,
      throwOnRequestTimeout: true,
      httpAgent: { lookup },
      httpsAgent: { lookup, ...trust },
    },
  };
}

function credentialsOf(
  way: AwsWay,
  sts: Sts,
  context: SourceContext,
): NonNullable<SdkConfiguration['credentials']> {
  const { profile, roleArn, externalId, roleSessionName, roleDurationSeconds } = way.configuration;
  const wall = new SignInWall(way.configuration, context);
  const clients = { clientConfig: signInConfigOf(way, wall), ...roleAssumers(sts) };
  const credentials = ownCredentials(way.configuration, context, clients);
  const own = bounded(
    async (identity) => wall.through(async () => credentials(identity)),
    way.configuration,
    context,
  );
  if (roleArn === undefined) return own;
  const { clientConfig, clientPlugins } = sts;
  return fromTemporaryCredentials({
    masterCredentials: own,
    clientPlugins,
    params: {
      RoleArn: roleArn,
      RoleSessionName: roleSessionName ?? 'mlflow-secrets-auth',
      ...(externalId !== undefined && { ExternalId: externalId }),
      ...(roleDurationSeconds !== undefined && { DurationSeconds: roleDurationSeconds }),
    },
    clientConfig: { ...clientConfig, ...(profile !== undefined && { profile }) },
  });
}

/** For single sign-on; the SDK itself reads fewer spellings of the switch than what was approved goes by. */
function signInConfigOf(
  { transport, environment, profile }: AwsWay,
  { extensions }: SignInWall,
): NestedConfiguration {
  return {
    ...transport,
    ...(isIgnoringEndpoints(environment, profile) && { ignoreConfiguredEndpointUrls: true }),
    extensions,
  };
}

/** A process that the user's files name may never end; the SDK would wait for it. */
function bounded(
  credentials: OwnCredentials,
  configuration: AwsConfiguration,
  context: SourceContext,
): OwnCredentials {
  return async (...args) => {
    checkVariables(configuration.variables, context.environment);
    await checkAwsFiles(configuration, context);
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
