/** The effective configuration: valid, complete, free of the editor's types. `read.ts` makes it from settings. */

export type ProviderId = 'vault' | 'aws' | 'azure' | 'stored';

export const vaultAuthMethods = ['token', 'approle', 'userpass', 'ldap', 'oidc'] as const;
export type VaultAuthMethod = (typeof vaultAuthMethods)[number];

export interface VaultConfiguration {
  readonly provider: 'vault';
  /** Origin, and prefix path if any, without a trailing slash. */
  readonly address: string;
  readonly namespace: string | undefined;
  /** `undefined`: taken from the path, by asking Vault. */
  readonly mount: string | undefined;
  /** As the user wrote it; `secret/mlflow`, `secret/data/mlflow`, or `mlflow` beside `mount`. */
  readonly path: string;
  /** KV v2 only. `undefined`: the newest. */
  readonly version: number | undefined;
  readonly authMethod: VaultAuthMethod;
  /** Where the sign-in method is mounted; `undefined`: under its own name. */
  readonly authMount: string | undefined;
  readonly roleId: string | undefined;
  readonly username: string | undefined;
  readonly oidcRole: string | undefined;
}

export interface AwsConfiguration {
  readonly provider: 'aws';
  /** Name or ARN. */
  readonly secretId: string;
  /** `undefined`: from the ARN, else the SDK's own choice. */
  readonly region: string | undefined;
  readonly profile: string | undefined;
  readonly versionStage: string | undefined;
  readonly versionId: string | undefined;
  readonly roleArn: string | undefined;
  readonly externalId: string | undefined;
  readonly roleSessionName: string | undefined;
  readonly roleDurationSeconds: number | undefined;
  /** For private endpoints; serves Secrets Manager and STS. */
  readonly endpoint: string | undefined;
}

export const azureClouds = ['public', 'usGovernment', 'china'] as const;
export type AzureCloud = (typeof azureClouds)[number];
export const azureSignIns = ['default', 'vscode', 'managedIdentity', 'azureCli', 'environment'] as const;
export type AzureSignIn = (typeof azureSignIns)[number];

export interface AzureConfiguration {
  readonly provider: 'azure';
  /** https origin without a trailing slash. */
  readonly vaultUrl: string;
  readonly secretName: string;
  readonly secretVersion: string | undefined;
  readonly signIn: AzureSignIn;
  readonly cloud: AzureCloud;
  readonly tenantId: string | undefined;
  /** Of an application or of a user-assigned managed identity. */
  readonly clientId: string | undefined;
}

export interface StoredConfiguration {
  readonly provider: 'stored';
}

export type SourceConfiguration =
  VaultConfiguration | AwsConfiguration | AzureConfiguration | StoredConfiguration;

export type AuthMode = 'bearer' | 'basic';

export interface ConnectionConfiguration {
  /** What the user wrote, normalised by `tracking-uri.ts`. */
  readonly tracking: TrackingServer;
  readonly source: SourceConfiguration;
  readonly headerName: string;
  readonly authMode: AuthMode;
  readonly allowedHosts: readonly string[];
  readonly cache: CacheConfiguration;
  readonly proxyPort: number;
  readonly intercept: boolean;
}

export interface CacheConfiguration {
  readonly ttlSeconds: number;
  readonly maxStaleSeconds: number;
  readonly keep: 'secretStorage' | 'memory';
}

export interface TrackingServer {
  /** Scheme, ASCII host and explicit port only where not the scheme's default: `https://mlflow.company.com`. */
  readonly origin: string;
  /** Path prefix without a trailing slash: `` or `/mlflow`. */
  readonly basePath: string;
}
