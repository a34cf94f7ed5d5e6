import {
  createCredentialChain,
  fromContainerMetadata,
  fromHttp,
  fromIni,
  fromInstanceMetadata,
  fromLoginCredentials,
  fromProcess,
  fromSSO,
  fromTokenFile,
} from '@aws-sdk/credential-providers';
import * as l10n from '@vscode/l10n';
import type { Environment } from '../../environment.ts';
import type { SourceContext } from '../source.ts';
import { textField } from '../transport/fields.ts';
import type { AwsConfiguration } from './configuration.ts';
import { checkWay, identityNotApproved, machineNotApproved } from './approved-host.ts';
import { readAwsProfile } from './profile.ts';
import type { AwsProfile } from './profile.ts';
import { awsProblem } from './problem.ts';
import { halfOfKeys, nothingToSignInWith } from './sign-in-problem.ts';
import { configFile, credentialsFile } from './sign-in-files.ts';
import { isMetadataOff } from './switches.ts';

type IniOptions = NonNullable<Parameters<typeof fromIni>[0]>;
export type OwnCredentials = ReturnType<typeof fromIni>;
type Identity = Awaited<ReturnType<OwnCredentials>>;

/** How the SDK calls single sign-on (`clientConfig`), and STS. */
type NestedClients = Pick<IniOptions, 'clientConfig' | 'roleAssumer' | 'roleAssumerWithWebIdentity'>;

/**
 * The user's own credentials, looked for in the order of Python's SDK (botocore, `create_credential_resolver`), which is
 * another than that of JavaScript: keys in variables come before a profile that a variable names, a web identity before
 * the keys of the default profile, and single sign-on before keys that were left in the credentials file. A profile that
 * a setting names counts alone: no other identity may replace it.
 */
export function ownCredentials(
  configuration: AwsConfiguration,
  context: SourceContext,
  clients: NestedClients,
): OwnCredentials {
  const { environment } = context;
  const files = { configFilepath: configFile(context), filepath: credentialsFile(context) };
  // Read each time, so that a sign-in or an edit in a terminal takes effect at once.
  const options = { ...clients, ...files, ignoreCache: true };
  return async (identity) => {
    const byVariables = configuration.profileIsFromVariable || configuration.profile === undefined;
    const keys = byVariables ? keysIn(environment) : undefined;
    if (keys !== undefined) return keys;
    const name = configuration.profile ?? 'default';
    const profile = await readAwsProfile(name, context);
    const link =
      ofProfile({ profile, environment, byVariables }, { ...options, profile: name }) ??
      (byVariables && (profile.exists || configuration.profile === undefined)
        ? ofMachine(context, options, configuration.profile)
        : fromIni({ ...options, profile: name }));
    return link(identity);
  };
}

function keysIn(environment: Environment): Identity | undefined {
  const accessKeyId = textField(environment, 'AWS_ACCESS_KEY_ID');
  if (accessKeyId === undefined) return undefined;
  const secretAccessKey = textField(environment, 'AWS_SECRET_ACCESS_KEY');
  // Another identity than the one that was meant must not take its place.
  if (secretAccessKey === undefined) throw halfOfKeys();
  const sessionToken =
    textField(environment, 'AWS_SECURITY_TOKEN') ?? textField(environment, 'AWS_SESSION_TOKEN');
  const expiration = textField(environment, 'AWS_CREDENTIAL_EXPIRATION');
  const accountId = textField(environment, 'AWS_ACCOUNT_ID');
  return {
    accessKeyId,
    secretAccessKey,
    ...(sessionToken !== undefined && { sessionToken }),
    ...(expiration !== undefined && { expiration: new Date(expiration) }),
    ...(accountId !== undefined && { accountId }),
  };
}

interface Found {
  readonly profile: AwsProfile;
  readonly environment: Environment;
  /** Whether variables that stand for parts of a profile count. */
  readonly byVariables: boolean;
}

/** `undefined`: it has nothing to sign in with. */
function ofProfile(
  { profile: { values, hasSharedKeys }, environment, byVariables }: Found,
  options: IniOptions,
): OwnCredentials | undefined {
  if (values.has('role_arn') && !values.has('web_identity_token_file')) return fromIni(options);
  const identity = (key: string, variable: string): string | undefined =>
    (byVariables ? textField(environment, variable) : undefined) ?? values.get(key);
  const webIdentityTokenFile = identity('web_identity_token_file', 'AWS_WEB_IDENTITY_TOKEN_FILE');
  if (webIdentityTokenFile !== undefined) {
    const roleArn = identity('role_arn', 'AWS_ROLE_ARN');
    const roleSessionName = identity('role_session_name', 'AWS_ROLE_SESSION_NAME');
    return fromTokenFile({
      ...options,
      webIdentityTokenFile,
      ...(roleArn !== undefined && { roleArn }),
      ...(roleSessionName !== undefined && { roleSessionName }),
    });
  }
  if (values.has('sso_account_id') || values.has('sso_role_name')) return fromSSO(options);
  if (hasSharedKeys) return fromIni(options);
  if (values.has('login_session')) return fromLoginCredentials(options);
  if (values.has('credential_process')) return fromProcess(options);
  return values.has('aws_access_key_id') ? fromIni(options) : undefined;
}

const containers = 'http://169.254.170.2';

/** The SDK writes the variable behind the fixed address, of which a path without a slash makes another one. */
function checkRelative(environment: Environment): void {
  const name = 'AWS_CONTAINER_CREDENTIALS_RELATIVE_URI';
  const relative = textField(environment, name);
  if (relative === undefined) return;
  const url = URL.parse(containers + relative) ?? undefined;
  if (url?.origin !== containers) throw identityNotApproved(url, name);
}

/** The SDK takes no word of ours on how it connects to that. */
function checkContainer(environment: Environment): void {
  checkRelative(environment);
  const full = textField(environment, 'AWS_CONTAINER_CREDENTIALS_FULL_URI');
  const isUnchecked = process.env['NODE_TLS_REJECT_UNAUTHORIZED'] === '0';
  if (!isUnchecked || full?.toLowerCase().startsWith('https:') !== true) return;
  throw awsProblem({
    code: 'tlsUntrusted',
    message: l10n.t(
      'The credentials of the container are not asked for: {0} says not to check its certificate.',
      'NODE_TLS_REJECT_UNAUTHORIZED',
    ),
    remedy: l10n.t('Remove {0} from your environment and restart VS Code.', 'NODE_TLS_REJECT_UNAUTHORIZED'),
    retry: 'afterFix',
  });
}

/** Where both are asked, which has no TLS. */
const machine = new URL('http://169.254.169.254');
const machineIPv6 = 'http://[fd00:ec2::254]';

/** The SDK also takes another place from the user's files, of which nobody was asked: of the profile that a variable names. */
async function checkMachine(context: SourceContext): Promise<void> {
  const { environment } = context;
  if (textField(environment, 'AWS_EC2_METADATA_SERVICE_ENDPOINT') !== undefined) return;
  const { values } = await readAwsProfile(textField(environment, 'AWS_PROFILE'), context);
  const named = values.get('ec2_metadata_service_endpoint');
  const url = named === undefined ? machine : (URL.parse(named) ?? undefined);
  if (url?.origin !== machine.origin && url?.origin !== machineIPv6) throw machineNotApproved(url);
}

/** Those of the container or the virtual machine that this runs on. */
function ofMachine(context: SourceContext, options: IniOptions, profile: string | undefined): OwnCredentials {
  const { environment } = context;
  const isContainer = ['RELATIVE', 'FULL'].some(
    (kind) => textField(environment, `AWS_CONTAINER_CREDENTIALS_${kind}_URI`) !== undefined,
  );
  const links = isContainer
    ? [fromHttp(options), fromContainerMetadata(options)]
    : isMetadataOff(environment)
      ? []
      : [fromInstanceMetadata(options)];
  const chain = createCredentialChain(...links, async () =>
    Promise.reject(nothingToSignInWith(profile, environment)),
  );
  return async (identity) => {
    if (isContainer) checkContainer(environment);
    else if (!isMetadataOff(environment)) await checkMachine(context);
    // A container shows its own token there, and whoever responds says who this machine is.
    checkWay(machine, context);
    return chain(identity);
  };
}
