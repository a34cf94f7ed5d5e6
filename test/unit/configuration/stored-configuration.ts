import { usualVerification } from '../../../src/network/server-verification.ts';
import type { ConnectionConfiguration } from '../../../src/configuration/configuration.ts';

/** A whole configuration, of the source that needs no server. */
export const storedConfiguration: ConnectionConfiguration = {
  tracking: { origin: 'https://mlflow.company.com', basePath: '' },
  source: { provider: 'stored' },
  headerName: 'Authorization',
  authMode: 'bearer',
  allowedHosts: [],
  cache: { ttlSeconds: 300, maxStaleSeconds: 3600, keep: 'memory' },
  proxyPort: 0,
  ...{ caFile: undefined, nodeCaFile: undefined },
  intercept: true,
  signInGraceMinutes: 10,
  afterClose: { kind: 'shortly' },
  foreignHttpProxy: undefined,
  verification: usualVerification,
  clientCertificate: undefined,
  secretFields: {},
};
