import type { ProblemTable } from '../../mending.ts';
import { networkProblems } from '../transport/network-codes.ts';

export const azureProblems = {
  ...networkProblems,
  /** A setting of Azure has a value that cannot be right. */
  malformedSetting: ['settings'],
  /** The address is not one of a key vault of the configured cloud. */
  foreignVault: ['settings'],
  /** Whoever responds at the address wants a token that is not for key vaults; none was sent. */
  foreignChallenge: ['network', 'settings'],
  /** Something on the network responded in place of the key vault, or of Microsoft Entra. */
  notKeyVault: ['network', 'store'],
  /** Azure is limiting requests. */
  throttled: ['waiting'],
  /** The key vault, or Microsoft Entra, failed with a status of 500 or above. */
  serverFault: ['waiting'],
  /** The key vault did not accept the request. */
  refusedRequest: ['settings', 'store'],
  /** Reading failed for a reason that is not known. */
  failed: ['store', 'settings', 'credentialElsewhere'],
  /** The key vault rejected the token; mostly, it belongs to another tenant. */
  unauthorized: ['settings', 'credentialElsewhere', 'store'],
  /** There is no such secret, or not this version of it. */
  notFound: ['settings', 'store'],
  /** The secret was deleted but can still be recovered. */
  deleted: ['store', 'settings'],
  /** The secret is disabled. */
  disabled: ['store', 'settings'],
  /** A file that the sign-in reads is no regular file, or its drive does not respond. */
  unreadableFile: ['credentialElsewhere', 'machine', 'restart'],
  /** The Azure CLI did not respond in time. */
  cliLate: ['network', 'credentialElsewhere', 'machine'],
  /** The secret has expired. */
  expired: ['store', 'settings'],
  /** The secret is not valid yet. */
  notYetValid: ['waiting', 'store', 'settings'],
  /** The secret has no value. */
  emptySecret: ['store', 'settings'],
  /** The firewall of the key vault blocks this network. */
  firewall: ['network', 'store'],
  /** The key vault can be reached only through its private link. */
  privateOnly: ['network', 'store'],
  /** No role lets this identity read the secret. */
  deniedByRole: ['store', 'credentialElsewhere'],
  /** No access policy lets this identity read secrets. */
  deniedByPolicy: ['store', 'credentialElsewhere'],
  /** This identity may not read the secret. */
  denied: ['store', 'credentialElsewhere'],
  /** Microsoft Entra rejected the client secret or certificate. */
  clientSecretWrong: ['store', 'restart'],
  /** The client secret has expired. */
  clientSecretExpired: ['store', 'restart'],
  /** The clock of this machine is wrong, or the token file of a workload identity is not renewed. */
  clockSkew: ['machine', 'credentialElsewhere'],
  /** The tenant does not know the application. */
  applicationUnknown: ['settings', 'store', 'restart'],
  /** Microsoft Entra does not know the tenant. */
  tenantUnknown: ['settings', 'restart'],
  /** Microsoft Entra refused the sign-in for another reason, which its code names: a disabled account, a missing assignment. */
  signInRefused: ['store', 'credentialElsewhere', 'restart'],
  /** A conditional access policy blocks the sign-in. */
  conditionalAccess: ['store', 'network', 'credentialElsewhere'],
  /** The sign-in has expired or requires consent. */
  signInExpired: ['credentialElsewhere', 'signIn'],
  /** You are signed in to another tenant than the key vault's. */
  otherTenant: ['settings', 'credentialElsewhere'],
  /** The Azure CLI is not installed on the machine where the extension runs. */
  cliMissing: ['machine', 'settings'],
  /** The Azure CLI failed for another reason than that nobody is signed in: its network, its subscription, its installation. */
  cliFailed: ['credentialElsewhere', 'machine', 'network'],
  /** The Azure CLI is not signed in. */
  cliSignedOut: ['credentialElsewhere'],
  /** This machine has no token for the managed identity. */
  noManagedIdentity: ['store', 'settings'],
  /** The environment variables do not name an application. */
  environmentIncomplete: ['restart', 'settings'],
  /** No Azure sign-in was found. */
  noCredentials: ['credentialElsewhere', 'settings', 'restart'],
  /** VS Code has no Microsoft account for the key vault. It never asks for one without you. */
  signInNeeded: ['signIn'],
  /** VS Code provided no Microsoft account. */
  signInDeclined: ['signIn', 'settings'],
} as const satisfies ProblemTable;

/** A code below `azure`. */
export type AzureCode = keyof typeof azureProblems;
