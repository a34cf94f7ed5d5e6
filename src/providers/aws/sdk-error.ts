import * as l10n from '@vscode/l10n';
import { Problem } from '../../problem.ts';
import { intercepted, openSetting, rateLimited, serverFault } from '../transport/fault.ts';
import { networkProblem, safeCause } from '../transport/network-problem.ts';
import { retryAfterMs } from '../transport/retry-after.ts';
import * as credentials from './credential-faults.ts';
import type { FailedCall, SdkError } from './failed-call.ts';
import { awsProblem } from './problem.ts';
import type { AwsFault } from './problem.ts';
import * as secrets from './secret-faults.ts';
import { awsSignInProblem, isSignInError } from './sign-in-problem.ts';
import { signInNetworkProblem } from './sign-in-service.ts';

type Explain = (error: SdkError, call: FailedCall) => AwsFault;

/** By the error's name in the API references of Secrets Manager and STS. */
const explanations: ReadonlyMap<string, Explain> = new Map(
  Object.entries<Explain>({
    ResourceNotFoundException: secrets.notFound,
    InvalidRequestException: secrets.invalidRequest,
    DecryptionFailure: secrets.notDecrypted,
    AccessDeniedException: secrets.accessDenied,
    AccessDenied: secrets.accessDenied,
    ExpiredTokenException: credentials.expired,
    ExpiredToken: credentials.expired,
    InvalidIdentityToken: credentials.webIdentityRejected,
    InvalidIdentityTokenException: credentials.webIdentityRejected,
    IDPRejectedClaim: credentials.webIdentityRejected,
    IDPRejectedClaimException: credentials.webIdentityRejected,
    UnrecognizedClientException: credentials.unknownKey,
    InvalidClientTokenId: credentials.unknownKey,
    InvalidAccessKeyId: credentials.unknownKey,
    InvalidSignatureException: credentials.wrongSignature,
    SignatureDoesNotMatch: credentials.wrongSignature,
    RequestTimeTooSkewed: credentials.clockSkew,
    RequestExpired: credentials.clockSkew,
    ThrottlingException: throttled,
    Throttling: throttled,
    TooManyRequestsException: throttled,
    RequestLimitExceeded: throttled,
    LimitExceededException: throttled,
    RegionDisabledException: regionDisabled,
    // Of regions that an account has to opt in to.
    OptInRequired: regionDisabled,
  }),
);

/** The `Problem` behind whatever the SDK threw. */
export function explainSdkError(error: unknown, call: FailedCall): Problem {
  if (error instanceof Problem) return error;
  const sdkError: SdkError = error instanceof Error ? error : new Error('unknown');
  if (isSignInError(sdkError)) {
    const { configuration, environment, httpProxy } = call;
    return (
      signInNetworkProblem(sdkError, httpProxy) ??
      awsSignInProblem(sdkError, configuration.profile, environment)
    );
  }
  const fault = explanations.get(sdkError.name)?.(sdkError, call) ?? localFault(sdkError, call);
  if (fault) return awsProblem({ ...fault, cause: safeCause(error) });
  const network = networkProblem(error, {
    provider: 'aws',
    name: serverOf(call),
    httpProxy: call.httpProxy,
  });
  if (network === undefined)
    return awsProblem({ ...unknownResponse(sdkError, call), cause: safeCause(error) });
  const isByRegion = call.configuration.endpoint === undefined && call.target.region !== undefined;
  return network.code === 'aws.dns' && isByRegion ? withRegion(network) : network;
}

/** The host name is made of it. */
function withRegion({ message, retry, cause }: Problem): Problem {
  return awsProblem({
    code: 'dns',
    message,
    remedy: l10n.t(
      'Check the network, whether a VPN is needed, and the region: mlflowSecretsAuth.aws.region, AWS_REGION or that of the AWS profile.',
    ),
    retry,
    action: openSetting('aws.region'),
    cause,
  });
}

/** What the SDK finds before it calls, or in a response that it cannot read. */
function localFault(error: SdkError, call: FailedCall): AwsFault | undefined {
  if (/^Region is missing|^Region not accepted/.test(error.message)) return noRegion();
  if (error.message.includes('base64 string')) return secrets.binaryNotBase64(error, call);
  const { code, syscall } = error as NodeJS.ErrnoException;
  // The token file is the only file that the SDK fails for.
  if (syscall === 'open' && code !== undefined) return credentials.unreadableWebIdentity(code);
  return undefined;
}

function unknownResponse(error: SdkError, call: FailedCall): AwsFault {
  const status = error.$metadata?.httpStatusCode;
  if (status !== undefined && isFromSomebodyElse(error)) {
    return { code: 'notAws', ...intercepted(serverOf(call), status, call.httpProxy) };
  }
  if (status !== undefined && status >= 500) {
    return { code: 'serverFault', ...serverFault(serverOf(call), status), retryAfterMs: waitOf(error) };
  }
  return {
    code: 'refusedRequest',
    message: l10n.t(
      '{0} did not accept the request ({1}).',
      serverOf(call),
      status === undefined ? error.name : `${error.name}, ${status}`,
    ),
    remedy: l10n.t(
      'Check the settings under mlflowSecretsAuth.aws: name, version, role, session name and duration.',
    ),
    retry: 'afterFix',
    action: { kind: 'configure' },
  };
}

/** AWS names its errors and gives each response an id; the page of a proxy has neither. */
function isFromSomebodyElse({ name, $metadata }: SdkError): boolean {
  return /^Unknown(Error)?$|^SyntaxError$/.test(name) && $metadata?.requestId === undefined;
}

function throttled(error: SdkError, call: FailedCall): AwsFault {
  return { code: 'throttled', ...rateLimited(serverOf(call), waitOf(error)) };
}

function regionDisabled(_error: SdkError, { target }: FailedCall): AwsFault {
  return {
    code: 'regionDisabled',
    message: l10n.t('The region {0} is disabled in this AWS account.', target.region ?? ''),
    remedy: l10n.t('Enable the region, or set mlflowSecretsAuth.aws.region to another one.'),
    retry: 'afterFix',
    action: openSetting('aws.region'),
  };
}

function noRegion(): AwsFault {
  return {
    code: 'noRegion',
    message: l10n.t('No AWS region is set.'),
    remedy: l10n.t(
      'Set mlflowSecretsAuth.aws.region, AWS_REGION or the region of the profile, or use the full ARN of the secret.',
    ),
    retry: 'afterFix',
    action: openSetting('aws.region'),
  };
}

/** The service that was called, for people. */
function serverOf({ target }: FailedCall): string {
  return target.region === undefined ? 'AWS' : l10n.t('AWS in {0}', target.region);
}

function waitOf(error: SdkError): number | undefined {
  return retryAfterMs(error.$response?.headers?.['retry-after'], Date.now());
}
