import type { ProblemTable } from '../mending.ts';

/** What is wrong with settings, whichever provider is used. */
export const settingsProblems = {
  /** `mlflowSecretsAuth.allowedHosts` does not name the tracking server. */
  allowedHosts: ['settings'],
  /** A setting that limits where the credential may go has a value that cannot be read; until then, nothing may be sent. */
  unusable: ['settings'],
  /** `mlflowSecretsAuth.header.name` is not the name of a header that can carry a credential. */
  headerName: ['settings'],
  /** The file of `mlflowSecretsAuth.tls.caFile` cannot be read or contains no certificate. */
  caFile: ['machine', 'settings'],
  /** A variable that names the certificates to trust, such as `REQUESTS_CA_BUNDLE`, leads to no certificate that can be read. */
  certificateVariable: ['machine', 'restart'],
  /** Settings that are needed are not set, or have values that cannot be used. */
  incomplete: ['settings'],
  /** You have not approved the destination of the credential, or it has changed. */
  notApproved: ['signIn'],
  /** The settings could not be written. */
  write: ['machine'],
  /** Something unexpected happened while connecting. The log says more. */
  unexpected: ['waiting', 'settings'],
} as const satisfies ProblemTable;
