import type { AzureConfiguration } from './configuration.ts';
import { Problem } from '../../problem.ts';
import type { ProblemAction } from '../../problem.ts';
import { safeCause } from '../transport/network-problem.ts';

/** Errors of @azure/identity, as far as they are used. */
export interface IdentityError extends Error {
  readonly errors?: readonly Error[];
}

const names: ReadonlySet<string> = new Set([
  'AggregateAuthenticationError',
  'AuthenticationError',
  'AuthenticationRequiredError',
  'CredentialUnavailableError',
]);

export function isSignInError(error: unknown): error is IdentityError {
  return error instanceof Error && names.has(error.name);
}

interface Refusal {
  /** Microsoft Entra authentication and authorization error codes. */
  readonly aadsts: readonly number[];
  readonly code: string;
  readonly message: string;
  readonly remedy: string;
}

const refusals: readonly Refusal[] = [
  {
    aadsts: [7000215, 7000216, 700027, 50012],
    code: 'clientSecretWrong',
    message: 'Microsoft Entra does not accept the application’s client secret or certificate.',
    remedy: 'Check AZURE_CLIENT_SECRET or the certificate; it must be the secret’s value, not its id.',
  },
  {
    aadsts: [7000222],
    code: 'clientSecretExpired',
    message: 'The application’s client secret has expired.',
    remedy: 'Make a new one for the application, and set AZURE_CLIENT_SECRET.',
  },
  {
    aadsts: [700016, 7000112],
    code: 'applicationUnknown',
    message: 'The tenant does not know the application, or it is disabled.',
    remedy: 'Check AZURE_CLIENT_ID and the tenant.',
  },
  {
    aadsts: [90002, 900023],
    code: 'tenantUnknown',
    message: 'Microsoft Entra does not know the tenant.',
    remedy: 'Check azure.tenantId and AZURE_TENANT_ID.',
  },
  {
    aadsts: [53000, 53001, 53003, 50158],
    code: 'conditionalAccess',
    message: 'A conditional access policy of the tenant forbids this sign-in.',
    remedy: 'Ask your administrator which devices and networks are allowed.',
  },
  {
    aadsts: [50076, 50079, 50173, 65001, 70043, 70044, 700082, 700084],
    code: 'signInExpired',
    message: 'The Azure sign-in has expired, or needs a person’s consent.',
    remedy: 'Sign in again.',
  },
];

/** The `Problem` behind a failed sign-in. What the identity service wrote is not shown: it may hold account names. */
export function azureSignInProblem(error: IdentityError, configuration: AzureConfiguration): Problem {
  const make = (code: string, message: string, remedy: string, action?: ProblemAction): Problem =>
    new Problem({
      code: `azure.${code}`,
      message,
      remedy,
      retry: 'afterFix',
      ...(action && { action }),
      cause: safeCause(error),
    });
  const all = [error, ...(error.errors ?? [])];
  const codes = all.flatMap(({ message }) =>
    [...message.matchAll(/AADSTS(\d+)/g)].map(([, code]) => Number(code)),
  );
  const refusal = refusals.find(({ aadsts }) => aadsts.some((one) => codes.includes(one)));
  if (refusal) {
    const action = refusal.code === 'signInExpired' ? azLogin(configuration) : undefined;
    return make(refusal.code, refusal.message, remedyWith(refusal.remedy, action), action);
  }
  if (all.some(({ message }) => message.includes('not configured to acquire tokens for tenant'))) {
    return make(
      'otherTenant',
      'The key vault belongs to another tenant than the one that is signed in to.',
      'Set azure.tenantId to the vault’s tenant.',
      { kind: 'openSetting', setting: 'azure.tenantId' },
    );
  }
  switch (configuration.signIn) {
    case 'azureCli':
      return cliProblem(error, configuration, make);
    case 'managedIdentity':
      return make(
        'noManagedIdentity',
        configuration.clientId === undefined
          ? 'This machine gave no token of a managed identity.'
          : `This machine gave no token of the managed identity ${configuration.clientId}.`,
        'Assign the identity to this machine, or choose another azure.signIn.',
        { kind: 'openSetting', setting: 'azure.signIn' },
      );
    case 'environment':
      return make(
        'environmentIncomplete',
        'The environment variables of VS Code hold no Azure application to sign in as.',
        'Set AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET, or choose another azure.signIn.',
        { kind: 'openSetting', setting: 'azure.signIn' },
      );
    case 'default':
    case 'vscode': {
      const action = azLogin(configuration);
      const tried = (error.errors ?? []).map(describeLink).filter((link) => link !== undefined);
      return make(
        'noCredentials',
        tried.length === 0
          ? 'No Azure sign-in was found.'
          : `No Azure sign-in was found. Tried: ${tried.join('; ')}.`,
        remedyWith('Set azure.signIn to vscode to use VS Code’s Microsoft account, or sign in.', action),
        action,
      );
    }
  }
}

type Make = (code: string, message: string, remedy: string, action?: ProblemAction) => Problem;

function cliProblem(error: IdentityError, configuration: AzureConfiguration, make: Make): Problem {
  if (/could not be found|not installed/i.test(error.message)) {
    return make(
      'cliMissing',
      'The Azure CLI is not installed on the machine where VS Code’s extensions run.',
      'Install it, or choose another azure.signIn.',
      { kind: 'openSetting', setting: 'azure.signIn' },
    );
  }
  const action = azLogin(configuration);
  return make('cliSignedOut', 'The Azure CLI is not signed in.', remedyWith('Sign in.', action), action);
}

/** A link of the default chain, by the sentence that it failed with. */
function describeLink({ message }: Error): string | undefined {
  const links: readonly [RegExp, string][] = [
    [/EnvironmentCredential/, 'environment (AZURE_CLIENT_ID and the others are not set)'],
    [/WorkloadIdentityCredential/, 'workload identity (not set up)'],
    [/ManagedIdentityCredential/, 'managed identity (none here)'],
    [/Visual Studio Code/, 'Azure Resources extension (not used here)'],
    [/Azure CLI could not be found/, 'Azure CLI (not installed)'],
    [/az login|Azure CLI/, 'Azure CLI (not signed in)'],
    [/PowerShell/, 'Azure PowerShell (not installed or not signed in)'],
    [/azd|Azure Developer CLI/, 'Azure Developer CLI (not installed or not signed in)'],
  ];
  return links.find(([expression]) => expression.test(message))?.[1];
}

/** The tenant has been checked to hold letters, digits, dots and dashes only. */
function azLogin({ tenantId }: AzureConfiguration): ProblemAction {
  const command = tenantId === undefined ? 'az login' : `az login --tenant ${tenantId}`;
  return { kind: 'runInTerminal', command, label: 'Run az login' };
}

function remedyWith(remedy: string, action: ProblemAction | undefined): string {
  return action?.kind === 'runInTerminal' ? `${remedy} In a terminal: ${action.command}.` : remedy;
}
