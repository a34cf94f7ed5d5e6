import type { ClientCertificateFiles } from '../../network/client-certificate.ts';
import type { CertificatePath } from '../../network/server-verification.ts';
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
  /** What alone vouches for Vault: `VAULT_CACERT`, `VAULT_CAPATH`, or what requests takes in their place. */
  readonly storeCertificates: CertificatePath | undefined;
  /** `VAULT_CLIENT_CERT` and `VAULT_CLIENT_KEY`: whom Vault's listener takes this machine for. */
  readonly storeClientCertificate: ClientCertificateFiles | undefined;
  /** `VAULT_TLS_SERVER_NAME`: the name that Vault's certificate is for, where it is not that of the address. */
  readonly tlsServerName: string | undefined;
}
