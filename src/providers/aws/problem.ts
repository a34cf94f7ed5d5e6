import type { AwsConfiguration } from './configuration.ts';
import { Problem } from '../../problem.ts';
import type { ProblemAction, ProblemRetry } from '../../problem.ts';
import { awsSignInProblem } from './sign-in-problem.ts';
import type { AwsTarget } from './target.ts';
import { networkProblem, safeCause } from '../transport/network-problem.ts';
import { retryAfterMs } from '../transport/retry-after.ts';

/** What the fields of an SDK error are, as far as they are used. */
interface SdkError extends Error {
  readonly $metadata?: { readonly httpStatusCode?: number; readonly requestId?: string };
  readonly $response?: { readonly headers?: Readonly<Record<string, string | undefined>> };
}

/** The `Problem` behind whatever the SDK threw. Names are those of the Secrets Manager and STS API references. */
export function awsProblem(
  error: unknown,
  configuration: AwsConfiguration,
  target: AwsTarget,
  environment: Readonly<Record<string, string | undefined>>,
): Problem {
  if (error instanceof Problem) return error;
  const sdkError: SdkError = error instanceof Error ? error : new Error('unknown');
  const place = placeOf(target);
  const secret = `secret ${JSON.stringify(target.secretId)}`;
  const make = (
    code: string,
    retry: ProblemRetry,
    message: string,
    remedy: string,
    more: { action?: ProblemAction; retryAfterMs?: number } = {},
  ): Problem =>
    new Problem({ code: `aws.${code}`, retry, message, remedy, ...more, cause: safeCause(error) });

  switch (sdkError.name) {
    case 'ResourceNotFoundException':
      return notFound(sdkError.message, configuration, target, make);
    case 'InvalidRequestException':
      // GetSecretValue, Errors: the secret is scheduled for deletion, or is managed by another service.
      return /deletion|deleted/i.test(sdkError.message)
        ? make(
            'pendingDeletion',
            'purge',
            `The ${secret} ${place} is scheduled for deletion.`,
            'Restore it with aws secretsmanager restore-secret, or choose another secret.',
          )
        : make(
            'invalidRequest',
            'afterFix',
            `AWS Secrets Manager cannot give out the ${secret} ${place} in its present state.`,
            'Look at the secret in the AWS console.',
          );
    case 'DecryptionFailure':
      return make(
        'kmsFailed',
        'afterFix',
        `AWS Secrets Manager cannot decrypt the ${secret} ${place}.`,
        'Check that its KMS key is enabled and not scheduled for deletion.',
      );
    case 'AccessDeniedException':
    case 'AccessDenied':
      return accessDenied(sdkError.message, configuration, target, make);
    case 'ExpiredTokenException':
    case 'ExpiredToken':
      return make(
        'expiredToken',
        'afterFix',
        'The AWS session credentials have expired.',
        'Sign in again, and restart VS Code if they come from its environment variables.',
      );
    case 'InvalidIdentityToken':
    case 'InvalidIdentityTokenException':
    case 'IDPRejectedClaim':
    case 'IDPRejectedClaimException':
      return make(
        'webIdentity',
        'afterFix',
        'AWS does not accept the web identity token for the role.',
        'Check AWS_WEB_IDENTITY_TOKEN_FILE and AWS_ROLE_ARN, and the identity provider that the role trusts.',
      );
    case 'UnrecognizedClientException':
    case 'InvalidClientTokenId':
    case 'InvalidAccessKeyId':
      return make(
        'keyNotValid',
        'purge',
        'AWS does not know the access key that was used, or it is disabled.',
        'Check the credentials with aws sts get-caller-identity.',
      );
    case 'InvalidSignatureException':
    case 'SignatureDoesNotMatch':
    case 'RequestTimeTooSkewed':
    case 'RequestExpired':
      return /expired|skew|not yet current|earlier than|later than/i.test(sdkError.message) ||
        sdkError.name.startsWith('Request')
        ? make(
            'clockSkew',
            'afterFix',
            'The clock of this computer differs too much from AWS’s.',
            'Set the clock; AWS allows five minutes.',
          )
        : make(
            'wrongSecretKey',
            'afterFix',
            'AWS does not accept the secret access key that was used.',
            'Check the credentials with aws sts get-caller-identity.',
          );
    case 'ThrottlingException':
    case 'Throttling':
    case 'TooManyRequestsException':
    case 'RequestLimitExceeded':
    case 'LimitExceededException': {
      return make(
        'throttled',
        'automatic',
        `AWS has had too many requests ${place}.`,
        'It is tried again by itself; a longer cache.ttlSeconds asks less often.',
        waitOf(sdkError),
      );
    }
    case 'RegionDisabledException':
      return make(
        'regionDisabled',
        'afterFix',
        `The account has the region ${target.region ?? ''} switched off.`,
        'Enable the region, or choose another.',
        { action: { kind: 'openSetting', setting: 'aws.region' } },
      );
    case 'CredentialsProviderError':
    case 'TokenProviderError':
    case 'ProviderError':
      return awsSignInProblem(sdkError, configuration.profile, environment);
    default:
      return otherProblem(error, sdkError, target, make);
  }
}

type Make = (
  code: string,
  retry: ProblemRetry,
  message: string,
  remedy: string,
  more?: { action?: ProblemAction; retryAfterMs?: number },
) => Problem;

function otherProblem(error: unknown, sdkError: SdkError, target: AwsTarget, make: Make): Problem {
  if (/^Region is missing|^Region not accepted/.test(sdkError.message)) {
    return make(
      'noRegion',
      'afterFix',
      'No AWS region is set.',
      'Set aws.region, AWS_REGION or the profile’s region, or give the secret’s full ARN.',
      { action: { kind: 'openSetting', setting: 'aws.region' } },
    );
  }
  if (sdkError.message.includes('base64 string')) {
    return make(
      'binaryNotBase64',
      'afterFix',
      `SecretBinary of the secret ${JSON.stringify(target.secretId)} ${placeOf(target)} is not valid base64.`,
      'Store the credential anew, as text or as a JSON object.',
    );
  }
  const { code, syscall } = sdkError as NodeJS.ErrnoException;
  if (syscall === 'open' && code !== undefined) {
    // The one file that the SDK does not do without.
    return make(
      'webIdentity',
      'afterFix',
      `The web identity token of the AWS sign-in cannot be read (${code}).`,
      'Check the file that AWS_WEB_IDENTITY_TOKEN_FILE or web_identity_token_file names.',
    );
  }
  const service = target.region === undefined ? 'AWS' : `AWS in ${target.region}`;
  const network = networkProblem(error, { provider: 'aws', name: service });
  if (network) return network;
  const status = sdkError.$metadata?.httpStatusCode;
  if (status !== undefined && isOfNobody(sdkError)) {
    return make(
      'notAws',
      status >= 500 ? 'automatic' : 'afterFix',
      `Something on the way to ${service} answered in its place (status ${status}).`,
      'Check the HTTP proxy (http.proxy, HTTPS_PROXY) and the firewall, or ask whoever runs them.',
    );
  }
  if (status !== undefined && status >= 500) {
    return make(
      'serverFault',
      'automatic',
      `AWS Secrets Manager answered with an error of its own (${status}).`,
      'It is tried again by itself.',
      waitOf(sdkError),
    );
  }
  const answer = status === undefined ? sdkError.name : `${sdkError.name}, ${status}`;
  return make(
    'refusedRequest',
    'afterFix',
    `AWS did not accept the request ${placeOf(target)} (${answer}).`,
    'Check the aws settings: name, version, role, session name and duration.',
    { action: { kind: 'configure' } },
  );
}

/** AWS names its errors and numbers its answers; the page of a proxy has neither. */
function isOfNobody({ name, $metadata }: SdkError): boolean {
  return /^Unknown(Error)?$|^SyntaxError$/.test(name) && $metadata?.requestId === undefined;
}

/** The service tells a missing secret from a missing version of it in its sentence only. */
function notFound(text: string, configuration: AwsConfiguration, target: AwsTarget, make: Make): Problem {
  const secret = `secret ${JSON.stringify(target.secretId)} ${placeOf(target)}`;
  if (!text.includes('secret value for')) {
    return make(
      'notFound',
      'purge',
      `AWS Secrets Manager has no ${secret}.`,
      'Check the name, the region and the account.',
      { action: { kind: 'openSetting', setting: 'aws.secretId' } },
    );
  }
  const { versionId, versionStage } = configuration;
  const version = versionId ?? versionStage;
  if (version === undefined) {
    return make(
      'emptySecret',
      'purge',
      `The ${secret} has no value.`,
      'Give it a value, or choose another secret.',
    );
  }
  return make(
    'versionNotFound',
    'purge',
    `AWS Secrets Manager has no version ${version} of the ${secret}.`,
    'Look up its versions with aws secretsmanager list-secret-version-ids, or leave the version empty.',
    {
      action: {
        kind: 'openSetting',
        setting: `aws.${versionId === undefined ? 'versionStage' : 'versionId'}`,
      },
    },
  );
}

/** Says who may do what to what: the sentence for the person who edits the policy. */
function accessDenied(text: string, configuration: AwsConfiguration, target: AwsTarget, make: Make): Problem {
  const action = /perform: (?<action>[\w-]+:\w+)/.exec(text)?.groups?.['action'];
  const identity = /User: (?<arn>arn:\S+)/.exec(text)?.groups?.['arn'];
  const who = identity ?? 'The signed-in AWS identity';
  const resource = /on resource: (?<arn>arn:[^\s,]+)/.exec(text)?.groups?.['arn'];
  if (action === 'sts:AssumeRole' || action === 'sts:AssumeRoleWithWebIdentity') {
    const role = resource ?? configuration.roleArn ?? 'the role';
    return make(
      'assumeRoleDenied',
      'purge',
      `${who} may not assume ${role}.`,
      `Allow ${action} on it, and let the role’s trust policy name this identity${
        configuration.externalId === undefined ? '' : ' and the external id that is set'
      }.`,
    );
  }
  if (action?.startsWith('kms:') === true || /\bKMS\b/.test(text)) {
    return make(
      'kmsDenied',
      'purge',
      `${who} may not use the KMS key of the secret ${JSON.stringify(target.secretId)}.`,
      'Allow kms:Decrypt on that key, in its key policy and for this identity.',
    );
  }
  return make(
    'accessDenied',
    'purge',
    `${who} may not read the secret ${JSON.stringify(target.secretId)} ${placeOf(target)}.`,
    `Allow ${action ?? 'secretsmanager:GetSecretValue'} on ${resource ?? resourceOf(target)}.`,
  );
}

function resourceOf(target: AwsTarget): string {
  if (target.secretId.startsWith('arn:')) return target.secretId;
  // Secrets Manager adds a dash and six characters to the name in the ARN.
  return `arn:aws:secretsmanager:${target.region ?? '*'}:${target.account ?? '*'}:secret:${target.secretId}-??????`;
}

function placeOf(target: AwsTarget): string {
  const account = target.account === undefined ? '' : ` of account ${target.account}`;
  return `in ${target.region ?? 'the default region'}${account}`;
}

function waitOf(error: SdkError): { retryAfterMs?: number } {
  const wait = retryAfterMs(error.$response?.headers?.['retry-after'], Date.now());
  return wait === undefined ? {} : { retryAfterMs: wait };
}
