import * as l10n from '@vscode/l10n';
import type { Environment } from '../../environment.ts';
import { storeCertificates } from '../../network/store-certificates.ts';
import type { VariableReader } from '../../settings/variable-reader.ts';
import type { VaultConfiguration } from './configuration.ts';

/** How long one call may take. */
export const callSeconds = 10;

type Tls = Pick<VaultConfiguration, 'storeCertificates' | 'storeClientCertificate' | 'tlsServerName'>;

/** Vault's own variables, as its command line and hvac, its client for Python, read them. Without TLS, none counts. */
export function tlsOf(address: string, environment: Environment): Tls {
  if (!address.startsWith('https:')) {
    return { storeCertificates: undefined, storeClientCertificate: undefined, tlsServerName: undefined };
  }
  const certFile = environment['VAULT_CLIENT_CERT'];
  return {
    // hvac leaves the rest to requests.
    storeCertificates: storeCertificates(
      environment,
      ...['VAULT_CACERT', 'VAULT_CAPATH', 'REQUESTS_CA_BUNDLE', 'CURL_CA_BUNDLE'],
    ),
    storeClientCertificate: certFile
      ? { certFile, keyFile: environment['VAULT_CLIENT_KEY'] || undefined }
      : undefined,
    tlsServerName: environment['VAULT_TLS_SERVER_NAME'] || undefined,
  };
}

/** Variables of Vault that have no effect here although somebody may count on it. */
export function reportUnused(reader: VariableReader): void {
  const { skip, proxies, timeout, retries } = unused;
  // As Go reads a truth value.
  if (['1', 't', 'true'].includes(reader.get(skip)?.toLowerCase() ?? '')) {
    const fix = l10n.t(
      '{0} is ignored: the certificate of Vault is always checked. Name its certificate authority in {1} or mlflowSecretsAuth.tls.caFile.',
      skip,
      'VAULT_CACERT',
    );
    reader.report(skip, fix);
  }
  for (const variable of proxies) {
    if (reader.get(variable) === undefined) continue;
    reader.report(variable, l10n.t('{0} is ignored: set {1} or http.proxy.', variable, 'HTTPS_PROXY'));
  }
  if (reader.get(timeout) !== undefined) {
    reader.report(timeout, l10n.t('{0} is ignored: a call to Vault may take {1} s.', timeout, callSeconds));
  }
  if (reader.get(retries) !== undefined) {
    reader.report(
      retries,
      l10n.t('{0} is ignored: what fails for a while is tried again with growing pauses.', retries),
    );
  }
}

const unused = {
  skip: 'VAULT_SKIP_VERIFY',
  proxies: ['VAULT_PROXY_ADDR', 'VAULT_HTTP_PROXY'],
  timeout: 'VAULT_CLIENT_TIMEOUT',
  retries: 'VAULT_MAX_RETRIES',
} as const;
