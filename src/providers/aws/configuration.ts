import type { CertificatePath } from '../../network/server-verification.ts';
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
  /** By their variables, those of single sign-on, whose session token they get. */
  readonly environmentSignInEndpoints: Readonly<Record<string, string>> | undefined;
  /** What alone vouches for AWS: `AWS_CA_BUNDLE` or `REQUESTS_CA_BUNDLE`. */
  readonly storeCertificates: CertificatePath | undefined;
}
