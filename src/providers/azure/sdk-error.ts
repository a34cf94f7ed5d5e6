import * as l10n from '@vscode/l10n';
import { Problem } from '../../problem.ts';
import { fields, numberField, textField } from '../transport/fields.ts';
import { networkProblem, safeCause } from '../transport/network-problem.ts';
import { retryAfterMs } from '../transport/retry-after.ts';
import type { AzureConfiguration } from './configuration.ts';
import { azureProblem, foreignChallenge, nameOf } from './problem.ts';
import type { AzureFault } from './problem.ts';
import { responseFault } from './response-faults.ts';
import type { KeyVaultResponse } from './response-faults.ts';
import { azureSignInProblem, isSignInError } from './sign-in-problem.ts';
import type { SignInResponse } from './credential.ts';
import type { AzureTarget } from './target.ts';

/** What was asked for when the SDK threw. */
export interface FailedCall {
  readonly configuration: AzureConfiguration;
  readonly target: AzureTarget;
  /** How a connection to the sign-in service failed, if one did: the SDK leaves that out of its own error. */
  readonly signInNetworkError: unknown;
  /** What the sign-in service responded last: the SDK puts any words in its place. */
  readonly signInResponse: SignInResponse | undefined;
  /** Wall-clock milliseconds. */
  readonly now: number;
  /** As `httpProxyName`. */
  readonly httpProxy: string | undefined;
}

/** The `Problem` behind whatever the SDK threw. */
export function explainSdkError(error: unknown, call: FailedCall): Problem {
  const { target, signInNetworkError, signInResponse, httpProxy } = call;
  if (error instanceof Problem) return error;
  const network = networkProblem(error, { provider: 'azure', name: nameOf(target), httpProxy });
  if (network) return network;
  if (isSignInError(error) && !isAboutChallenge(error)) {
    const signIn = { provider: 'azure', name: l10n.t('The Azure sign-in service'), httpProxy } as const;
    const found = signInNetworkError ?? { statusCode: signInResponse?.status };
    return networkProblem(found, signIn) ?? azureSignInProblem(error, call);
  }
  return azureProblem({ ...faultOf(error, call), cause: safeCause(error) });
}

function faultOf(error: unknown, { configuration, target, now }: FailedCall): AzureFault {
  if (isAboutChallenge(error)) return foreignChallenge(target);
  const response = responseOf(error, now);
  return response ? responseFault(response, configuration, target) : unknownFault(target);
}

/** The sentences of @azure/keyvault-common about a challenge that it does not follow. */
function isAboutChallenge(error: unknown): boolean {
  return (
    error instanceof Error &&
    /^The challenge (resource|contains invalid scope|authorization URI)/.test(error.message)
  );
}

function unknownFault(target: AzureTarget): AzureFault {
  return {
    code: 'failed',
    message: l10n.t('Reading from {0} failed.', nameOf(target)),
    remedy: l10n.t(
      'Check the settings under mlflowSecretsAuth.azure, and try "az keyvault secret show" in a terminal.',
    ),
    retry: 'afterFix',
    action: { kind: 'configure' },
  };
}

function responseOf(error: unknown, now: number): KeyVaultResponse | undefined {
  const status = numberField(error, 'statusCode');
  if (status === undefined) return undefined;
  const { details, response } = fields(error);
  const { innerError } = fields(fields(details)['error']);
  return {
    status,
    innerCode: textField(innerError, 'code'),
    message: textField(error, 'message') ?? '',
    retryAfterMs: retryAfterMs(headerOf(response, 'retry-after'), now),
  };
}

function headerOf(response: unknown, name: string): string | undefined {
  const { headers } = fields(response);
  const { get } = fields(headers);
  if (typeof get !== 'function') return undefined;
  const value: unknown = Reflect.apply(get, headers, [name]);
  return typeof value === 'string' ? value : undefined;
}
