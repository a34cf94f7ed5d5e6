import * as l10n from '@vscode/l10n';
import type { Problem } from '../../problem.ts';
import { openSetting, runInTerminal } from '../transport/fault.ts';
import { safeCause } from '../transport/network-problem.ts';
import type { AzureConfiguration } from './configuration.ts';
import { azureProblem } from './problem.ts';
import type { AzureFault } from './problem.ts';

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

type SignInFault = Omit<AzureFault, 'retry'>;

/** The `Problem` behind a failed sign-in. What the identity service wrote is not shown: it may hold account names. */
export function azureSignInProblem(error: IdentityError, configuration: AzureConfiguration): Problem {
  const messages = [error, ...(error.errors ?? [])].map(({ message }) => message);
  const fault =
    entraFault(messages, configuration) ??
    (messages.some((message) => message.includes('not configured to acquire tokens for tenant'))
      ? otherTenant()
      : nothingFound(error, configuration));
  return azureProblem({ ...fault, retry: 'afterFix', cause: safeCause(error) });
}

interface EntraRule {
  /** Microsoft Entra authentication and authorization error codes: AADSTS and these. */
  readonly codes: readonly number[];
  readonly explain: (configuration: AzureConfiguration) => SignInFault;
}

const entraRules: readonly EntraRule[] = [
  {
    codes: [7000215, 7000216, 700027, 50012],
    explain: () => ({
      code: 'clientSecretWrong',
      message: l10n.t('Microsoft Entra rejected the client secret or certificate of the application.'),
      remedy: l10n.t(
        'Check AZURE_CLIENT_SECRET or the certificate; it must be the value of the secret, not its ID.',
      ),
    }),
  },
  {
    codes: [700024, 500133],
    explain: () => ({
      code: 'clockSkew',
      message: l10n.t(
        'Microsoft Entra takes the proof of who signs in for too old or too new: the clock of this machine is wrong, or the token file of the workload identity is not renewed.',
      ),
      remedy: l10n.t(
        'Correct the date and time of this machine. If they are right, check the file that AZURE_FEDERATED_TOKEN_FILE names.',
      ),
    }),
  },
  {
    codes: [7000222],
    explain: () => ({
      code: 'clientSecretExpired',
      message: l10n.t('The client secret of the application has expired.'),
      remedy: l10n.t('Create a new one for the application, and set AZURE_CLIENT_SECRET to it.'),
    }),
  },
  {
    codes: [700016, 7000112],
    explain: () => ({
      code: 'applicationUnknown',
      message: l10n.t('The tenant does not know the application, or the application is disabled.'),
      remedy: l10n.t('Check AZURE_CLIENT_ID and the tenant.'),
    }),
  },
  {
    codes: [90002, 900023],
    explain: () => ({
      code: 'tenantUnknown',
      message: l10n.t('Microsoft Entra does not know the tenant.'),
      remedy: l10n.t('Check mlflowSecretsAuth.azure.tenantId and AZURE_TENANT_ID.'),
    }),
  },
  {
    codes: [53000, 53001, 53003, 50158],
    explain: () => ({
      code: 'conditionalAccess',
      message: l10n.t('A conditional access policy of the tenant blocks this sign-in.'),
      remedy: l10n.t('Ask your Azure administrator which devices and networks are allowed.'),
    }),
  },
  {
    codes: [50076, 50079, 50173, 65001, 70043, 70044, 700082, 700084],
    explain: (configuration) => ({
      code: 'signInExpired',
      message: l10n.t('The Azure sign-in has expired or requires your consent.'),
      ...signInAgain(configuration),
    }),
  },
];

function entraFault(messages: readonly string[], configuration: AzureConfiguration): SignInFault | undefined {
  const found = new Set(messages.flatMap((message) => [...message.matchAll(/AADSTS(\d+)/g)]).map(codeOf));
  return entraRules.find(({ codes }) => codes.some((code) => found.has(code)))?.explain(configuration);
}

function codeOf([, digits]: RegExpExecArray): number {
  return Number(digits);
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
      return /could not be found|not installed/i.test(error.message)
        ? cliMissing()
        : cliSignedOut(configuration);
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

/** Where whoever the SDK signed in as signs in. */
function signInAgain(configuration: AzureConfiguration): Pick<SignInFault, 'remedy' | 'action'> {
  switch (configuration.signIn) {
    case 'vscode':
      return {
        remedy: l10n.t(
          'Choose "Sign In Again" in the menu of the status bar: VS Code asks for the Microsoft account.',
        ),
        action: { kind: 'signIn' },
      };
    case 'default':
    case 'azureCli':
    case 'managedIdentity':
    case 'environment':
      return runInTerminal(azLogin(configuration), 'az login');
  }
}

/** The tenant has been checked to hold letters, digits, dots and hyphens only. */
function azLogin({ tenantId }: AzureConfiguration): string {
  return tenantId === undefined ? 'az login' : `az login --tenant ${tenantId}`;
}
