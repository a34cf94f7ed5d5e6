import type { Environment } from '../environment.ts';
import type { ClientCertificateFiles } from '../network/client-certificate.ts';
import type { AddedFiles } from '../network/server-trust.ts';
import type { SettingValues } from '../settings/setting-values.ts';

export function addedFiles(values: SettingValues, environment: Environment): AddedFiles {
  const { NODE_EXTRA_CA_CERTS: file } = environment;
  return { caFile: values.optional('tls.caFile'), nodeCaFile: file || undefined };
}

export function clientCertificateFiles(values: SettingValues): ClientCertificateFiles | undefined {
  const certFile = values.optional('tls.clientCertFile');
  return certFile === undefined ? undefined : { certFile, keyFile: values.optional('tls.clientKeyFile') };
}
