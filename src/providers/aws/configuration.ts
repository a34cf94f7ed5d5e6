import type { CertificatePath } from '../../network/server-verification.ts';
import type { DecisiveVariables } from '../facts.ts';
import type { SourceConfiguration } from '../provider.ts';

export interface AwsConfiguration extends SourceConfiguration {
  readonly provider: 'aws';
  /** Name or ARN. */
  readonly secretId: string;
  /** `undefined`: from the ARN, else the SDK's own choice. */
  readonly region: string | undefined;
  readonly profile: string | undefined;
  /** A variable names it, so that keys in variables come before it. */
  readonly profileIsFromVariable: boolean;
  readonly versionStage: string | undefined;
  readonly versionId: string | undefined;
  readonly roleArn: string | undefined;
  readonly externalId: string | undefined;
  readonly roleSessionName: string | undefined;
  readonly roleDurationSeconds: number | undefined;
  /** For private endpoints; serves Secrets Manager and STS. */
  readonly endpoint: string | undefined;
  /** `AWS_ENDPOINT_URL_SECRETS_MANAGER` or `AWS_ENDPOINT_URL`, which the SDK uses where `endpoint` says none. */
  readonly environmentEndpoint: string | undefined;
  /** `AWS_ENDPOINT_URL_STS` or `AWS_ENDPOINT_URL`. */
  readonly environmentStsEndpoint: string | undefined;
  /** `AWS_ENDPOINT_URL_SSO`, which gets the token of a single sign-on, or `AWS_ENDPOINT_URL`; the next two likewise. */
  readonly environmentSsoEndpoint: string | undefined;
  readonly environmentSsoOidcEndpoint: string | undefined;
  /** Of `aws login`. */
  readonly environmentSigninEndpoint: string | undefined;
  /** What alone vouches for AWS: `AWS_CA_BUNDLE` or `REQUESTS_CA_BUNDLE`. */
  readonly storeCertificates: CertificatePath | undefined;
  /** What else decides where the sign-in goes, as whom, and whom it trusts. */
  readonly variables: DecisiveVariables;
}
