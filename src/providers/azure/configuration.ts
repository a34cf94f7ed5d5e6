import type { CertificatePath } from '../../network/server-verification.ts';
import type { AzureCloud, AzureSignIn } from '../../settings/manifest.ts';
import type { DecisiveVariables } from '../facts.ts';
import type { SourceConfiguration } from '../provider.ts';

export interface AzureConfiguration extends SourceConfiguration {
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
  /** `AZURE_AUTHORITY_HOST`: where to sign in to the public cloud, in place of Microsoft's own address. */
  readonly authorityHost: string | undefined;
  /** What alone vouches for Azure, as for its SDK in Python: `REQUESTS_CA_BUNDLE` or `CURL_CA_BUNDLE`. */
  readonly storeCertificates: CertificatePath | undefined;
  /** What else decides where the sign-in goes, as whom, and whom it trusts. */
  readonly variables: DecisiveVariables;
}
