import type { ProblemTable } from '../../mending.ts';
import { networkProblems } from '../transport/network-codes.ts';

export const awsProblems = {
  ...networkProblems,
  /** A setting of AWS has a value that cannot be right. */
  malformedSetting: ['settings'],
  /** The AWS configuration names an endpoint that you have not approved. */
  endpointNotApproved: ['settings', 'credentialElsewhere'],
  /** No region is set. */
  noRegion: ['settings', 'credentialElsewhere', 'restart'],
  /** The region is disabled in this account. */
  regionDisabled: ['store', 'settings'],
  /** AWS is limiting requests. */
  throttled: ['waiting'],
  /** AWS failed with a status of 500 or above. */
  serverFault: ['waiting'],
  /** Something on the network responded in place of AWS. */
  notAws: ['network', 'settings'],
  /** AWS did not accept the request. */
  refusedRequest: ['settings', 'store'],
  /** The sign-in to AWS did not end in time, such as a `credential_process` that waits for something. */
  signInLate: ['network', 'credentialElsewhere', 'machine'],
  /** A file that the sign-in reads is no regular file, or its drive does not respond. */
  unreadableFile: ['credentialElsewhere', 'machine', 'restart'],
  /** The session credentials have expired. */
  expiredToken: ['credentialElsewhere', 'restart'],
  /** The web identity token cannot be read, or AWS rejected it. */
  webIdentity: ['credentialElsewhere', 'store', 'restart'],
  /** The access key is unknown or disabled. */
  keyNotValid: ['credentialElsewhere', 'store', 'restart'],
  /** The secret access key is wrong. */
  wrongSecretKey: ['credentialElsewhere', 'restart'],
  /** The clock of this machine differs too much from that of AWS. */
  clockSkew: ['machine'],
  /** The sign-in of `aws login` has expired. */
  loginExpired: ['credentialElsewhere'],
  /** The single sign-on session is missing or has expired. */
  ssoExpired: ['credentialElsewhere'],
  /** Single sign-on does not grant the account and role. */
  ssoRoleDenied: ['store', 'credentialElsewhere'],
  /** The profile requires a multi-factor code, which cannot be entered here. */
  mfaNeeded: ['credentialElsewhere', 'settings'],
  /** The `credential_process` of the profile failed. */
  processFailed: ['credentialElsewhere', 'machine'],
  /** The profile is not in the AWS configuration files, or has nothing to sign in with. */
  profileNotFound: ['credentialElsewhere', 'settings'],
  /** No AWS credentials were found. */
  noCredentials: ['credentialElsewhere', 'settings', 'restart'],
  /** The sign-in failed for a reason that is not known. */
  signInFailed: ['credentialElsewhere', 'settings'],
  /** There is no such secret in this region and account. */
  notFound: ['settings', 'store'],
  /** The secret does not have this version. */
  versionNotFound: ['settings', 'store'],
  /** The secret has no value. */
  emptySecret: ['store', 'settings'],
  /** The secret is scheduled for deletion. */
  pendingDeletion: ['store', 'settings'],
  /** The secret cannot be read in its current state. */
  invalidRequest: ['store'],
  /** The secret cannot be decrypted with its KMS key. */
  kmsFailed: ['store'],
  /** This identity may not use the KMS key of the secret. */
  kmsDenied: ['store', 'credentialElsewhere'],
  /** This identity may not read the secret. */
  accessDenied: ['store', 'credentialElsewhere'],
  /** This identity may not assume the role. */
  assumeRoleDenied: ['store', 'credentialElsewhere', 'settings'],
  /** `SecretBinary` is not valid base64. */
  binaryNotBase64: ['store'],
  /** `SecretBinary` is not text. */
  binaryNotText: ['store'],
} as const satisfies ProblemTable;

/** A code below `aws`. */
export type AwsCode = keyof typeof awsProblems;
