import type { VaultAuthMethod } from '../../settings/manifest.ts';
import type { SourceConfiguration } from '../provider.ts';

export interface VaultConfiguration extends SourceConfiguration {
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
  /** Whether a token or secret ID of this machine's user may go to this address: it is the one that they are for. */
  readonly ambientIsAllowed: boolean;
  /** `VAULT_CACERT`: a PEM file with certificates to trust beside the others. */
  readonly certificateFile: string | undefined;
}
