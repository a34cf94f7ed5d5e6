import type { AzureConfiguration } from './configuration.ts';
import { Problem } from '../../problem.ts';
import type { ProblemAction, ProblemRetry } from '../../problem.ts';
import type { SourceContext } from '../source.ts';
import { azureSignInProblem, isSignInError } from './sign-in-problem.ts';
import type { AzureTarget } from './target.ts';
import { networkProblem, safeCause } from '../transport/network-problem.ts';
import { retryAfterMs } from '../transport/retry-after.ts';

/** What a failed call of the REST API bears. Key Vault REST API reference, Authentication, requests and responses. */
interface KeyVaultAnswer {
  readonly status: number;
  readonly code: string | undefined;
  readonly innerCode: string | undefined;
  readonly message: string;
  readonly retryAfter: string | undefined;
}

/**
 * The `Problem` behind whatever the SDK threw. `signInNetworkError` is what a failed connection to the sign-in
 * service ended in, if there was one: the SDK leaves it out of its own error.
 */
export function azureProblem(
  error: unknown,
  signInNetworkError: unknown,
  configuration: AzureConfiguration,
  target: AzureTarget,
  { clock }: Pick<SourceContext, 'clock'>,
): Problem {
  if (error instanceof Problem) return error;
  const make: Make = (code, retry, message, remedy, more = {}) =>
    new Problem({ code: `azure.${code}`, retry, message, remedy, ...more, cause: safeCause(error) });
  const network = networkProblem(error, { provider: 'azure', name: `Azure Key Vault ${target.vaultHost}` });
  if (network) return network;
  if (error instanceof Error && isAboutChallenge(error.message)) {
    return make(
      'foreignChallenge',
      'afterFix',
      `${target.vaultHost} asked for a token that is not for key vaults, and got none.`,
      'Something between here and the vault answers in its place; check the network and the proxy.',
    );
  }
  if (isSignInError(error)) {
    return (
      networkProblem(signInNetworkError, { provider: 'azure', name: 'The Azure sign-in service' }) ??
      azureSignInProblem(error, configuration)
    );
  }
  const answer = answerOf(error);
  return answer === undefined
    ? make(
        'failed',
        'afterFix',
        `Reading from Azure Key Vault ${target.vaultHost} failed.`,
        'Check the azure settings, and try az keyvault secret show in a terminal.',
        { action: { kind: 'configure' } },
      )
    : answerProblem(answer, configuration, target, clock.now(), make);
}

type Make = (
  code: string,
  retry: ProblemRetry,
  message: string,
  remedy: string,
  more?: { action?: ProblemAction; retryAfterMs?: number },
) => Problem;

function answerProblem(
  answer: KeyVaultAnswer,
  configuration: AzureConfiguration,
  target: AzureTarget,
  now: number,
  make: Make,
): Problem {
  const secret = `secret ${JSON.stringify(configuration.secretName)}`;
  const vault = target.vaultHost;
  const wait = retryAfterMs(answer.retryAfter, now);
  const later = wait === undefined ? {} : { retryAfterMs: wait };
  switch (answer.status) {
    case 401:
      return make(
        'unauthorized',
        'afterFix',
        `${vault} does not accept the token of the Azure sign-in.`,
        'The vault may belong to another tenant: set azure.tenantId to the vault’s.',
        { action: { kind: 'openSetting', setting: 'azure.tenantId' } },
      );
    case 403:
      return forbidden(answer, secret, vault, make);
    case 404:
      return make(
        'notFound',
        'purge',
        configuration.secretVersion === undefined
          ? `${vault} has no ${secret}.`
          : `${vault} has no version ${configuration.secretVersion} of the ${secret}.`,
        'Check the vault, the name and the version.',
        { action: { kind: 'openSetting', setting: 'azure.secretName' } },
      );
    case 429: {
      return make(
        'throttled',
        'automatic',
        `${vault} has had too many requests.`,
        'It is tried again by itself; a longer cache.ttlSeconds asks less often.',
        later,
      );
    }
    default: {
      if (answer.status < 500) {
        return make(
          'refusedRequest',
          'afterFix',
          `${vault} did not accept the request (${answer.status}).`,
          'Check the azure settings: vault, name and version.',
          { action: { kind: 'configure' } },
        );
      }
      return make(
        'serverFault',
        'automatic',
        `${vault} answered with an error of its own (${answer.status}).`,
        'It is tried again by itself.',
        later,
      );
    }
  }
}

/** 403 says who refused in its inner code. Older vaults leave it out, and only the sentence tells. */
function forbidden(answer: KeyVaultAnswer, secret: string, vault: string, make: Make): Problem {
  const said = (code: string, sentence: RegExp): boolean =>
    answer.innerCode === undefined ? sentence.test(answer.message) : answer.innerCode === code;
  if (said('SecretDisabled', /disabled secret/i)) {
    return make(
      'disabled',
      'purge',
      `The ${secret} is disabled.`,
      'Enable it in the Azure portal, or choose another version.',
    );
  }
  if (said('ForbiddenByFirewall', /client address is not authorized/i)) {
    return make(
      'firewall',
      'purge',
      `The firewall of ${vault} does not let this network in.`,
      'Connect the VPN, or allow this computer’s public address under the vault’s Networking.',
    );
  }
  if (said('ForbiddenByConnection', /public network access is disabled|private link/i)) {
    return make(
      'privateOnly',
      'purge',
      `${vault} is reached through its private link only.`,
      'Connect to the network that has the link.',
    );
  }
  if (said('ForbiddenByRbac', /caller is not authorized to perform action/i)) {
    return make(
      'deniedByRole',
      'purge',
      `No role lets the Azure identity read the ${secret} in ${vault}.`,
      'Assign it the role Key Vault Secrets User on the vault; it takes some minutes to count.',
    );
  }
  if (
    said('ForbiddenByPolicy', /does not have secrets get permission/i) ||
    answer.innerCode === 'AccessDenied'
  ) {
    return make(
      'deniedByPolicy',
      'purge',
      `No access policy of ${vault} lets the Azure identity read secrets.`,
      'Add an access policy with the secret permission Get for it.',
    );
  }
  return make(
    'denied',
    'purge',
    `${vault} does not let the Azure identity read the ${secret}.`,
    'Assign it the role Key Vault Secrets User, or an access policy with the secret permission Get.',
  );
}

/** The sentences of @azure/keyvault-common about a challenge that it does not follow. */
function isAboutChallenge(message: string): boolean {
  return /^The challenge (resource|contains invalid scope|authorization URI)/.test(message);
}

function answerOf(error: unknown): KeyVaultAnswer | undefined {
  const fields = record(error);
  const status = fields?.['statusCode'];
  if (fields === undefined || typeof status !== 'number') return undefined;
  const details = record(record(fields['details'])?.['error']);
  const inner = record(details?.['innerError']);
  return {
    status,
    code: text(fields['code']),
    innerCode: text(inner?.['code']),
    message: text(fields['message']) ?? '',
    retryAfter: retryAfterHeader(record(fields['response'])?.['headers']),
  };
}

function retryAfterHeader(headers: unknown): string | undefined {
  const get = record(headers)?.['get'];
  if (typeof get !== 'function') return undefined;
  const value: unknown = Reflect.apply(get, headers, ['retry-after']);
  return text(value);
}

function record(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === 'object' && value !== null
    ? (value as Readonly<Record<string, unknown>>)
    : undefined;
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
