import type { ClientCertificateFiles } from '../network/client-certificate.ts';
import type { AddedFiles } from '../network/server-trust.ts';
import type { ServerVerification } from '../network/server-verification.ts';
import type { SourceConfiguration } from '../providers/provider.ts';
import type { SecretFields } from '../settings/secret-fields.ts';
import type { SettingValues } from '../settings/setting-values.ts';
import type { SettingValue } from '../settings/manifest.ts';

export type AuthMode = SettingValue<'auth.mode'>;

/** The effective configuration: valid, complete, free of the editor's types. `read-configuration.ts` makes it. */
export interface ConnectionConfiguration extends AddedFiles {
  /** What the user wrote, normalised by `tracking-uri.ts`. */
  readonly tracking: TrackingServer;
  readonly source: SourceConfiguration;
  readonly headerName: string;
  readonly authMode: AuthMode;
  /** Which fields of the secret hold the credential. */
  readonly secretFields: SecretFields;
  readonly allowedHosts: readonly string[];
  readonly cache: CacheConfiguration;
  readonly proxyPort: number;
  /** How the tracking server's certificate is checked; from the user's environment. */
  readonly verification: ServerVerification;
  /** Shown to the tracking server where it asks for one; the user's own. */
  readonly clientCertificate: ClientCertificateFiles | undefined;
  readonly intercept: boolean;
  /** How long a run waits for a person to mend what keeps it from its credential. */
  readonly signInGraceMinutes: number;
  /** What becomes of the local proxy when the last window is closed; `keepHours`: at most, while a program uses it. */
  readonly afterClose:
    { readonly kind: 'end' | 'shortly' } | { readonly kind: 'whileInUse'; readonly keepHours: number };
  /** For people: HTTP proxies that only the folder or the settings of a remote machine name. */
  readonly foreignHttpProxy: string | undefined;
}

export function afterCloseOf(values: SettingValues): ConnectionConfiguration['afterClose'] {
  const kind = values.get('proxy.afterClose');
  return kind === 'whileInUse' ? { kind, keepHours: values.get('proxy.keepHours') } : { kind };
}

export interface CacheConfiguration {
  readonly ttlSeconds: number;
  readonly maxStaleSeconds: number;
  readonly keep: SettingValue<'cache.keep'>;
}

export interface TrackingServer {
  /** Scheme, ASCII host and explicit port only where not the scheme's default: `https://mlflow.company.com`. */
  readonly origin: string;
  /** Path prefix without a trailing slash: `` or `/mlflow`. */
  readonly basePath: string;
}
