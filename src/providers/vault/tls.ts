import { readClientCertificate } from '../../network/client-certificate.ts';
import type { ClientCertificate } from '../../network/client-certificate.ts';
import { storeTrust } from '../../network/store-certificates.ts';
import type { StoreTrust } from '../../network/store-certificates.ts';
import { Problem } from '../../problem.ts';
import * as l10n from '@vscode/l10n';
import type { SourceContext } from '../source.ts';
import type { VaultConfiguration } from './configuration.ts';
import { vaultProblem } from './problem.ts';

/** How a connection to Vault is made, in the words of Node's `tls.connect`. */
export interface VaultTls extends StoreTrust {
  readonly cert?: string;
  readonly key?: string;
  readonly servername?: string;
}

/** What Vault's variables for TLS name, read. */
export async function vaultTls(
  { storeCertificates, storeClientCertificate, tlsServerName }: VaultConfiguration,
  context: SourceContext,
): Promise<VaultTls> {
  return {
    ...(await storeTrust(storeCertificates, context)),
    ...(storeClientCertificate && (await certificateOf(storeClientCertificate))),
    ...(tlsServerName !== undefined && { servername: tlsServerName }),
  };
}

async function certificateOf(
  files: NonNullable<VaultConfiguration['storeClientCertificate']>,
): Promise<ClientCertificate> {
  try {
    return await readClientCertificate(files);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    throw vaultProblem({
      code: 'clientCertificate',
      message: error.message,
      remedy: l10n.t(
        'Correct the file, or VAULT_CLIENT_CERT and VAULT_CLIENT_KEY and then restart VS Code. The key must not be encrypted.',
      ),
      retry: 'afterFix',
      cause: error,
    });
  }
}
