import * as l10n from '@vscode/l10n';
import type { Problem } from '../../problem.ts';
import { openSetting, runInTerminal } from '../transport/fault.ts';
import { safeCause } from '../transport/network-problem.ts';
import type { AzureConfiguration } from './configuration.ts';
import { entraFault } from './entra-problem.ts';
import type { FailedSignIn, SignInFault } from './entra-problem.ts';
import { azureProblem } from './problem.ts';
import { azLogin } from './sign-in-again.ts';

/** Errors of @azure/identity, as far as they are used. */
export interface IdentityError extends Error {
  readonly errors?: readonly Error[];
}

const errorNames: ReadonlySet<string> = new Set([
  'AggregateAuthenticationError',
  'AuthenticationError',
  'AuthenticationRequiredError',
  'CredentialUnavailableError',
]);

/** Whether the error is of @azure/identity. */
export function isSignInError(error: unknown): error is IdentityError {
  return error instanceof Error && errorNames.has(error.name);
}

/** The `Problem` behind a failed sign-in. What the identity service wrote is not shown: it may hold account names. */
export function azureSignInProblem(error: IdentityError, signIn: FailedSignIn): Problem {
  const { configuration } = signIn;
  const messages = [error, ...(error.errors ?? [])].map(({ message }) => message);
  const fault = messages.some((message) => message.includes('not configured to acquire tokens for tenant'))
    ? otherTenant()
    : (entraFault(messages, error.name === 'AuthenticationError', signIn) ??
      nothingFound(error, configuration));
  return azureProblem({ retry: 'afterFix', ...fault, cause: safeCause(error) });
}

function otherTenant(): SignInFault {
  return {
    code: 'otherTenant',
    message: l10n.t('The key vault belongs to a different tenant than the one you are signed in to.'),
    remedy: l10n.t('Set mlflowSecretsAuth.azure.tenantId to the tenant of the key vault.'),
    action: openSetting('azure.tenantId'),
  };
}

/** The configured sign-in had nothing to sign in with. */
function nothingFound(error: IdentityError, configuration: AzureConfiguration): SignInFault {
  switch (configuration.signIn) {
    case 'azureCli':
      if (/could not be found|not installed/i.test(error.message)) return cliMissing();
      return /\baz login\b/.test(error.message) ? cliSignedOut(configuration) : cliFailed();
    case 'managedIdentity':
      return noManagedIdentity(configuration);
    case 'environment':
      return environmentIncomplete();
    case 'default':
    case 'vscode':
      return noCredentials(error, configuration);
  }
}

function cliMissing(): SignInFault {
  return {
    code: 'cliMissing',
    message: l10n.t('The Azure CLI is not installed on the machine where the extension runs.'),
    remedy: l10n.t('Install it, or choose another value for mlflowSecretsAuth.azure.signIn.'),
    action: openSetting('azure.signIn'),
  };
}

function cliSignedOut(configuration: AzureConfiguration): SignInFault {
  return {
    code: 'cliSignedOut',
    message: l10n.t('The Azure CLI is not signed in.'),
    ...runInTerminal(azLogin(configuration), 'az login'),
  };
}

/** It said anything else than that nobody is signed in. */
function cliFailed(): SignInFault {
  return {
    code: 'cliFailed',
    message: l10n.t('The Azure CLI provided no token.'),
    ...runInTerminal('az account get-access-token', 'az account'),
    remedy: l10n.t('Run "az account get-access-token" in a terminal to see why.'),
  };
}

function noManagedIdentity({ clientId }: AzureConfiguration): SignInFault {
  return {
    code: 'noManagedIdentity',
    message:
      clientId === undefined
        ? l10n.t('This machine provided no token for a managed identity.')
        : l10n.t('This machine provided no token for the managed identity {0}.', clientId),
    remedy: l10n.t(
      'Assign the identity to this machine, or choose another value for mlflowSecretsAuth.azure.signIn.',
    ),
    action: openSetting('azure.signIn'),
  };
}

function environmentIncomplete(): SignInFault {
  return {
    code: 'environmentIncomplete',
    message: l10n.t('The environment variables of VS Code do not name an Azure application to sign in as.'),
    remedy: l10n.t(
      'Set AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET, or choose another value for mlflowSecretsAuth.azure.signIn.',
    ),
    action: openSetting('azure.signIn'),
  };
}

function noCredentials({ errors = [] }: IdentityError, configuration: AzureConfiguration): SignInFault {
  const command = azLogin(configuration);
  const links = errors.map(describeLink).filter((link) => link !== undefined);
  return {
    code: 'noCredentials',
    message:
      links.length === 0
        ? l10n.t('No Azure sign-in was found.')
        : l10n.t('No Azure sign-in was found. Tried: {0}.', links.join('; ')),
    remedy: l10n.t(
      'Set mlflowSecretsAuth.azure.signIn to "vscode" to use the Microsoft account of VS Code, or run "{0}" in a terminal.',
      command,
    ),
    action: runInTerminal(command, 'az login').action,
  };
}

/** A link of the default chain, by the sentence that it failed with; the first that fits counts. */
const links: readonly (readonly [sentence: RegExp, describe: () => string])[] = [
  [/EnvironmentCredential/, () => l10n.t('environment (AZURE_CLIENT_ID and the others are not set)')],
  [/WorkloadIdentityCredential/, () => l10n.t('workload identity (not set up)')],
  [/ManagedIdentityCredential/, () => l10n.t('managed identity (none on this machine)')],
  [/Visual Studio Code/, () => l10n.t('Azure Resources extension (not used)')],
  [/Azure CLI could not be found/, () => l10n.t('Azure CLI (not installed)')],
  [/az login|Azure CLI/, () => l10n.t('Azure CLI (not signed in)')],
  [/PowerShell/, () => l10n.t('Azure PowerShell (not installed or not signed in)')],
  [/azd|Azure Developer CLI/, () => l10n.t('Azure Developer CLI (not installed or not signed in)')],
];

function describeLink({ message }: Error): string | undefined {
  return links.find(([sentence]) => sentence.test(message))?.[1]();
}
