import type { ProblemTable } from '../../mending.ts';
import { networkProblems } from '../transport/network-codes.ts';

export const vaultProblems = {
  ...networkProblems,
  /** A setting of Vault has a value that cannot be part of a request. */
  malformedSetting: ['settings'],
  /** The client certificate of the variable `VAULT_CLIENT_CERT`, or its key, cannot be used. */
  clientCertificate: ['machine', 'restart'],
  /** Vault asks for a client certificate, and none is given, or one that it does not accept. */
  clientCertificateNeeded: ['machine', 'store', 'restart'],
  /** A request would have left the API of Vault; it was not sent. */
  outsideApi: ['settings'],
  /** The response is not one that can be read. */
  noAnswer: ['network', 'store'],
  /** Vault is limiting requests. */
  rateLimited: ['waiting'],
  /** Vault failed with a status of 500 or above. */
  server: ['store'],
  /** Vault is not initialized. */
  notInitialised: ['store'],
  /** Vault is sealed. */
  sealed: ['store'],
  /** Vault is unavailable for a reason that it does not say. */
  unavailable: ['store'],
  /** This Vault server is a standby, and no server of its cluster is active. */
  standby: ['store'],
  /** This Vault server has not caught up with the others of its cluster. */
  behind: ['waiting', 'store'],
  /** This Vault server is a secondary for disaster recovery, which serves nobody until it is made the primary. */
  secondary: ['settings', 'store'],
  /** Whatever responds at the address is not a Vault server. */
  notVault: ['network', 'store', 'settings'],
  /** Vault redirects to another host, to which the token is not sent. */
  redirected: ['settings', 'store'],
  /** `mlflowSecretsAuth.vault.path` names a mount but no secret in it. */
  path: ['settings'],
  /** `mlflowSecretsAuth.vault.path` leads to the token that signs in to Vault, which no tracking server may get. */
  notASecret: ['settings'],
  /** The server returned a malformed mount path. */
  badMount: ['settings', 'store'],
  /** No policy lets this sign-in read the secret. */
  denied: ['store', 'settings', 'credentialElsewhere'],
  /** The version of the secret was destroyed. */
  destroyed: ['store', 'settings'],
  /** The version of the secret is deleted. */
  deleted: ['store', 'settings'],
  /** Nothing is mounted at the path. */
  noSuchMount: ['settings', 'store'],
  /** What is mounted at the path is not for secrets that somebody wrote, or has none there. */
  otherEngine: ['settings', 'store'],
  /** There is no such namespace. */
  noSuchNamespace: ['settings', 'store'],
  /** There is no secret at the path. */
  noSuchSecret: ['settings', 'store'],
  /** The secret does not have this version. */
  noSuchVersion: ['settings', 'store'],
  /** Vault did not accept the request for the secret. */
  refusedRequest: ['settings', 'store'],
  /** There is nothing to sign in with: nothing was entered, and no variable or file holds a credential. */
  missingCredential: ['credentialElsewhere', 'enterCredential'],
  /** `~/.vault-token` cannot be read, and there is no other token; or what is there, or in `VAULT_TOKEN`, has quotes or characters that no token has. */
  tokenFile: ['credentialElsewhere', 'enterCredential', 'restart'],
  /** Vault rejected the token: it has expired, was revoked, or belongs to another Vault. */
  tokenRefused: ['credentialElsewhere', 'enterCredential'],
  /** Vault rejected the password or the secret ID. */
  signInRefused: ['enterCredential'],
  /** Vault does not let the user or role sign in now: it is locked after wrong attempts, or not allowed from this network. */
  signInDenied: ['waiting', 'store', 'enterCredential'],
  /** The sign-in is left to a Vault Agent or Proxy, and whatever is at the address added no token. */
  agentWithoutToken: ['machine', 'settings'],
  /** No sign-in method is mounted at the path. */
  noSuchSignIn: ['settings', 'store'],
  /** Vault cannot reach the directory in which it looks up users. */
  directory: ['store'],
  /** Vault accepted the sign-in but asks for a second factor, which is not supported. */
  signInWithoutToken: ['settings'],
  /** The wrapped secret ID has expired or was unwrapped before. */
  alreadyUnwrapped: ['enterCredential'],
  /** What was entered is not a secret ID of this AppRole mount: a token, or wrapped for something else. */
  notASecretId: ['enterCredential', 'settings'],
  /** The sign-in in the browser has ended. It is never opened without you. */
  signInNeeded: ['signIn'],
  /** Vault returned an address for the browser that is none. */
  oidcAddress: ['settings', 'signIn'],
  /** Vault does not offer single sign-on for this role. */
  oidcNotOffered: ['settings', 'signIn'],
  /** The browser was not opened. */
  oidcDeclined: ['signIn'],
  /** Single sign-on failed, or Vault did not accept its outcome. */
  oidcRefused: ['signIn'],
} as const satisfies ProblemTable;

/** A code below `vault`. */
export type VaultCode = keyof typeof vaultProblems;
