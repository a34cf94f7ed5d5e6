import { Problem } from '../../problem.ts';
import type { ProblemAction } from '../../problem.ts';
import { safeCause } from '../transport/network-problem.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The problem behind a failure of the SDK's credential providers. They have no codes, only sentences; what is not
 * recognised is told in general words, because a sentence may hold a command line of the user's own.
 */
export function awsSignInProblem(
  error: Error,
  configuredProfile: string | undefined,
  environment: Environment,
): Problem {
  const profile = configuredProfile ?? environment['AWS_PROFILE'];
  const named = `AWS profile ${JSON.stringify(profile ?? 'default')}`;
  const say = error.message;
  const make = (code: string, message: string, remedy: string, action?: ProblemAction): Problem =>
    new Problem({
      code: `aws.${code}`,
      message,
      remedy,
      retry: 'afterFix',
      ...(action && { action }),
      cause: safeCause(error),
    });

  if (/\baws login\b|session has expired\. Please reauthenticate/.test(say)) {
    const command = signInCommand('aws login', profile);
    return make(
      'loginExpired',
      `The sign-in of ${named} has expired.`,
      remedyFor('aws login', command),
      command,
    );
  }
  if (/aws sso login|SSO session|UnauthorizedException|Session token not found/.test(say)) {
    const command = signInCommand('aws sso login', profile);
    return make(
      'ssoExpired',
      `The single sign-on session of ${named} is missing or has expired.`,
      remedyFor('aws sso login', command),
      command,
    );
  }
  if (/ForbiddenException|No access/.test(say)) {
    return make(
      'ssoRoleDenied',
      `Single sign-on does not give you the account and role of ${named}.`,
      'Check sso_account_id and sso_role_name in ~/.aws/config, or ask for the assignment.',
    );
  }
  if (/multi-factor/i.test(say)) {
    return make(
      'mfaNeeded',
      `${named} asks for a multi-factor code, which cannot be entered here.`,
      'Use a profile with single sign-on, or one that holds a session from aws sts get-session-token.',
    );
  }
  if (/credential_process|Command failed|ENOENT.*spawn|invalid JSON/i.test(say)) {
    return make(
      'processFailed',
      `The credential_process of ${named} failed.`,
      'Run its command in a terminal; it must print credentials as JSON.',
    );
  }
  if (profile !== undefined && /resolve credentials using profile|not found|could not be found/i.test(say)) {
    return make(
      'profileNotFound',
      `${named} is not in the AWS configuration files, or holds nothing to sign in with.`,
      `Check its name with aws configure list-profiles, or make it with aws configure.`,
      { kind: 'openSetting', setting: 'aws.profile' },
    );
  }
  if (/Could not load credentials from any providers|EC2 Instance Metadata|resolve credentials/i.test(say)) {
    return make(
      'noCredentials',
      `No AWS credentials were found. Tried: ${tried(profile, environment).join('; ')}.`,
      'Sign in with aws configure sso or aws configure, or set aws.profile.',
      { kind: 'openSetting', setting: 'aws.profile' },
    );
  }
  return make(
    'signInFailed',
    `Signing in to AWS with ${profile === undefined ? 'the default credentials' : named} failed.`,
    'Run aws sts get-caller-identity in a terminal to see why.',
  );
}

/** The SDK's default chain in its order, each link with what it found. */
function tried(profile: string | undefined, environment: Environment): readonly string[] {
  const has = (name: string): boolean => (environment[name] ?? '') !== '';
  const isSet = (name: string): string => `${name} ${has(name) ? 'is set' : 'is not set'}`;
  const container = ['AWS_CONTAINER_CREDENTIALS_RELATIVE_URI', 'AWS_CONTAINER_CREDENTIALS_FULL_URI'];
  const metadataOff =
    has('AWS_EC2_METADATA_DISABLED') && environment['AWS_EC2_METADATA_DISABLED'] !== 'false';
  return [
    `environment (${isSet('AWS_ACCESS_KEY_ID')})`,
    `profile ${JSON.stringify(profile ?? 'default')} in ${environment['AWS_CONFIG_FILE'] ?? '~/.aws/config'}` +
      ` and ${environment['AWS_SHARED_CREDENTIALS_FILE'] ?? '~/.aws/credentials'}`,
    `web identity (${isSet('AWS_WEB_IDENTITY_TOKEN_FILE')})`,
    container.some(has)
      ? 'container metadata (did not answer)'
      : 'container metadata (not in a container task)',
    `EC2 instance metadata (${metadataOff ? 'switched off' : 'did not answer'})`,
  ];
}

/**
 * The command with the profile's name, which comes from settings or files. A name that some shell could read as
 * more than one word gets no button.
 */
export function signInCommand(command: string, profile: string | undefined): ProblemAction | undefined {
  if (profile === undefined) return { kind: 'runInTerminal', command, label: `Run ${command}` };
  if (!/^\w[\w.@+:/-]*$/.test(profile)) return undefined;
  return { kind: 'runInTerminal', command: `${command} --profile ${profile}`, label: `Run ${command}` };
}

function remedyFor(command: string, action: ProblemAction | undefined): string {
  return action?.kind === 'runInTerminal'
    ? `Run ${action.command} in a terminal, then connect again.`
    : `Run ${command} for that profile in a terminal, then connect again.`;
}
