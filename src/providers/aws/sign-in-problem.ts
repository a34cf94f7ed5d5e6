import * as l10n from '@vscode/l10n';
import type { Environment } from '../../environment.ts';
import type { Problem } from '../../problem.ts';
import { openSetting, runInTerminal } from '../transport/fault.ts';
import { textField } from '../transport/fields.ts';
import { safeCause } from '../transport/network-problem.ts';
import { awsProblem } from './problem.ts';
import { notAws, throttled } from './sign-in-service.ts';
import type { AwsFault } from './problem.ts';
import { isMetadataOff } from './switches.ts';

const errorNames: ReadonlySet<string> = new Set([
  'CredentialsProviderError',
  'ProviderError',
  'TokenProviderError',
]);

/** Whether the error is of the SDK's credential providers. */
export function isSignInError({ name }: Error): boolean {
  return errorNames.has(name);
}

/** Whom the SDK tried to sign in as. */
interface SignIn {
  /** `undefined`: the default one. */
  readonly profile: string | undefined;
  /** The profile, for people. */
  readonly profileName: string;
  readonly environment: Environment;
}

interface Rule {
  readonly sentence: RegExp;
  readonly explain: (signIn: SignIn) => AwsFault;
  /** Only where a profile is named: the default one need not exist. */
  readonly isForNamedProfile?: true;
}

/** Of what the SDK says, which quotes servers and programs: some of the rules take quadratic time. */
const maxWordsLength = 4096;

/** The first one that fits counts. */
const rules: readonly Rule[] = [
  { sentence: /\baws login\b|session has expired\. Please reauthenticate/, explain: loginExpired },
  {
    sentence: /aws sso login|SSO session|UnauthorizedException|Session token not found/,
    explain: ssoExpired,
  },
  { sentence: /ForbiddenException|No access|^ResourceNotFoundException: /, explain: ssoRoleDenied },
  { sentence: /^TooManyRequestsException: /, explain: throttled },
  // Services of AWS name their errors.
  { sentence: /^(?:Unknown|UnknownError|SyntaxError): /, explain: notAws },
  { sentence: /Detected a cycle/, explain: profileCycle },
  { sentence: /multi-factor/i, explain: mfaNeeded },
  { sentence: /credential_process|Command failed|ENOENT.*spawn|invalid JSON/i, explain: processFailed },
  {
    sentence: /resolve credentials using profile|not found|could not be found/i,
    explain: profileNotFound,
    isForNamedProfile: true,
  },
  {
    sentence: /Could not load credentials from any providers|EC2 Instance Metadata|resolve credentials/i,
    explain: noCredentials,
  },
];

/**
 * The problem behind a failure of the SDK's credential providers. They have no codes, only sentences; an unknown one is
 * not shown, because it may hold a command line of the user's own.
 */
export function awsSignInProblem(
  error: Error,
  configuredProfile: string | undefined,
  environment: Environment,
): Problem {
  const profile = configuredProfile ?? environment['AWS_PROFILE'];
  const profileName = profileNamed(profile);
  const words = error.message.slice(0, maxWordsLength);
  const rule = rules.find(
    ({ sentence, isForNamedProfile }) =>
      sentence.test(words) && (profile !== undefined || isForNamedProfile === undefined),
  );
  const fault = (rule?.explain ?? signInFailed)({ profile, profileName, environment });
  return awsProblem({ ...fault, cause: safeCause(error) });
}

function loginExpired({ profile, profileName }: SignIn): AwsFault {
  return {
    code: 'loginExpired',
    message: l10n.t('The sign-in for {0} has expired.', profileName),
    ...signInCommand('aws login', profile),
    retry: 'afterFix',
  };
}

function ssoExpired({ profile, profileName }: SignIn): AwsFault {
  return {
    code: 'ssoExpired',
    message: l10n.t('The single sign-on session for {0} is missing or has expired.', profileName),
    ...signInCommand('aws sso login', profile),
    retry: 'afterFix',
  };
}

function ssoRoleDenied({ profileName }: SignIn): AwsFault {
  return {
    code: 'ssoRoleDenied',
    message: l10n.t('Single sign-on does not grant you the account and role of {0}.', profileName),
    remedy: l10n.t(
      'Check sso_account_id and sso_role_name in ~/.aws/config, or ask your AWS administrator for the assignment.',
    ),
    retry: 'afterFix',
  };
}

function profileCycle({ profileName }: SignIn): AwsFault {
  return {
    code: 'signInFailed',
    message: l10n.t('The source_profile of {0} leads back to the profile itself.', profileName),
    remedy: l10n.t('Correct source_profile in ~/.aws/config.'),
    retry: 'afterFix',
  };
}

function mfaNeeded({ profileName }: SignIn): AwsFault {
  return {
    code: 'mfaNeeded',
    message: l10n.t('{0} requires a multi-factor code, which cannot be entered here.', profileName),
    remedy: l10n.t(
      'Use a profile with single sign-on, or one that holds a session from "aws sts get-session-token".',
    ),
    retry: 'afterFix',
  };
}

function processFailed({ profileName }: SignIn): AwsFault {
  return {
    code: 'processFailed',
    message: l10n.t('The credential_process of {0} failed.', profileName),
    remedy: l10n.t('Run its command in a terminal; it must print credentials as JSON.'),
    retry: 'afterFix',
  };
}

function profileNotFound({ profileName }: SignIn): AwsFault {
  return {
    code: 'profileNotFound',
    message: l10n.t(
      '{0} is not in the AWS configuration files, or has nothing to sign in with.',
      profileName,
    ),
    remedy: l10n.t(
      'Check mlflowSecretsAuth.aws.profile with "aws configure list-profiles", or create the profile with "aws configure".',
    ),
    retry: 'afterFix',
    action: openSetting('aws.profile'),
  };
}

/** Where neither the profile nor the machine has anything. */
export function nothingToSignInWith(profile: string | undefined, environment: Environment): Problem {
  return awsProblem(noCredentials({ profile, profileName: profileNamed(profile), environment }));
}

/** One variable without the other. */
export function halfOfKeys(): Problem {
  return awsProblem({
    code: 'noCredentials',
    message: l10n.t('AWS_ACCESS_KEY_ID is set, but AWS_SECRET_ACCESS_KEY is not.'),
    remedy: l10n.t('Set both, or unset the one, and restart VS Code.'),
    retry: 'afterFix',
  });
}

function profileNamed(profile: string | undefined): string {
  return l10n.t('AWS profile {0}', JSON.stringify(profile ?? 'default'));
}

function noCredentials(signIn: SignIn): AwsFault {
  return {
    code: 'noCredentials',
    message: l10n.t('No AWS credentials were found. Tried: {0}.', triedLinks(signIn).join('; ')),
    remedy: l10n.t(
      'Sign in with "aws configure sso" or "aws configure", or set mlflowSecretsAuth.aws.profile.',
    ),
    retry: 'afterFix',
    action: openSetting('aws.profile'),
  };
}

function signInFailed({ profile, profileName }: SignIn): AwsFault {
  return {
    code: 'signInFailed',
    message:
      profile === undefined
        ? l10n.t('Signing in to AWS with the default credentials failed.')
        : l10n.t('Signing in with {0} failed.', profileName),
    remedy: l10n.t('Run "aws sts get-caller-identity" in a terminal to see why.'),
    retry: 'afterFix',
  };
}

/** The SDK's default chain in its order, each link with what it found. */
function triedLinks({ profile, environment }: SignIn): readonly string[] {
  const isSet = (name: string): boolean => textField(environment, name) !== undefined;
  const variable = (name: string): string =>
    isSet(name) ? l10n.t('{0} is set', name) : l10n.t('{0} is not set', name);
  const isContainer =
    isSet('AWS_CONTAINER_CREDENTIALS_RELATIVE_URI') || isSet('AWS_CONTAINER_CREDENTIALS_FULL_URI');
  return [
    l10n.t('environment ({0})', variable('AWS_ACCESS_KEY_ID')),
    l10n.t(
      'profile {0} in {1} and {2}',
      JSON.stringify(profile ?? 'default'),
      environment['AWS_CONFIG_FILE'] ?? '~/.aws/config',
      environment['AWS_SHARED_CREDENTIALS_FILE'] ?? '~/.aws/credentials',
    ),
    l10n.t('web identity ({0})', variable('AWS_WEB_IDENTITY_TOKEN_FILE')),
    isContainer
      ? l10n.t('container metadata (did not respond)')
      : l10n.t('container metadata (not in a container task)'),
    isMetadataOff(environment)
      ? l10n.t('EC2 instance metadata (disabled)')
      : l10n.t('EC2 instance metadata (did not respond)'),
  ];
}

/**
 * What to run, with the profile's name, which comes from settings or files. A name that some shell could read as more
 * than one word gets no button.
 */
export function signInCommand(
  command: string,
  profile: string | undefined,
): Pick<AwsFault, 'remedy' | 'action'> {
  if (profile === undefined) return runInTerminal(command, command);
  if (/^\w[\w.@+:/-]*$/.test(profile)) return runInTerminal(`${command} --profile ${profile}`, command);
  return {
    remedy: l10n.t(
      'Run "{0}" for this profile in a terminal. MLflow then connects again, automatically.',
      command,
    ),
  };
}
